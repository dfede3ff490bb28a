import { setTimeout as delay } from 'node:timers/promises';
import type { PauseView } from '../../core/services/operations/ports.ts';
import type { RepairPreview, SagaView } from '../../core/services/orders/repair-ports.ts';
import type { TapTest } from '../postgres/testing.ts';
import { type Person } from './platform-person.ts';
import { until } from '../../core/kernel/testing-until.ts';
import { type Scene, transactions } from './platform-scene.ts';

/** By then every worker rests that was asked to. */
const REST_NOTICED_MS = 2_000;

/** Orders whose payment nobody answers, each brought on in another way; then the answers come after all. */
export async function repairing(t: TapTest, scene: Scene): Promise<void> {
  const { ada, admin, shelf } = scene;
  const product = shelf.take(60);
  const pause = await paused(admin, { service: 'payments', reason: 'a drill' });
  t.match(
    await admin.get('/api/health/ready'),
    { status: 'ok', paused: ['payments'] },
    'at rest is not broken',
  );
  const order = (): Promise<string> => ada.buy([{ productId: product.id, quantity: 1 }]);
  const [skipped, restarted, resent, edited, parked] = [
    await order(),
    await order(),
    await order(),
    await order(),
    await order(),
  ];
  const [compensated, cancelled] = [await order(), await order()];
  const all = [skipped, restarted, resent, edited, parked, compensated, cancelled];
  for (const id of all) await inState(admin, id, 'awaitingPayment');

  await repair(t, admin, skipped, { operation: 'skip', acknowledge: true });
  await ada.sees(skipped, 'processing');
  await repair(t, admin, restarted, { operation: 'restart', step: 'awaitingPayment' });
  await repair(t, admin, resent, { operation: 'resend' });
  const shippingAddress = { street: '2 Way', city: 'Bonn', state: 'NW', zip: '53111', country: 'DE' };
  await repair(t, admin, edited, { operation: 'edit', changes: { shippingAddress }, acknowledge: true });
  await repair(t, admin, parked, { operation: 'park' });
  await repair(t, admin, compensated, { operation: 'compensate' });
  await repair(t, admin, cancelled, { operation: 'cancel' });
  t.equal((await sagaOf(admin, compensated)).state, 'compensating.settling', 'the refund waits as well');
  const stale = { operation: 'cancel', reason: 'too late', expectedVersion: 1 };
  t.match(await admin.call('POST', `${path(edited)}/repair`, { body: stale }), {
    status: 409,
    body: { code: 'moved_on' },
  });

  t.equal((await admin.call('DELETE', `/api/ops/pauses/${pause}`)).status, 204);
  for (const id of [restarted, resent, edited]) await ada.sees(id, 'processing');
  for (const id of [compensated, cancelled]) await ada.sees(id, 'cancelled');
  await until('the answer to be kept', async () => {
    const held = (await sagaOf(admin, parked)).parked?.held ?? [];
    return held.some(({ type }) => type === 'payment.processed') ? true : undefined;
  });
  t.equal((await ada.order(parked)).status, 'awaiting_payment', 'parked, it stays where it is');
  t.match((await admin.order(parked)).waitingFor, /an operator, who has parked it: a drill/);
  await repair(t, admin, parked, { operation: 'unpark' });
  await ada.sees(parked, 'processing');

  t.match((await sagaOf(admin, edited)).context, { shippingAddress });
  for (const id of [skipped, restarted, resent, edited, parked]) {
    t.equal(
      await moneyOf(ada, id),
      product.priceCents,
      'each paid once, the skipped one too, when the gateway was back',
    );
  }
  for (const id of [compensated, cancelled]) t.equal(await moneyOf(ada, id), 0);
  t.same(await ada.stock(product.sku), { onHand: product.available - 5, reserved: 0 });
  for (const id of [skipped, restarted, resent, edited, parked]) await cancel(ada, id);
  t.same(
    await ada.stock(product.sku),
    { onHand: product.available, reserved: 0 },
    'what was repaired can be undone',
  );
  t.ok(
    (await ada.log(skipped)).every(
      ({ type, detail }) => type !== 'order.repair.requested' || detail === null,
    ),
  );
}

/** Orders are taken in while their service rests, and live from where they stand once it goes on. */
export async function resting(t: TapTest, { ada, admin, shelf }: Scene): Promise<void> {
  const pause = await paused(admin, { service: 'orders', kind: 'order', reason: 'a drill' });
  const orderId = await ada.buy([{ productId: shelf.take(60).id, quantity: 1 }]);
  const twice = { service: 'orders', kind: 'order', reason: 'again' };
  t.equal((await admin.call('POST', '/api/ops/pauses', { body: twice })).status, 409);
  t.equal((await ada.log(orderId)).length, 1, 'its answers wait');
  t.equal((await admin.call('DELETE', `/api/ops/pauses/${pause}`)).status, 204);
  await ada.sees(orderId, 'processing');
  await cancel(ada, orderId);
}

/** On this road no parcel would leave while the test lasts. */
async function cancel(person: Person, orderId: string): Promise<void> {
  await person.call('PUT', `/api/orders/${orderId}/cancel`);
  await person.sees(orderId, 'cancelled');
}

async function paused(admin: Person, body: object): Promise<string> {
  const { status, body: view } = await admin.call<PauseView>('POST', '/api/ops/pauses', { body });
  if (status !== 201) throw new Error(`not paused: ${JSON.stringify(view)}`);
  await delay(REST_NOTICED_MS);
  return view.id;
}

function path(orderId: string): string {
  return `/api/ops/sagas/order/${orderId}`;
}

function sagaOf(admin: Person, orderId: string): Promise<SagaView> {
  return admin.get(path(orderId));
}

async function inState(admin: Person, orderId: string, state: string): Promise<SagaView> {
  return until(`${orderId} in ${state}`, async () => {
    const saga = await sagaOf(admin, orderId);
    return saga.state === state ? saga : undefined;
  });
}

interface Wish {
  readonly operation: string;
  readonly acknowledge?: boolean;
  readonly step?: string;
  readonly changes?: object;
}

/** Previewed, asked for, and done as it was previewed. */
async function repair(t: TapTest, admin: Person, orderId: string, wish: Wish): Promise<void> {
  const { acknowledge, ...tried } = wish;
  const preview = await admin.call<RepairPreview>('POST', `${path(orderId)}/repair/preview`, { body: tried });
  t.equal(preview.status, 200, `${wish.operation} is possible`);
  const { expectedVersion, to } = preview.body;
  const body = {
    ...tried,
    reason: 'a drill',
    expectedVersion,
    ...(acknowledge === true ? { acknowledge } : {}),
  };
  const asked = await admin.call<{ repairId: string }>('POST', `${path(orderId)}/repair`, { body });
  t.equal(asked.status, 202);
  const done = await until('the repair to be done', async () => {
    const { repairs } = await sagaOf(admin, orderId);
    return repairs.find(({ repairId }) => repairId === asked.body.repairId);
  });
  t.match(done, { outcome: 'done', reason: 'a drill', seq: expectedVersion + 1 });
  // What was kept is handed over in entries of its own.
  const came = (await admin.log(orderId)).filter(({ seq }) => seq > expectedVersion).map((entry) => entry.to);
  t.ok(came.includes(to), `${wish.operation} led to ${to}`);
}

async function moneyOf(person: Person, orderId: string): Promise<number> {
  return (await transactions(person, orderId))
    .filter(({ status }) => status === 'processed')
    .reduce((sum, each) => sum + (each.kind === 'charge' ? each.amountCents : -each.amountCents), 0);
}
