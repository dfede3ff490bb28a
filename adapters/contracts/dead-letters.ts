import { setTimeout as delay } from 'node:timers/promises';
import { Registry } from 'prom-client';
import type { Broker, DeadLetter, Delivery } from '../../core/engine/ports.ts';
import { silentLogger } from '../../core/kernel/logger.ts';
import type { Message } from '../../core/kernel/message.ts';
import type { Replay } from '../../core/services/dead-letters/ports.ts';
import { type DeadLetters, startDeadLetters } from '../main/dead-letters.ts';
import { loadSettings } from '../main/settings.ts';
import { platformTopology } from '../main/topology.ts';
import type { Database } from '../postgres/database.ts';
import type { TapTest } from '../postgres/testing.ts';
import { until } from '../../core/kernel/testing-until.ts';

/** Letters on one broker and one store, with the parts of a process that look after them. */
export interface LetterWorld {
  readonly db: Database;
  readonly broker: Broker;
  /** Settings of a process on this stack. */
  readonly environment: Readonly<Record<string, string>>;
}

export const LETTERS_TOPOLOGY = platformTopology(1);
const DIED_AT = '2026-01-02T03:04:05.000Z';

/** What every stack promises about dead letters; `open` brings a fresh world for each test. */
export function deadLetterContract(
  t: TapTest,
  open: (t: TapTest, run: (world: LetterWorld) => Promise<void>) => Promise<void>,
): void {
  const test = (name: string, run: (t: TapTest, scene: Scene) => Promise<void>) =>
    t.test(name, (t) =>
      open(t, async (world) => {
        const scene = new Scene(world);
        try {
          await run(t, scene);
        } finally {
          await scene.letters.stop();
        }
      }),
    );

  void test('letters are found by cause, go back to their queue alone, and once', returning);
  void test('a mended message is checked first, keeps its id and takes the place of the old one', mending);
  void test(
    'a replay goes on where the last process left it, can be stopped, and what is discarded stays',
    lasting,
  );
}

async function returning(t: TapTest, scene: Scene): Promise<void> {
  const { desk } = scene.letters;
  for (const id of ['a', 'b', 'c']) await scene.bury(charge(id), { code: 'call_failed' });
  await scene.bury({ ...charge('d'), data: {} }, { code: 'bad_data' });
  await scene.bury(charge('e'), { code: 'call_failed', queue: 'warehouse' });
  await until('the letters', async () => ((await scene.waiting()) === 5 ? true : undefined));
  const groups = await desk.store.groups(10);
  t.match(
    groups.map(({ service, code, type, count }) => ({ service, code, type, count })),
    new Set([
      { service: 'payments', code: 'call_failed', type: 'payment.requested', count: 4 },
      { service: 'payments', code: 'bad_data', type: 'payment.requested', count: 1 },
    ]),
  );
  const failed = groups.find(({ code }) => code === 'call_failed');
  t.same([...(failed?.queues ?? [])].sort(), ['payments', 'warehouse']);

  const received = await scene.listen();
  const asked = { by: 'ops', reason: 'the gateway is back', ratePerSecond: 100 };
  const group = failed?.group ?? '';
  const both = await Promise.allSettled([
    desk.replayMany({ group }, asked),
    desk.replayMany({ group }, asked),
  ]);
  const begun = both.filter(
    (result): result is PromiseFulfilledResult<Replay> => result.status === 'fulfilled',
  );
  t.equal(begun.length, 1, 'two people, one replay');
  t.match(
    both.find(({ status }) => status === 'rejected'),
    { reason: { code: 'nothing_waiting' } },
  );
  const over = await scene.ended(begun[0]?.value.id);
  t.match(over, { total: 4, replayed: 3, returned: 1 });
  t.same(received.map(({ id }) => id).sort(), ['a', 'b', 'c']);
  const { items } = await desk.store.list({ group, limit: 10 });
  t.same(
    new Set(items.map(({ state, messageId }) => `${String(messageId)} ${state}`)),
    new Set(['a replayed', 'b replayed', 'c replayed', 'e waiting']),
  );
  t.match(items.find(({ messageId }) => messageId === 'e')?.change, { refusal: /no queue "warehouse"/ });

  const bad = groups.find(({ code }) => code === 'bad_data')?.group ?? '';
  t.match(await scene.ended((await desk.replayMany({ group: bad }, asked)).id), { replayed: 0, returned: 1 });
  const [still] = (await desk.store.list({ group: bad, limit: 1 })).items;
  t.match(
    still,
    { state: 'waiting', change: { refusal: /data\.amountCents/ } },
    'what would die again is kept',
  );
}

async function mending(t: TapTest, scene: Scene): Promise<void> {
  const { desk } = scene.letters;
  const broken = { ...charge('m'), data: { ...charge('m').data, amountCents: '12.00' } };
  await scene.bury(broken, { code: 'bad_data', reason: 'a NUL \u0000, half a pair \ud800 and a \\u0000' });
  const { id } = await until('the letter', async () => (await desk.store.list({ limit: 1 })).items[0]);
  t.match(await desk.letter(id), {
    message: broken,
    reason: 'a NUL \u2400, half a pair \ufffd and a \\u0000',
    headers: { attempts: 2 },
    faults: [{ path: 'data.amountCents' }],
    handledBefore: false,
  });
  const decision = { by: 'ops', reason: 'an amount in cents' };
  const unfit = (payload: unknown, path: string) =>
    t.rejects(
      desk.replayOne(id, { ...decision, payload }),
      { code: 'message_unfit', faults: [{ path }] },
      path,
    );
  await unfit(broken, 'data.amountCents');
  await unfit({ ...charge('m'), id: 'n' }, 'id');
  await unfit({ ...charge('m'), type: 'no.such.type' }, 'type');
  await unfit('no message', '');
  t.equal((await desk.store.find(id))?.state, 'waiting', 'refusals change nothing');

  await scene.db.query(`insert into payments.inbox (day, message_id) values ('2026-01-02', 'm')`);
  await t.rejects(desk.replayOne(id, { ...decision, payload: charge('m') }), { code: 'already_handled' });
  await scene.db.query('delete from payments.inbox');

  const received = await scene.listen();
  const { id: replayId } = await desk.replayOne(id, { ...decision, payload: charge('m') });
  t.match(await scene.ended(replayId), { total: 1, replayed: 1 });
  t.same(received, [charge('m')]);
  t.match(await desk.store.find(id), { state: 'replayed', mended: charge('m'), message: broken });
  await t.rejects(desk.replayOne(id, decision), { code: 'letter_not_waiting' });
}

async function lasting(t: TapTest, scene: Scene): Promise<void> {
  const ids = ['p', 'q', 'r', 's'];
  for (const id of ids) await scene.bury(charge(id), { code: 'call_failed' });
  await until('the letters', async () => ((await scene.waiting()) === 4 ? true : undefined));
  await scene.letters.stop();
  const { desk } = scene.letters;
  const { items } = await desk.store.list({ limit: 10 });
  const [discarded = '', ...rest] = items.map(({ id }) => id);
  t.equal(await desk.discard({ ids: [discarded] }, { by: 'ops', reason: 'a test' }), 1);
  const asked = { by: 'ops', reason: 'again', ratePerSecond: 1 };
  const { id } = await desk.replayMany({ service: 'payments' }, asked);
  t.match(await desk.store.findReplay(id), { total: 3, finishedAt: null });
  await t.rejects(desk.discard({ ids: rest }, { by: 'ops', reason: 'too late' }), {
    code: 'nothing_waiting',
  });

  const received = await scene.listen();
  scene.restart();
  await until('the first', async () => Promise.resolve(received.length === 1 ? true : undefined));
  await scene.letters.desk.stopReplay(id);
  const over = await scene.ended(id);
  t.equal(over.replayed + over.returned, 3);
  t.ok(over.returned >= 1, 'what was not sent waits again');
  t.equal(await scene.waiting(), over.returned);
  t.equal((await desk.store.find(discarded))?.state, 'discarded');
  t.equal(await scene.metric(), over.returned, 'the metric says so');
  await desk.store.forget(new Date(Date.now() + 1_000).toISOString());
  t.equal(await desk.store.find(discarded), undefined);
  t.equal(await scene.waiting(), over.returned, 'forgetting leaves what waits');
}

class Scene {
  readonly db: Database;
  letters: DeadLetters;
  readonly #world: LetterWorld;
  #registry = new Registry();

  constructor(world: LetterWorld) {
    this.#world = world;
    this.db = world.db;
    this.letters = this.#start();
  }

  restart(): void {
    this.#registry = new Registry();
    this.letters = this.#start();
  }

  bury(message: unknown, more: Partial<DeadLetter>): Promise<void> {
    return this.#world.broker.deadLetter({
      service: 'payments',
      queue: 'payments',
      message,
      code: 'call_failed',
      reason: 'it went wrong',
      attempts: 1,
      headers: { attempts: 2 },
      diedAt: DIED_AT,
      ...more,
    });
  }

  async waiting(): Promise<number> {
    return (await this.letters.desk.store.waiting()).get('payments') ?? 0;
  }

  async metric(): Promise<number | undefined> {
    const text = await this.#registry.metrics();
    const value = /orrery_dead_letters_waiting\{service="payments"\} (\d+)/.exec(text)?.[1];
    return value === undefined ? undefined : Number(value);
  }

  /** Messages that reach the payments queue from now on. */
  async listen(): Promise<Message[]> {
    const received: Message[] = [];
    await this.#world.broker.consume(
      'payments',
      { prefetch: 8, exclusive: false },
      {
        onDelivery: (delivery: Delivery) => {
          received.push(...(delivery.messages as readonly Message[]));
          delivery.ack();
        },
        onLost: () => undefined,
      },
    );
    return received;
  }

  async ended(id: string | undefined): Promise<Replay> {
    const over = await until('the end of the replay', async () => {
      const replay = await this.letters.desk.store.findReplay(id ?? '');
      return replay?.finishedAt === null ? undefined : replay;
    });
    // What was confirmed may be a moment away from its consumer.
    await delay(50);
    return over;
  }

  #start(): DeadLetters {
    return startDeadLetters({
      settings: loadSettings({ PARTITIONS: '1', ...this.#world.environment }),
      resources: { database: this.db, broker: this.#world.broker },
      registry: this.#registry,
      logger: silentLogger,
    });
  }
}

function charge(id: string): Message & { readonly data: Readonly<Record<string, unknown>> } {
  return {
    id,
    type: 'payment.requested',
    subject: 'order-1',
    correlationId: 'order-1',
    causationId: null,
    time: new Date(Date.parse(DIED_AT)).toISOString(),
    version: 1,
    data: {
      orderId: 'order-1',
      chargeKey: `charge/${id}`,
      amountCents: 1_200,
      currency: 'USD',
      userId: 'ada',
      method: { type: 'credit_card' },
    },
  };
}
