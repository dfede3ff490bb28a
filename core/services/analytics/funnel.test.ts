import t from 'tap';
import { silentLogger } from '../../kernel/logger.ts';
import { microBatch } from '../../engine/micro-batch.ts';
import type { ParticipantTools } from '../../engine/participant-port.ts';
import { ValueRefused } from '../../kernel/errors.ts';
import type { Message } from '../../kernel/message.ts';
import type { MessageOf } from '../../messages/catalogue.ts';
import { createFunnel, sightingsOf } from './funnel.ts';
import { sharesOf } from './funnel-report.ts';
import type { Sighting } from './funnel-ports.ts';

const NOW = Date.parse('2026-11-22T12:00:00Z');
const hash = (userId: string): string => `#${userId}`;

function message<Type extends string, Data>(type: Type, data: Data, time = '2026-11-22T11:00:00.000Z') {
  return { id: 'm', type, subject: 's', correlationId: 'c', causationId: null, time, version: 1, data };
}

const viewed = (shopperId: string, time?: string) =>
  message('product.viewed', { productId: 'lamp', shopperId }, time);

t.test('a look, what was put into a cart and the products of an order are steps of a shopper', async (t) => {
  const steps = (said: Parameters<typeof sightingsOf>[0]) =>
    sightingsOf(said, NOW, hash).map(({ day, step, productId, shopper }) => [day, step, productId, shopper]);
  t.same(steps(viewed('#ann')), [['2026-11-22', 'viewed', 'lamp', '#ann']]);
  const items = [
    { productId: 'lamp', quantity: 2 },
    { productId: 'rug', quantity: 1 },
  ];
  t.same(
    steps(message('cart.changed', { shopperId: '#ann', items, put: ['rug'] })),
    [['2026-11-22', 'added', 'rug', '#ann']],
    'what lay in the cart before is not put into it again',
  );
  t.same(steps(message('cart.changed', { shopperId: '#ann', items, put: [] })), []);
  const lines = [{ productId: 'lamp' }, { productId: 'rug' }, { productId: 'lamp' }];
  const order = message('order.placed', {
    userId: 'ann',
    items: lines,
  }) as unknown as MessageOf<'order.placed'>;
  t.same(steps(order), [
    ['2026-11-22', 'ordered', 'lamp', '#ann'],
    ['2026-11-22', 'ordered', 'rug', '#ann'],
  ]);
});

t.test(
  'days on which shoppers are not told apart any more are not counted, nor are those to come',
  async (t) => {
    const counts = (time: string): boolean => sightingsOf(viewed('#ann', time), NOW, hash).length === 1;
    t.ok(counts('2026-11-20T00:00:00.000Z'));
    t.notOk(counts('2026-11-19T23:59:59.999Z'));
    t.ok(counts('2026-11-23T00:30:00.000Z'), 'another clock may be a little ahead');
    t.notOk(counts('2026-11-24T00:00:00.000Z'));
  },
);

t.test(
  'what comes within a moment is counted together, and one that is refused alone is refused',
  async (t) => {
    const groups: string[][] = [];
    const store = {
      note: (sightings: readonly Sighting[]) => {
        groups.push(sightings.map(({ shopper }) => shopper));
        const bad = sightings.some(({ shopper }) => shopper === 'bad');
        return bad ? Promise.reject(new ValueRefused('no such text')) : Promise.resolve();
      },
    };
    const timers: (() => void)[] = [];
    const clock = {
      now: () => NOW,
      after: (_ms: number, callback: () => void) => {
        timers.push(callback);
        return () => undefined;
      },
    };
    const tools = { clock, microBatch, logger: silentLogger } as unknown as ParticipantTools;
    const funnel = createFunnel({ tools, store, shopperOfUser: hash });
    const handle = (said: Message) =>
      funnel.handle(said).then(
        () => 'done',
        (error: unknown) => error,
      );
    const outcomes = ['ann', 'bad', 'bob'].map((shopper) => handle(viewed(shopper)));
    outcomes.push(handle(message('cart.changed', { shopperId: 'eve', items: [], put: [] })));
    t.equal(timers.length, 1, 'one moment for all of them');
    t.same(groups, []);
    timers[0]?.();
    t.match(await Promise.all(outcomes), ['done', ValueRefused, 'done', 'done']);
    t.same(groups, [['ann', 'bad', 'bob'], ['ann'], ['bad'], ['bob']]);

    const many = Array.from({ length: 64 }, (_, index) => handle(viewed(String(index))));
    await Promise.all(many);
    t.equal(groups.at(-1)?.length, 64, 'many wait for no timer');
  },
);

t.test('shares are of the step before, and nothing is no share', async (t) => {
  t.same(sharesOf({ viewed: 8, added: 2, ordered: 1 }), { viewToCart: 0.25, cartToOrder: 0.5 });
  t.same(sharesOf({ viewed: 0, added: 0, ordered: 3 }), { viewToCart: null, cartToOrder: null });
});
