import t from 'tap';
import { systemClock } from '../../core/kernel/clock.ts';
import { silentLogger } from '../../core/kernel/logger.ts';
import type { Message } from '../../core/kernel/message.ts';
import { inventoryCommands } from '../../core/services/inventory/adjust.ts';
import type { InventoryCommands } from '../../core/services/inventory/ports.ts';
import { reconcileStock } from '../../core/services/inventory/reconciliation.ts';
import { StockImports } from '../../core/services/inventory/stock-import.ts';
import { inventoryTables } from '../../core/services/inventory/tables.ts';
import type { Database } from '../postgres/database.ts';
import { createEngineStore } from '../postgres/engine/store.ts';
import { createStockBoard } from '../postgres/inventory/board.ts';
import { createStockImportStore } from '../postgres/inventory/imports.ts';
import { inventoryMigrations } from '../postgres/inventory/migrations.ts';
import { inventoryQueries } from '../postgres/inventory/queries.ts';
import { createReconciliationStore } from '../postgres/inventory/reconciliation.ts';
import { inventoryRelatedRows } from '../postgres/inventory/related.ts';
import { migrate } from '../postgres/migrate.ts';
import type { TapTest } from '../postgres/testing.ts';
import { bothDatabases } from './databases.ts';
import { StoredStock } from './stored-stock.ts';

/** What operators do with the stock, over actors that take one message at a time. */
class Office {
  readonly stock: StoredStock;
  readonly board;
  readonly commands: InventoryCommands;
  readonly imports: StockImports;
  /** Every message to a stock actor. */
  readonly sent: Message[] = [];
  /** Answers of the actors get lost from now on. */
  deaf = false;
  private last: Promise<unknown> = Promise.resolve();
  private ids = 0;

  readonly db: Database;

  constructor(db: Database) {
    this.db = db;
    this.stock = new StoredStock({
      store: createEngineStore(db, 'inventory', inventoryTables),
      related: inventoryRelatedRows(db),
    });
    this.board = createStockBoard(db);
    const newId = (): string => `id-${String((this.ids += 1)).padStart(4, '0')}`;
    let skipped = 0;
    this.commands = inventoryCommands({
      queries: inventoryQueries(db),
      send: (message) => this.send(message),
      newId,
      // While nobody answers, waiting takes no time.
      clock: {
        now: () => systemClock.now() + (this.deaf ? (skipped += 2_000) : 0),
        after: (ms, callback) => systemClock.after(this.deaf ? 0 : ms, callback),
      },
    });
    this.imports = new StockImports({
      store: createStockImportStore(db),
      board: this.board,
      commands: this.commands,
      productSkus: (skus) => Promise.resolve(new Set(skus.filter((sku) => sku.startsWith('MUG-')))),
      newId,
      logger: silentLogger,
    });
  }

  private async send(message: Message): Promise<void> {
    this.sent.push(message);
    if (this.deaf) return;
    const { type, data, id } = message;
    this.last = this.last.then(() => this.stock.handle(type, data as { sku: string }, id));
    await this.last;
  }
}

await t.test('the stock office', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [inventoryMigrations]);
    const office = new Office(db);
    await office.stock.seed();
    await levelsAndThresholds(t, office);
    await ledger(t, office);
    await imports(t, office);
    await reconciliation(t, office);
  }),
);

async function levelsAndThresholds(t: TapTest, { board, stock }: Office): Promise<void> {
  await t.test('levels are listed by SKU, low and out of stock by the threshold of each', async (t) => {
    const skus = async (filter: Partial<Parameters<typeof board.list>[0]> = {}): Promise<readonly string[]> =>
      (await board.list({ level: 'all', limit: 10, ...filter })).items.map(({ sku }) => sku);
    t.strictSame(await skus(), ['MUG-1', 'MUG-2']);
    t.strictSame(await skus({ level: 'low' }), []);
    t.strictSame(await skus({ level: 'out' }), ['MUG-2']);
    t.strictSame(await board.summary(), { skus: 2, low: 0, out: 1 });
    await board.setThreshold('MUG-1', 20, 'ann');
    t.match((await board.items(['MUG-1', 'NONE'])).get('MUG-1'), {
      onHand: 14,
      available: 14,
      threshold: 20,
      thresholdSet: true,
      level: 'low',
      warehouses: [{ id: 'ams' }, { id: 'ohio' }],
    });
    t.strictSame(await board.summary(), { skus: 2, low: 1, out: 1 });
    t.strictSame(await skus({ level: 'low' }), ['MUG-1']);
    await board.setThreshold('MUG-1', null, 'ann');
    t.match((await board.items(['MUG-1'])).get('MUG-1'), { threshold: 10, thresholdSet: false, level: 'ok' });
    t.strictSame(await skus({ warehouse: 'ohio', level: 'low' }), ['MUG-1'], 'only what is there counts');
    t.strictSame(await skus({ words: 'g-2' }), ['MUG-2']);
    t.strictSame(await skus({ words: 'blue', skus: ['MUG-1'] }), ['MUG-1']);
    const first = await board.list({ level: 'all', limit: 1 });
    t.strictSame(await skus({ cursor: String(first.nextCursor) }), ['MUG-2']);
    await t.rejects(board.list({ level: 'all', limit: 1, cursor: 'x' }), { code: 'bad_cursor' });
    await stock.handle('inventory.reserve.requested', { orderId: 'o1', sku: 'MUG-1', quantity: 3 } as never);
    t.match((await board.items(['MUG-1'])).get('MUG-1'), { onHand: 14, reserved: 3, available: 11 });
  });
}

async function ledger(t: TapTest, { board, commands }: Office): Promise<void> {
  await t.test('the ledger tells every movement with the level after it, page by page', async (t) => {
    const request = { sku: 'MUG-1', reason: 'count', requestedBy: 'ann' };
    await commands.adjust({ ...request, warehouseId: 'ams', delta: 5 });
    await commands.transfer({ ...request, fromWarehouseId: 'ams', toWarehouseId: 'ohio', quantity: 2 });
    await t.rejects(
      commands.transfer({ ...request, fromWarehouseId: 'ams', toWarehouseId: 'ohio', quantity: 99 }),
    );
    const told: (readonly unknown[])[] = [];
    let cursor: string | null = null;
    do {
      const page: Awaited<ReturnType<typeof board.ledger>> = await board.ledger('MUG-1', {
        limit: 2,
        ...(cursor === null ? {} : { cursor }),
      });
      told.push(
        ...page.items.map((entry) => [entry.kind, entry.warehouseId, entry.onHandDelta, entry.onHandAfter]),
      );
      cursor = page.nextCursor;
    } while (cursor !== null);
    t.strictSame(told, [
      ['transfer_refused', 'ams', 0, 13],
      ['transferred', 'ohio', 2, 6],
      ['transferred', 'ams', -2, 13],
      ['adjusted', 'ams', 5, 15],
      ['held', 'ams', 0, 10],
      ['seeded', 'ohio', 4, 4],
      ['seeded', 'ams', 10, 10],
    ]);
    const there = await board.ledger('MUG-1', { warehouse: 'ohio', limit: 10 });
    t.strictSame(
      there.items.map(({ kind, reason }) => [kind, reason]),
      [
        ['transferred', 'count (ann)'],
        ['seeded', 'first stock'],
      ],
    );
  });
}

async function imports(t: TapTest, office: Office): Promise<void> {
  const { board, imports: files, sent } = office;
  const file = [
    'sku,product,warehouse,on_hand,change',
    'MUG-1,"A mug, blue",ams,20,',
    'MUG-1,,ohio,,-1',
    'MUG-2,,AMS,0,',
    'MUG-9,,osaka,7,',
    'CUP-1,,ams,1,',
    'MUG-2,,mars,1,',
    'MUG-2,,ohio,many,',
    'MUG-1,,ams,21,',
    'MUG-1,,osaka,,-1',
  ].join('\r\n');

  await t.test('a file is previewed line by line; bad lines sink no good ones', async (t) => {
    const preview = await files.preview(file, 'ann');
    t.match(preview, { state: 'previewed', lines: 9, bad: 5, unchanged: 1, changes: 3, applied: 0 });
    const { items } = await files.lines(preview.id, { show: 'all', limit: 100 });
    t.strictSame(
      items.map(({ line, delta, errors }) => [line, delta, errors.map(({ field }) => field)]),
      [
        [2, 7, []],
        [3, -1, []],
        [4, 0, []],
        [5, 7, []],
        [6, null, ['sku']],
        [7, null, ['warehouse']],
        [8, null, ['on_hand']],
        [9, null, ['sku']],
        [10, null, ['change']],
      ],
    );
    t.strictSame(
      (await files.lines(preview.id, { show: 'bad', limit: 1 })).items.map(({ line }) => line),
      [6],
    );
    t.equal(sent.filter(({ id }) => id.includes('import')).length, 0, 'nothing has moved');
    await t.rejects(files.preview('sku,units\nA,1', 'ann'), { code: 'bad_csv', message: /"warehouse"/ });
    await t.rejects(files.preview('', 'ann'), { code: 'bad_csv' });
    await t.rejects(files.find('nowhere'), { code: 'unknown_import' });
  });

  await t.test('applied once however often; what is lost on the way is gone on with', async (t) => {
    const [preview] = await files.list(1);
    const id = preview?.id ?? '';
    office.deaf = true;
    await files.apply(id, 'ann', 'yearly count');
    await files.rest();
    t.match(await files.find(id), { state: 'applying', applied: 0 }, 'nobody answered');
    office.deaf = false;
    // Meanwhile somebody sells a unit that the file had counted: it stays sold.
    await office.commands.adjust({
      sku: 'MUG-1',
      warehouseId: 'ams',
      delta: -1,
      reason: 'broken',
      requestedBy: 'bob',
    });
    await files.resume();
    t.match(await files.find(id), { state: 'applied', applied: 3, refused: 0, reason: 'yearly count' });
    await files.apply(id, 'bob', 'again');
    await files.rest();
    t.match(await files.find(id), { state: 'applied', applied: 3, reason: 'yearly count' });
    t.match((await board.items(['MUG-1'])).get('MUG-1')?.warehouses, [{ onHand: 19 }, { onHand: 5 }]);
    t.match((await board.items(['MUG-9'])).get('MUG-9')?.warehouses, [{ id: 'osaka', onHand: 7 }]);
    t.equal((await board.ledger('MUG-9', { limit: 10 })).items.length, 1);
  });

  await t.test('what became impossible since the preview is refused by the actor, and told', async (t) => {
    const { id } = await files.preview('sku;warehouse;change\nMUG-9;osaka;-7\nMUG-1;ohio;1', 'ann');
    await office.commands.adjust({
      sku: 'MUG-9',
      warehouseId: 'osaka',
      delta: -3,
      reason: 'sold',
      requestedBy: 'bob',
    });
    await files.apply(id, 'ann', 'cleared out');
    await files.rest();
    t.match(await files.find(id), { state: 'applied', applied: 1, refused: 1 });
    t.match((await files.lines(id, { show: 'refused', limit: 9 })).items, [
      { line: 2, outcome: 'below_reserved' },
    ]);
  });
}

async function reconciliation(t: TapTest, { db }: Office): Promise<void> {
  const store = createReconciliationStore(db);
  const alarms: object[] = [];
  let ids = 0;
  const run = () =>
    reconcileStock(
      {
        store,
        newId: () => `run-${String((ids += 1))}`,
        logger: { ...silentLogger, error: (fields) => void alarms.push(fields) },
      },
      'ann',
    );

  await t.test('stock that adds up raises no alarm', async (t) => {
    t.match(await run(), { skus: 3, differences: 0, problem: null, askedBy: 'ann' });
    t.strictSame(alarms, []);
  });

  await t.test('a counter, a reservation, a ledger or an actor that drifted is found', async (t) => {
    await db.query(`update inventory.stock set on_hand = on_hand + 1 where sku = 'MUG-9'`);
    await db.query(`update inventory.reservation set status = 'committed' where order_id = 'o1'`);
    await db.query(`delete from inventory.stock_ledger where sku = 'MUG-2'`);
    await db.query(
      `insert into inventory.reservation select 'ghost', 'MUG-2', 2, 'held', '[["ams", 2]]', 0, 0, now(), now(), now()`,
    );
    const { id, differences } = await run();
    t.strictSame(
      (await store.differences(id, 100)).map(({ sku, warehouseId, kind, counter, told }) =>
        [sku, warehouseId, kind, counter, told].join(' '),
      ),
      [
        'MUG-1 ams held_reservations 3 0',
        'MUG-2 ams held_reservations 0 2',
        'MUG-9 osaka actor_on_hand 5 4',
        'MUG-9 osaka ledger_on_hand 5 4',
      ],
    );
    t.equal(differences, 4);
    t.match(alarms, [{ reconciliationId: id, differences: 4 }]);
    t.match((await store.list(1))[0], { id, differences: 4 });
  });

  await t.test('SKUs are compared some at a time, and old runs go', async (t) => {
    const first = await store.compare('', 2);
    t.match(first, { skus: 2, lastSku: 'MUG-2' });
    t.match(await store.compare(String(first.lastSku), 2), { skus: 1, lastSku: null });
    await store.forget(1);
    t.equal((await store.list(10)).length, 1);
  });
}
