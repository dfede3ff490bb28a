import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { partitionName, partitionOf } from '../../core/kernel/partition.ts';
import { fraudScored } from '../contracts/platform-scene.ts';
import { ADMIN, PLATFORM_SETTINGS, SLOW_ROAD } from '../contracts/platform-stage.ts';
import { startVisibly } from './platform-testing.ts';
import { until } from '../../core/kernel/testing-until.ts';

const PARTITIONS = 2;
const folder = await mkdtemp(join(tmpdir(), 'orrery-console-'));
const { platform, resources } = await startVisibly({
  ...PLATFORM_SETTINGS,
  ...SLOW_ROAD,
  DATA_DIR: folder,
  PARTITIONS: String(PARTITIONS),
  PUBLIC_URL: 'https://shop.example',
});
t.teardown(async () => {
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
});

interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
  /** As far as these tests look. */
  readonly body: {
    readonly token: string;
    readonly code: string;
    readonly detail: string;
    readonly orderId: string;
    readonly jobId: string;
    readonly status: string;
    readonly state: string;
    readonly total: number;
    readonly done: number;
    readonly failed: number;
    readonly finishedAt: string | null;
    readonly downloadUrl: string | null;
    readonly errors: readonly { readonly code: string; readonly count: number; readonly path: string }[];
    readonly payment: { readonly status: string; readonly refundedCents: number };
    readonly items: readonly (Record<string, unknown> & {
      readonly id: string;
      readonly order: { id: string };
    })[];
    readonly letters: readonly { readonly subject: string; readonly text: string }[];
    readonly jobs: readonly object[];
    readonly audit: readonly object[];
    readonly customer: { readonly usual: { readonly orders: number } };
  };
}

async function call(method: string, path: string, token: string, body?: unknown): Promise<Answer> {
  const answer = await fetch(`${platform.url ?? ''}${path}`, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      'idempotency-key': randomUUID(),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  const isJson = answer.headers.get('content-type')?.includes('json') === true;
  return {
    status: answer.status,
    headers: answer.headers,
    text,
    body: (isJson ? JSON.parse(text) : {}) as Answer['body'],
  };
}

const admin = (await call('POST', '/api/auth/login', '', ADMIN)).body.token;
const shopper = (
  await call('POST', '/api/auth/register', '', {
    name: '=1+1',
    email: 'eve@example.com',
    password: 'analytical engine',
  })
).body.token;
const catalogue = await call('GET', '/api/products?limit=100', admin);
const productId = catalogue.body.items.find(({ available }) => Number(available) > 40)?.id;

async function buy(token = 'tok_ok'): Promise<string> {
  const { body } = await call('POST', '/api/orders/checkout', shopper, {
    shippingAddress: { street: '1 Main St', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' },
    paymentMethod: { type: 'credit_card', token },
    items: [{ productId, quantity: 1 }],
  });
  return body.orderId;
}

function orderIs(id: string, status: string): Promise<Answer['body']> {
  return until(`${id} to be ${status}`, async () => {
    const { body } = await call('GET', `/api/orders/${id}`, admin);
    return body.status === status ? body : undefined;
  });
}

async function bulk(action: string, orders: object): Promise<Answer['body']> {
  const asked = await call('POST', '/api/admin/orders/bulk', admin, {
    action,
    reason: 'tried here',
    ...orders,
  });
  t.equal(asked.status, 202, asked.text);
  return ended(asked.body.jobId);
}

function ended(jobId: string): Promise<Answer['body']> {
  return until(`job ${jobId}`, async () => {
    const { body } = await call('GET', `/api/admin/jobs/${jobId}`, admin);
    return body.finishedAt === null ? undefined : body;
  });
}

await t.test('what makes no sense is refused before anything happens', async (t) => {
  const refusal = async (body: object): Promise<string> => {
    const answer = await call('POST', '/api/admin/orders/bulk', admin, {
      action: 'cancel',
      reason: 'x',
      ...body,
    });
    t.equal(answer.status, 400, answer.text);
    return answer.body.errors.map(({ path }) => path).join();
  };
  t.equal(await refusal({}), 'ids');
  t.equal(await refusal({ ids: [] }), 'ids');
  t.equal(await refusal({ ids: Array.from({ length: 101 }, String) }), 'ids');
  t.equal(
    await refusal({ filter: { statuss: 'pending' } }),
    'filter.statuss',
    'a slip is no filter for everything',
  );
  t.equal(await refusal({ filter: { price_min: 5, price_max: 1 } }), 'price_min');
  t.equal(await refusal({ ids: ['a'], filter: {} }), 'filter');
  t.equal(await refusal({ ids: ['a'], reason: ' ' }), 'reason');
  t.equal(await refusal({ ids: ['a'], action: 'explode' }), 'action');
  const body = { action: 'cancel', ids: ['a'], reason: 'x' };
  t.equal((await call('POST', '/api/admin/orders/bulk', shopper, body)).status, 403);
  t.equal((await call('GET', '/api/admin/jobs/none', admin)).body.code, 'unknown_job');
  t.equal((await call('GET', '/api/admin/orders/export?statuss=x', admin)).status, 400);
});

await t.test(
  'parcels leave early, orders are cancelled, and money goes back, through their sagas',
  async (t) => {
    const [early, wound, declined] = [await buy(), await buy(), await buy('tok_declined')];
    await Promise.all([
      orderIs(early, 'processing'),
      orderIs(wound, 'processing'),
      orderIs(declined, 'cancelled'),
    ]);

    const ids = [early, declined];
    const preview = await call('POST', '/api/admin/orders/bulk', admin, {
      action: 'mark_shipped',
      ids,
      dryRun: true,
    });
    t.match(preview.body, {
      dryRun: true,
      total: 2,
      complete: true,
      will: [{ effect: 'dispatch', count: 1 }],
      wont: [{ code: 'already_cancelled', count: 1 }],
    });
    const shipped = await bulk('mark_shipped', { ids });
    t.match(shipped, {
      state: 'done',
      total: 2,
      done: 1,
      failed: 1,
      errors: [{ code: 'already_cancelled' }],
    });
    await orderIs(early, 'shipped');

    t.match(await bulk('cancel', { filter: { status: 'processing' } }), { state: 'done', total: 1, done: 1 });
    t.match((await orderIs(wound, 'cancelled')).payment, { status: 'refunded' });

    t.match(await bulk('refund', { ids: [early] }), { done: 0, errors: [{ code: 'parcel_under_way' }] });
    await until('the parcel to arrive', async () => {
      // The road takes three days here; each of its steps is made due.
      await resources.database.query(
        `update shipping.shipment set next_update_at = now() where order_id = $1`,
        [early],
      );
      const { body } = await call('GET', `/api/orders/${early}`, admin);
      return body.status === 'delivered' ? true : undefined;
    });
    t.match(await bulk('refund', { ids: [early] }), { state: 'done', done: 1, failed: 0 });
    const refunded = await orderIs(early, 'delivered');
    t.match(refunded.payment, { status: 'refunded' });
    t.ok(refunded.payment.refundedCents > 0);

    const dossier = await until('the letter about the refund', async () => {
      const { body } = await call('GET', `/api/admin/orders/${early}/dossier`, admin);
      return body.letters.some(({ subject }) => subject.startsWith('We have refunded')) ? body : undefined;
    });
    t.match(dossier.jobs, [
      { action: 'refund', outcome: 'done' },
      { code: 'parcel_under_way' },
      { action: 'mark_shipped' },
    ]);
    t.equal(dossier.customer.usual.orders, 2);
    const trail = await call('GET', '/api/admin/audit?action=orders.', admin);
    t.match(
      trail.body.items.map(({ action }) => action),
      ['orders.refund', 'orders.refund', 'orders.cancel', 'orders.mark_shipped'],
    );
  },
);

await t.test('orders come as CSV, at once or by a job with a letter', async (t) => {
  const now = await call('GET', '/api/admin/orders/export?status=delivered', admin);
  t.match(now.headers.get('content-disposition'), /attachment; filename="orders\.csv"/);
  t.match(now.text, /^order_id,[^\r]+\r\n[^\r]+,delivered,,'=1\+1,eve@example\.com,[^\r]+\r\n$/);

  const { body } = await call('POST', '/api/admin/orders/export', admin, {
    filter: { customer: 'eve@example.com' },
  });
  const job = await ended(body.jobId);
  t.match(job, { state: 'done', total: 3, done: 3, failed: 0 });
  const file = await call('GET', job.downloadUrl ?? '', admin);
  t.equal(file.text.split('\r\n').length, 5);
  const letter = await until('the letter', async () => {
    const letters = await call('GET', '/api/notifications', admin);
    return letters.body.items.find(({ subject }) => String(subject).includes('export'));
  });
  t.match(String(letter['text']), new RegExp(`https://shop\\.example/admin/jobs/${body.jobId}`));
  t.equal((await call('POST', `/api/admin/jobs/${body.jobId}/pause`, admin, {})).body.code, 'not_possible');
  t.match((await call('GET', '/api/admin/jobs', admin)).body.items[0], { id: body.jobId, kind: 'export' });
});

await t.test('a flagged order shows with its reasons, and its customer can be asked', async (t) => {
  const id = await buy();
  await orderIs(id, 'processing');
  const routingKey = `fraud.scored.${partitionName(partitionOf(id, PARTITIONS))}`;
  await resources.broker.publish([
    { exchange: 'events', routingKey, messages: [fraudScored(id)], mandatory: true },
  ]);
  const queue = await until('the flag', async () => {
    const { body } = await call('GET', '/api/admin/review', admin);
    return body.items.length > 0 ? body : undefined;
  });
  t.match(queue.items, [
    { order: { id, status: 'in_review' }, score: 95, reasons: ['ten cards in an hour'] },
  ]);

  const decide = (decision: string, reason: string) =>
    call('POST', `/api/admin/orders/${id}/review`, admin, { decision, reason });
  t.equal((await decide('request_info', 'Did you order this yourself?')).status, 200);
  const dossier = await until('the question', async () => {
    const { body } = await call('GET', `/api/admin/orders/${id}/dossier`, admin);
    return body.letters.some(({ text }) => text.includes('Did you order this yourself?')) ? body : undefined;
  });
  t.match(dossier, { suspicion: { score: 95 }, order: { status: 'in_review' } });
  t.match(dossier.audit, [{ action: 'review.request_info', reason: 'Did you order this yourself?' }]);
  t.equal((await decide('approve', 'answered by telephone')).status, 200);
  await orderIs(id, 'processing');
  t.equal((await decide('request_info', 'Too late?')).status, 409);
});
