import t from 'tap';
import type { RepairPreview, SagaView } from '../../core/services/orders/repair-ports.ts';
import { migrate } from '../postgres/migrate.ts';
import { ordersMigrations } from '../postgres/orders/migrations.ts';
import { withGateway } from './testing.ts';

const SAGA = '/api/ops/sagas/order/o1';

await t.test('an order is looked at, tried out and repaired', async (t) => {
  await withGateway({}, async (rig) => {
    rig.sagas.place('o1');
    const { token, user } = await rig.signIn('admin');
    const see = async (): Promise<SagaView> => (await rig.call('GET', SAGA, { token })).json<SagaView>();
    const repair = (body: object) => rig.call('POST', `${SAGA}/repair`, { token, body });

    const fresh = await see();
    t.match(fresh, {
      state: 'pending',
      version: 1,
      finished: false,
      parked: null,
      requests: [{ type: 'inventory.reserve.requested', subject: 'LAMP-1', attempts: 1 }],
      timers: [{ id: 'xstate.after.reserveTimeoutMs.order.pending' }],
      repairs: [],
    });
    const possible = fresh.operations.filter((each) => each.possible).map(({ operation }) => operation);
    t.strictSame(possible, ['resend', 'skip', 'edit', 'compensate', 'cancel', 'restart', 'park']);

    const preview = await rig.call('POST', `${SAGA}/repair/preview`, { token, body: { operation: 'skip' } });
    t.match(preview.json<RepairPreview>(), {
      from: 'pending',
      to: 'awaitingPayment',
      contextBefore: { lines: [{ state: 'requested' }] },
      contextAfter: { lines: [{ state: 'reserved' }], payment: { state: 'requested' } },
      messages: [{ type: 'payment.requested', again: false }],
      timers: [{ id: /pending/, dueAt: null }, { id: /awaitingPayment/ }],
      warnings: [/Nobody holds 1 × LAMP-1/],
      expectedVersion: 1,
    });
    t.strictSame((await see()).version, 1, 'a preview changes nothing');

    const skip = { operation: 'skip', reason: 'the stock service is down', expectedVersion: 1 };
    const unread = await repair(skip);
    t.equal(unread.statusCode, 409);
    t.match(unread.json(), { code: 'acknowledge_required', warnings: [/Nobody holds/] });
    const done = await repair({ ...skip, acknowledge: true });
    t.equal(done.statusCode, 202);
    const { repairId } = done.json<{ repairId: string }>();
    t.match(await see(), {
      state: 'awaitingPayment',
      version: 2,
      repairs: [
        {
          repairId,
          operation: 'skip',
          by: user.id,
          reason: 'the stock service is down',
          outcome: 'done',
          seq: 2,
        },
      ],
    });
    const late = await repair({ ...skip, acknowledge: true });
    t.equal(late.statusCode, 409);
    t.match(late.json(), { code: 'moved_on', version: 2 });

    const trail = await rig.call('GET', '/api/admin/audit?action=saga.&kind=order&subject=o1', { token });
    t.match(trail.json(), {
      items: [
        {
          by: user.id,
          action: 'saga.skip',
          detail: { expectedVersion: 1, to: 'awaitingPayment', warnings: [/./] },
        },
      ],
    });
    t.equal(trail.json<{ items: unknown[] }>().items.length, 1, 'what was refused has no entry');
  });
});

await t.test('what is wrong with a repair is named', async (t) => {
  await withGateway({}, async (rig) => {
    rig.sagas.place('o1');
    const { token } = await rig.signIn('admin');
    const call = (path: string, body: object) => rig.call('POST', `${SAGA}/${path}`, { token, body });
    const edit = (changes: object) => call('repair/preview', { operation: 'edit', changes });

    t.equal((await rig.call('GET', '/api/ops/sagas/order/o404', { token })).statusCode, 404);
    t.equal((await rig.call('GET', '/api/ops/sagas/basket/o1', { token })).statusCode, 404);
    const address = { street: '1 Way', city: 'S', state: 'IL', zip: '', country: 'US' };
    t.match((await edit({ shippingAddress: address })).json(), {
      status: 400,
      errors: [{ path: 'changes.shippingAddress.zip' }],
    });
    t.match((await edit({ lines: [{ sku: 'NO-1', state: 'reserved' }] })).json(), {
      status: 400,
      errors: [{ path: 'changes.lines.0.sku', message: 'the order has no line of NO-1' }],
    });
    t.match((await edit({})).json(), { status: 400, errors: [{ path: 'changes' }] });
    t.equal((await call('repair/preview', { operation: 'explode' })).statusCode, 400);
    t.match((await call('repair', { operation: 'park', expectedVersion: 1 })).json(), {
      errors: [{ path: 'reason' }],
    });
    const impossible = await call('repair/preview', {
      operation: 'restart',
      step: 'confirmed.requestingParcel',
    });
    t.match(impossible.json(), { status: 409, code: 'not_possible' });
  });
});

await t.test('a service is paused and goes on, each told in the trail', async (t) => {
  await withGateway({}, async (rig) => {
    await migrate(rig.database, [ordersMigrations]);
    const { token, user } = await rig.signIn('admin');
    const pause = (body: object) => rig.call('POST', '/api/ops/pauses', { token, body });
    const begun = await pause({ service: 'orders', kind: 'order', partition: 3, reason: 'a look' });
    t.equal(begun.statusCode, 201);
    const { id } = begun.json<{ id: string }>();
    const shown = { id, service: 'orders', kind: 'order', partition: 3, reason: 'a look', by: user.id };
    t.match((await rig.call('GET', '/api/ops/pauses', { token })).json(), { items: [shown] });
    t.match((await pause({ service: 'orders', kind: 'order', partition: 3, reason: 'again' })).json(), {
      status: 409,
      code: 'already_paused',
    });
    t.match((await pause({ service: 'shop', reason: 'x' })).json(), { status: 400, code: 'unknown_service' });
    t.match((await pause({ service: 'orders', kind: 'stock', reason: 'x' })).json(), {
      code: 'unknown_kind',
    });
    t.match((await pause({ service: 'orders', partition: 4, reason: 'x' })).json(), {
      code: 'unknown_partition',
    });
    t.match((await pause({ service: 'orders' })).json(), { errors: [{ path: 'reason' }] });
    t.equal((await rig.call('DELETE', `/api/ops/pauses/${id}`, { token })).statusCode, 204);
    t.equal((await rig.call('DELETE', `/api/ops/pauses/${id}`, { token })).statusCode, 404);
    t.strictSame((await rig.call('GET', '/api/ops/pauses', { token })).json(), { items: [] });
    t.match((await rig.call('GET', '/api/admin/audit?action=pause.', { token })).json(), {
      items: [{ action: 'pause.end' }, { action: 'pause.begin', reason: 'a look' }],
    });
  });
});
