import t from 'tap';
import { availableUnits } from './levels.ts';
import { StockWorld } from './stock-world.ts';

const RESERVE = 'inventory.reserve.requested';
const COMMIT = 'inventory.commit.requested';
const RELEASE = 'inventory.release.requested';
const ADJUST = 'inventory.adjust.requested';

const two = (): StockWorld =>
  new StockWorld([
    { id: 'ams', onHand: 5, reserved: 0 },
    { id: 'ohio', onHand: 8, reserved: 0 },
  ]);
const single = (units: number): StockWorld => new StockWorld([{ id: 'ams', onHand: units, reserved: 0 }]);

await t.test('a reservation comes from one warehouse when one has it all', async (t) => {
  const answer = two().ask(RESERVE, 'o1', 6);
  t.equal(answer.type, 'inventory.reserved');
  t.match(answer.data, {
    orderId: 'o1',
    sku: 'MUG-1',
    quantity: 6,
    allocations: [{ warehouseId: 'ohio', quantity: 6 }],
  });
});

await t.test('a reservation is split when no warehouse has it all, the fullest first', async (t) => {
  const world = two();
  t.strictSame(world.ask(RESERVE, 'o1', 10).data['allocations'], [
    { warehouseId: 'ohio', quantity: 8 },
    { warehouseId: 'ams', quantity: 2 },
  ]);
  t.equal(availableUnits(world.state.levels), 3);
});

await t.test('too little stock holds nothing and tells what is left', async (t) => {
  const world = two();
  const answer = world.ask(RESERVE, 'o1', 14);
  t.match(answer, { type: 'inventory.reserve.failed', data: { available: 13, reason: 'out_of_stock' } });
  t.equal(availableUnits(world.state.levels), 13);
});

await t.test('a SKU that was never stocked is refused, not dead-lettered', async (t) => {
  const world = new StockWorld([]);
  t.match(world.ask(RESERVE, 'o1'), {
    type: 'inventory.reserve.failed',
    data: { reason: 'unknown_sku', available: 0 },
  });
});

await t.test(
  'units move once however often they are asked for, and each repeat hears the same (P14)',
  async (t) => {
    for (const forget of [false, true]) {
      const world = single(10);
      const again = (type: string, quantity: number): void => {
        const first = world.ask(type, 'o1', quantity);
        const { levels } = world.state;
        if (forget) world.forget();
        t.strictSame(world.ask(type, 'o1', quantity), first, 'the same message');
        t.strictSame(
          world.ask(type, 'o1', quantity, `${type}/other id`),
          first,
          'another message for the same order',
        );
        t.strictSame(world.state.levels, levels);
      };
      again(RESERVE, 4);
      t.strictSame(world.state.levels, [{ id: 'ams', onHand: 10, reserved: 4 }]);
      again(COMMIT, 4);
      t.strictSame(world.state.levels, [{ id: 'ams', onHand: 6, reserved: 0 }]);
      t.equal(world.ask(RESERVE, 'o1', 4).type, 'inventory.reserved', 'a late repeat of the reservation');
      again(RELEASE, 4);
      t.strictSame(world.state.levels, [{ id: 'ams', onHand: 10, reserved: 0 }]);
    }
  },
);

await t.test('releasing a hold frees it, releasing sold units restocks them', async (t) => {
  const world = single(10);
  world.ask(RESERVE, 'o1', 3);
  t.match(world.ask(RELEASE, 'o1', 3).data, { freed: 3, restocked: 0 });
  world.ask(RESERVE, 'o2', 2);
  world.ask(COMMIT, 'o2', 2);
  t.match(world.ask(RELEASE, 'o2', 2).data, { freed: 0, restocked: 2 });
  t.strictSame(world.state.levels, [{ id: 'ams', onHand: 10, reserved: 0 }]);
});

await t.test('a release that comes first refuses the late request (P16)', async (t) => {
  const world = single(10);
  t.match(world.ask(RELEASE, 'o1', 3).data, { freed: 0, restocked: 0 });
  world.forget();
  t.match(world.ask(RESERVE, 'o1', 3), { type: 'inventory.reserve.failed', data: { reason: 'released' } });
  t.match(world.ask(COMMIT, 'o1', 3), { type: 'inventory.commit.failed', data: { reason: 'released' } });
  t.equal(availableUnits(world.state.levels), 10);
});

await t.test('an unpaid hold expires by itself', async (t) => {
  const world = single(10);
  world.ask(RESERVE, 'o1', 3);
  world.pass(400_000);
  world.ask(RESERVE, 'o2', 4);
  world.forget();
  world.pass(200_000);
  t.strictSame(
    world.state.levels,
    [{ id: 'ams', onHand: 10, reserved: 4 }],
    'the first is free, the second held',
  );
  world.pass(400_000);
  t.strictSame(world.state.levels, [{ id: 'ams', onHand: 10, reserved: 0 }]);
  t.equal(world.timerAt, null, 'nothing left to expire');
});

await t.test(
  'a timer never frees a hold that was paid meanwhile, even if its row does not tell yet',
  async (t) => {
    const world = single(10);
    world.ask(RESERVE, 'o1', 3);
    world.land();
    world.ask(COMMIT, 'o1', 3);
    world.pass(600_000);
    t.strictSame(world.state.levels, [{ id: 'ams', onHand: 7, reserved: 0 }]);
  },
);

await t.test('more holds than one reading expire one reading after the other', async (t) => {
  const world = single(1_000);
  for (let order = 0; order < 700; order += 1) world.ask(RESERVE, `o${String(order)}`);
  world.forget();
  world.pass(600_000);
  t.equal(availableUnits(world.state.levels), 300 + 256);
  for (let second = 0; second < 3; second += 1) {
    world.forget();
    world.pass(1_000);
  }
  t.equal(availableUnits(world.state.levels), 1_000);
  world.pass(1_000);
  t.equal(world.timerAt, null);
});

await t.test(
  'a paid order gets its stock although the hold had expired, if there is any (P17)',
  async (t) => {
    const world = single(5);
    world.ask(RESERVE, 'o1', 3);
    world.ask(RESERVE, 'o2', 2);
    world.pass(600_000);
    t.equal(availableUnits(world.state.levels), 5);
    world.ask(RESERVE, 'o3', 2);
    t.equal(world.ask(COMMIT, 'o1', 3).type, 'inventory.committed');
    t.strictSame(world.state.levels, [{ id: 'ams', onHand: 2, reserved: 2 }]);
    t.match(world.ask(COMMIT, 'o2', 2), {
      type: 'inventory.commit.failed',
      data: { reason: 'out_of_stock' },
    });
    t.match(world.ask(RELEASE, 'o2', 2).data, { freed: 0, restocked: 0 });
  },
);

await t.test('what was never reserved is not sold', async (t) => {
  t.match(single(5).ask(COMMIT, 'o1'), { type: 'inventory.commit.failed', data: { reason: 'not_reserved' } });
});

await t.test('a request for another quantity than was reserved is refused', async (t) => {
  const world = single(5);
  world.ask(RESERVE, 'o1', 2);
  t.match(world.ask(COMMIT, 'o1', 3), {
    type: 'inventory.commit.failed',
    data: { reason: 'quantity_mismatch' },
  });
  t.match(world.ask(RESERVE, 'o1', 3, 'again'), { data: { reason: 'quantity_mismatch' } });
  t.equal(availableUnits(world.state.levels), 3);
});

await t.test('an operator corrects a count, never below what is held', async (t) => {
  const world = single(5);
  world.ask(RESERVE, 'o1', 3);
  const adjust = (id: string, warehouseId: string, delta: number): unknown => {
    const data = { sku: 'MUG-1', warehouseId, delta, reason: 'stocktaking', requestedBy: 'admin' };
    world.handle(world.message(ADJUST, id, data));
    world.handle(world.message(ADJUST, id, data));
    world.land();
    return world.tables.stock_ledger.get(`${id}/0`);
  };
  t.match(adjust('a1', 'ams', -3), { kind: 'adjust_refused', reason: 'below_reserved', on_hand_delta: 0 });
  t.match(adjust('a2', 'mars', 1), { kind: 'adjust_refused', reason: 'unknown_warehouse' });
  t.match(adjust('a3', 'ams', -2), { kind: 'adjusted', on_hand_delta: -2, warehouse_id: 'ams' });
  t.strictSame(world.state.levels, [{ id: 'ams', onHand: 3, reserved: 3 }]);
});

await t.test(
  'availability is told when it runs out and when it comes back, not with every order',
  async (t) => {
    const world = single(100);
    const told: unknown[] = [];
    const hear = (type: string, order: number): void => {
      const message = world.message(type, `${type}/${String(order)}`, {
        orderId: `o${String(order)}`,
        sku: 'MUG-1',
        quantity: 1,
        reason: 'x',
      });
      for (const draft of world.handle(message)) {
        if (draft.type === 'inventory.stock.changed')
          told.push((draft.data as { available: number }).available);
      }
    };
    for (let order = 0; order < 105; order += 1) hear(RESERVE, order);
    t.strictSame(told, [99, 10, 0]);
    hear(RELEASE, 7);
    t.strictSame(told, [99, 10, 0, 1]);
  },
);

await t.test('the snapshot of a hot SKU does not grow with its orders', async (t) => {
  const world = single(1_000_000);
  for (let order = 0; order < 5_000; order += 1) world.ask(RESERVE, `o${String(order)}`);
  t.ok(world.snapshotBytes() < 200, `${String(world.snapshotBytes())} bytes`);
});

const TRANSFER = 'inventory.transfer.requested';

/** Asks for a transfer; what the ledger says of it. */
function moved(
  world: StockWorld,
  more: object = {},
): { readonly kinds: readonly unknown[]; readonly reason: unknown } {
  const data = { sku: 'MUG-1', fromWarehouseId: 'ams', toWarehouseId: 'ohio', quantity: 3, ...more };
  const id = `transfer/${JSON.stringify(data)}`;
  world.handle(world.message(TRANSFER, id, { reason: 'near the harbour', requestedBy: 'ann', ...data }));
  const rows = [...world.decided().stock_ledger.values()].filter((row) => row['message_id'] === id);
  return { kinds: rows.map((row) => row['kind']), reason: rows[0]?.['reason'] };
}

await t.test('a transfer moves free units in one decision, and tells both levels after it', async (t) => {
  const world = two();
  world.ask(RESERVE, 'o1', 2);
  t.strictSame(moved(world), {
    kinds: ['transferred', 'transferred'],
    reason: 'near the harbour (ann)',
  });
  t.strictSame(world.state.levels, [
    { id: 'ams', onHand: 2, reserved: 0 },
    { id: 'ohio', onHand: 11, reserved: 2 },
  ]);
  const rows = [...world.decided().stock_ledger.values()].slice(-2);
  t.strictSame(
    rows.map((row) => [
      row['warehouse_id'],
      row['on_hand_delta'],
      row['on_hand_after'],
      row['reserved_after'],
    ]),
    [
      ['ams', -3, 2, 0],
      ['ohio', 3, 11, 2],
    ],
  );
});

await t.test('a transfer of what is not free, or not there, moves nothing and says why', async (t) => {
  const world = two();
  world.ask(RESERVE, 'o1', 6);
  const before = world.state.levels;
  const refused = (more: object): unknown => {
    const { kinds, reason } = moved(world, more);
    t.strictSame(kinds, ['transfer_refused']);
    return reason;
  };
  t.equal(refused({ quantity: 6 }), 'not_available');
  t.equal(refused({ fromWarehouseId: 'ohio', toWarehouseId: 'ams' }), 'not_available', 'what is held stays');
  t.equal(refused({ toWarehouseId: 'ams' }), 'same_warehouse');
  t.equal(refused({ toWarehouseId: 'osaka' }), 'unknown_warehouse', 'nobody said that it may begin there');
  t.equal(refused({ fromWarehouseId: 'osaka' }), 'unknown_warehouse');
  t.equal(world.state.levels, before);
  t.strictSame(moved(new StockWorld([])).reason, 'unknown_sku');
});

await t.test('a warehouse begins to keep a SKU when it may', async (t) => {
  const world = new StockWorld([]);
  const data = { sku: 'MUG-1', warehouseId: 'ohio', delta: 4, reason: 'first stock', requestedBy: 'ann' };
  world.handle(world.message(ADJUST, 'a1', data));
  t.strictSame(world.state.levels, [], 'nobody said so');
  world.handle(world.message(ADJUST, 'a2', { ...data, delta: -1, opens: true }));
  t.strictSame(world.state.levels, [], 'not with less than nothing');
  world.handle(world.message(ADJUST, 'a3', { ...data, opens: true }));
  world.handle(world.message(ADJUST, 'a4', { ...data, warehouseId: 'ams', delta: 1, opens: true }));
  t.strictSame(world.state.levels, [
    { id: 'ams', onHand: 1, reserved: 0 },
    { id: 'ohio', onHand: 4, reserved: 0 },
  ]);
  world.forget();
  t.match(world.ask(RESERVE, 'o1', 5), { type: 'inventory.reserved' });
});
