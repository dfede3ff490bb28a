import t from 'tap';
import { uuidv7 } from 'uuidv7';
import { DeadLetterDesk } from '../../core/services/dead-letters/desk.ts';
import type { Letter, LetterGroup, LetterSummary, Replay } from '../../core/services/dead-letters/ports.ts';
import { withTestPglite } from '../embedded/testing.ts';
import { createLetterStore } from '../postgres/dead-letters/letters.ts';
import { deadLettersMigrations } from '../postgres/dead-letters/schema.ts';
import { migrate } from '../postgres/migrate.ts';
import { type Rig, withGateway } from './testing.ts';

const PATH = '/api/ops/dead-letters';

const message = (id: string, amountCents: unknown) => ({
  id,
  type: 'payment.processed',
  subject: 'order-1',
  correlationId: 'order-1',
  causationId: null,
  time: '2026-01-02T03:04:05.000Z',
  version: 1,
  data: { orderId: 'order-1', chargeKey: 'order-1', amountCents, currency: 'USD', transactionId: 'tx' },
});

/** A gateway with three letters; nobody works replays off, so what is asked for stays visible. */
async function withLetters(run: (rig: Rig, token: string) => Promise<void>): Promise<void> {
  await withTestPglite(async (db) => {
    await migrate(db, [deadLettersMigrations]);
    const store = createLetterStore(db);
    for (const id of ['a', 'b', 'c']) {
      await store.append({
        service: 'orders',
        id,
        queue: 'orders.p00',
        message: message(id, id === 'a' ? '12.00' : 1_200),
        code: 'bad_data',
        reason: 'no amount',
        attempts: 1,
        headers: { 'x-delivery-count': 2 },
        diedAt: `2026-01-02T03:04:0${id === 'a' ? '1' : '2'}.000Z`,
      });
    }
    const deadLetters = new DeadLetterDesk({
      store,
      queueOf: (_service, { type }) => (type === 'payment.processed' ? 'orders.p00' : undefined),
      handled: () => Promise.resolve(false),
      newId: uuidv7,
      onReplay: () => undefined,
    });
    await withGateway({ deadLetters }, async (rig) => {
      await run(rig, (await rig.signIn('admin')).token);
    });
  });
}

t.test('letters are for operators, listed by cause and page by page', (t) =>
  withLetters(async (rig, token) => {
    const call: Rig['call'] = (...given) => rig.call(...given);
    t.equal((await call('GET', PATH)).statusCode, 401);
    const shopper = await rig.signIn();
    t.equal((await call('GET', PATH, { token: shopper.token })).statusCode, 403);
    const { groups } = (await call('GET', PATH, { token })).json<{ groups: LetterGroup[] }>();
    t.match(groups, [{ code: 'bad_data', type: 'payment.processed', queues: ['orders.p00'], count: 3 }]);
    const group = groups[0]?.group ?? '';
    const pages: string[] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const url: string = `${PATH}?group=${group}&limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`;
      const page = (await call('GET', url, { token })).json<{
        items: LetterSummary[];
        nextCursor: string | null;
      }>();
      pages.push(page.items.map(({ id }) => id).join(''));
      cursor = page.nextCursor;
    }
    t.same(pages, ['cb', 'a'], 'the latest first');
    t.match((await call('GET', `${PATH}?cursor=nonsense`, { token })).json(), { code: 'bad_cursor' });
    t.match((await call('GET', `${PATH}/a`, { token })).json<Letter>(), {
      message: message('a', '12.00'),
      headers: { 'x-delivery-count': 2 },
      faults: [{ path: 'data.amountCents' }],
    });
    t.equal((await call('GET', `${PATH}/z`, { token })).statusCode, 404);
  }),
);

t.test('what is asked for is checked field by field, done once, and noted', (t) =>
  withLetters(async (rig, token) => {
    const call: Rig['call'] = (...given) => rig.call(...given);
    const post = (path: string, body: object) => call('POST', `${PATH}${path}`, { token, body });
    const reason = 'a test';
    t.match((await post('/a/replay', {})).json(), { errors: [{ path: 'reason' }] });
    t.match((await post('/a/replay', { reason })).json(), {
      status: 400,
      errors: [{ path: 'payload.data.amountCents' }],
    });
    const other = await post('/a/replay', { reason, payload: { ...message('a', 1), type: 'order.created' } });
    t.match(other.json(), { status: 400, errors: [{ path: /^payload\./ }] });
    t.match((await post('/replay', { reason })).json(), { errors: [{ path: 'group' }] });
    t.match((await post('/replay', { reason, ids: ['b'], ratePerSecond: 0 })).json(), {
      errors: [{ path: 'ratePerSecond' }],
    });

    const begun = await post('/a/replay', { reason, payload: message('a', 1_200) });
    t.equal(begun.statusCode, 202);
    t.match(begun.json<Replay>(), { total: 1, replayed: 0, finishedAt: null });
    t.match((await post('/a/replay', { reason })).json(), { status: 409, code: 'letter_not_waiting' });
    t.match((await post('/discard', { reason, ids: ['a', 'b'] })).json(), { discarded: 1 });
    t.match((await post('/discard', { reason, ids: ['b'] })).json(), {
      status: 409,
      code: 'nothing_waiting',
    });
    const { id } = begun.json<Replay>();
    t.match((await call('GET', `${PATH}/replays/${id}`, { token })).json(), { id, reason });
    t.equal((await call('DELETE', `${PATH}/replays/${id}`, { token })).statusCode, 202);
    t.equal((await call('DELETE', `${PATH}/replays/none`, { token })).statusCode, 404);
    const trail = (await call('GET', '/api/admin/audit?action=dead-letter.', { token })).json<{
      items: { action: string; reason?: string }[];
    }>();
    t.ok(trail.items.some((entry) => entry.action === 'dead-letter.replay' && entry.reason === reason));
    t.ok(trail.items.some((entry) => entry.action === 'dead-letter.discard'));
  }),
);
