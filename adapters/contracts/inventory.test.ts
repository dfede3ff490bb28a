import { systemClock } from '../../core/kernel/clock.ts';
import { type AdjustOutcomes, inventoryCommands } from '../../core/services/inventory/adjust.ts';
import type { InventoryQueries } from '../../core/services/inventory/ports.ts';
import { holdsRead, reservationRead } from '../../core/services/inventory/reservation.ts';
import { inventoryTables } from '../../core/services/inventory/tables.ts';
import { createEngineStore } from '../postgres/engine/store.ts';
import { inventoryMigrations } from '../postgres/inventory/migrations.ts';
import { inventoryQueries } from '../postgres/inventory/queries.ts';
import { forgetTombstones } from '../postgres/inventory/upkeep.ts';
import { inventoryRelatedRows } from '../postgres/inventory/related.ts';
import type { TapTest } from '../postgres/testing.ts';
import { MemoryDatabase } from '../simulated/stores/database.ts';
import { MemoryEngineStore } from '../simulated/stores/engine.ts';
import { MemoryInventoryQueries } from '../simulated/stores/inventory.ts';
import { MemoryRelatedRows } from '../simulated/stores/related.ts';
import { bothDatabases } from './databases.ts';
import { HOLD_MS, NOTHING, NOW, StoredStock, type StockStores } from './stored-stock.ts';
import { migrate } from '../postgres/migrate.ts';
import t from 'tap';

/** The inventory service's store, empty. */
interface InventoryUnderTest extends StockStores {
  readonly queries: InventoryQueries & AdjustOutcomes;
  /** What the ledger says of an order, in order of the kinds. */
  readonly ledger: (orderId: string) => Promise<readonly { readonly kind: string; readonly units: number }[]>;
  /** Undefined where nothing lives long enough to be forgotten. */
  readonly forgetTombstones?: (before: Date) => Promise<number>;
}

const RESERVE = 'inventory.reserve.requested';
const COMMIT = 'inventory.commit.requested';
const RELEASE = 'inventory.release.requested';

async function stockContract(t: TapTest, under: InventoryUnderTest): Promise<void> {
  const { queries, forgetTombstones } = under;
  const stock = new StoredStock(under);
  t.equal(await stock.seed(), 2);
  t.equal(await stock.seed(), 0, 'stocking again changes nothing');

  await t.test('a SKU starts with its first stock', async (t) => {
    t.strictSame(await queries.find('MUG-1'), {
      sku: 'MUG-1',
      warehouses: [
        { id: 'ams', onHand: 10, reserved: 0, available: 10 },
        { id: 'ohio', onHand: 4, reserved: 0, available: 4 },
      ],
    });
    t.equal(await queries.find('NONE'), undefined);
    t.strictSame(
      [...(await queries.available(['MUG-1', 'MUG-2', 'NONE']))],
      [
        ['MUG-1', 14],
        ['MUG-2', 0],
        ['NONE', 0],
      ],
    );
    t.strictSame(await queries.soldOut(), ['MUG-2'], 'what was never stocked is not sold out');
  });

  await t.test('what an actor decides is in the rows, and it remembers from them', async (t) => {
    const line = { orderId: 'o1', sku: 'MUG-1', quantity: 12 };
    t.ok((await stock.handle(RESERVE, line)).includes('inventory.reserved'));
    t.match(await queries.find('MUG-1'), { warehouses: [{ reserved: 10 }, { reserved: 2, available: 2 }] });
    t.match(await queries.reservations('o1'), [
      {
        sku: 'MUG-1',
        quantity: 12,
        status: 'held',
        expiresAt: new Date(NOW + HOLD_MS).toISOString(),
        allocations: [
          { warehouseId: 'ams', quantity: 10 },
          { warehouseId: 'ohio', quantity: 2 },
        ],
      },
    ]);
    t.ok((await stock.handle(COMMIT, line)).includes('inventory.committed'));
    t.match(await queries.reservations('o1'), [{ status: 'committed', expiresAt: null }]);
    t.ok(
      (await stock.handle(RELEASE, { ...line, reason: 'refund' } as never)).includes('inventory.released'),
    );
    t.match(await queries.find('MUG-1'), {
      warehouses: [
        { onHand: 10, reserved: 0 },
        { onHand: 4, reserved: 0 },
      ],
    });
    t.strictSame(await under.ledger('o1'), [
      { kind: 'committed', units: -12 },
      { kind: 'held', units: 0 },
      { kind: 'restocked', units: 12 },
    ]);
  });

  await t.test('requests for rows are answered in their order, the earliest holds first', async (t) => {
    for (const orderId of ['h2', 'h1', 'h3']) {
      stock.now += 1_000;
      await stock.handle(RESERVE, { orderId, sku: 'MUG-1', quantity: 1 } as never);
    }
    const rows = await stock.read([
      reservationRead('h1', 'MUG-1'),
      holdsRead('MUG-1'),
      reservationRead('nobody', 'MUG-1'),
      holdsRead('MUG-2'),
      reservationRead('o1', 'MUG-1'),
      reservationRead('h1', 'MUG-1'),
    ]);
    t.strictSame(
      rows.map((found) => found.map((row) => row['order_id'])),
      [['h1'], ['h2', 'h1', 'h3'], [], [], ['o1'], ['h1']],
    );
    t.match(rows[0]?.[0], { expires_at: NOW + 2_000 + HOLD_MS, created_at: NOW + 2_000, status: 'held' });
    t.strictSame(await stock.read([]), []);
  });

  await t.test('levels that can not be are refused', async (t) => {
    const level = { sku: 'MUG-1', warehouse_id: 'ams', on_hand: 10, reserved: 11 };
    const put = (row: object): Promise<void> =>
      under.store.commit({ ...NOTHING, rows: [{ table: 'stock', row: { ...row } }] });
    await t.rejects(put(level), { code: 'value_refused' }, 'more held than there is');
    await t.rejects(put({ ...level, reserved: -1 }), { code: 'value_refused' }, 'less than nothing');
    await t.rejects(
      put({ ...level, on_hand: null, reserved: 0 }),
      { code: 'value_refused' },
      'nothing at all',
    );
    t.match(await queries.find('MUG-1'), { warehouses: [{ onHand: 10 }, { onHand: 4 }] });
  });

  await t.test('old tombstones go, reservations stay', async (t) => {
    await stock.handle(RELEASE, { orderId: 'early', sku: 'MUG-1', quantity: 1, reason: 'gone' } as never);
    t.match(await queries.reservations('early'), [{ status: 'released', allocations: [] }]);
    if (forgetTombstones === undefined) return;
    t.equal(await forgetTombstones(new Date(NOW)), 0, 'not yet');
    t.equal(await forgetTombstones(new Date(NOW + 60_000)), 1);
    t.strictSame(await queries.reservations('early'), []);
    t.equal((await queries.reservations('o1')).length, 1);
  });

  await t.test('an operator corrects a count and hears what became of it', async (t) => {
    let last: Promise<unknown> = Promise.resolve();
    const commands = inventoryCommands({
      queries,
      // One after the other, as the actor takes them.
      send: async (message) => {
        last = last.then(() => stock.handle(message.type, message.data as { sku: string }, message.id));
        await last;
      },
      newId: () => Math.random().toString(36),
      clock: systemClock,
    });
    const request = {
      sku: 'MUG-2',
      warehouseId: 'ams',
      delta: 7,
      reason: 'found some',
      requestedBy: 'ann',
    };
    t.match(await commands.adjust(request), { warehouses: [{ id: 'ams', onHand: 7, available: 7 }] });
    await t.rejects(commands.adjust({ ...request, delta: -8 }), { code: 'below_reserved' });
    await t.rejects(commands.adjust({ ...request, warehouseId: 'mars' }), { code: 'unknown_warehouse' });
    await t.rejects(commands.adjust({ ...request, sku: 'NONE' }), { code: 'unknown_sku' });
    const batch = new Map([
      ['b/1', { ...request, delta: 2 }],
      ['b/2', { ...request, warehouseId: 'mars', opens: true }],
      ['b/3', { ...request, warehouseId: 'osaka', opens: true }],
    ]);
    t.strictSame(
      [...(await commands.adjustAll(batch))],
      [
        ['b/1', { adjusted: true }],
        ['b/2', { adjusted: false, code: 'unknown_warehouse' }],
        ['b/3', { adjusted: true }],
      ],
    );
    const move = { ...request, fromWarehouseId: 'ams', toWarehouseId: 'ohio', quantity: 4 };
    t.strictSame((await commands.transfer(move)).warehouses, [
      { id: 'ams', onHand: 5, reserved: 0, available: 5 },
      { id: 'ohio', onHand: 4, reserved: 0, available: 4 },
      { id: 'osaka', onHand: 7, reserved: 0, available: 7 },
    ]);
    await t.rejects(commands.transfer({ ...move, quantity: 6 }), {
      code: 'not_available',
      message: /^quantity: /,
    });
    await t.rejects(commands.transfer({ ...move, toWarehouseId: 'mars' }), {
      code: 'unknown_warehouse',
      message: /^toWarehouseId: /,
    });
    await t.rejects(commands.transfer({ ...move, toWarehouseId: 'ams' }), { code: 'same_warehouse' });
    await t.rejects(commands.transfer({ ...move, sku: 'NONE' }), { code: 'unknown_sku' });
    let time = 0;
    const hurried = inventoryCommands({
      queries,
      send: () => Promise.resolve(),
      newId: () => 'lost',
      clock: {
        now: () => (time += 1_000),
        after: (_, callback) => {
          setImmediate(callback);
          return () => undefined;
        },
      },
    });
    await t.rejects(hurried.adjust(request), { code: 'timeout', retryable: true });
  });
}

await t.test('stock in its tables', async (t) => {
  await bothDatabases(t, async (t, db) => {
    await migrate(db, [inventoryMigrations]);
    await stockContract(t, {
      store: createEngineStore(db, 'inventory', inventoryTables),
      related: inventoryRelatedRows(db),
      queries: inventoryQueries(db),
      ledger: (orderId) =>
        db.query(
          `select kind, sum(on_hand_delta)::bigint as units from inventory.stock_ledger
           where order_id = $1 group by kind order by kind`,
          [orderId],
        ),
      forgetTombstones: (before) => forgetTombstones(db, before),
    });
  });
  await t.test('memory', (t) => {
    const database = new MemoryDatabase({ services: { inventory: inventoryTables }, now: Date.now });
    const ledger = (orderId: string) => {
      const units = new Map<string, number>();
      for (const { kind, on_hand_delta: delta, order_id: of } of database
        .service('inventory')
        .rows('stock_ledger')
        .values()) {
        if (of === orderId) units.set(String(kind), (units.get(String(kind)) ?? 0) + Number(delta));
      }
      const kinds = [...units].map(([kind, sum]) => ({ kind, units: sum }));
      return Promise.resolve(kinds.sort((one, other) => (one.kind < other.kind ? -1 : 1)));
    };
    return stockContract(t, {
      store: new MemoryEngineStore(database, 'inventory'),
      related: new MemoryRelatedRows(database),
      queries: new MemoryInventoryQueries(database),
      ledger,
    });
  });
});
