import type { RowWrite } from '../../../core/engine/behaviour.ts';
import type { MemoryDatabase } from '../stores/database.ts';
import type { Landed } from '../stores/landed.ts';
import type { Shelf } from '../workload.ts';
import type { Report, Watcher } from './invariants.ts';

type Row = RowWrite['row'];
interface Units {
  onHand: number;
  reserved: number;
}

/** I1–I3, and that no hold outlives its order (I12): the shelves counted after every change of the stock. */
export class StockWatcher implements Watcher {
  private readonly database: MemoryDatabase;
  private readonly report: Report;
  /** Units that were there at first, corrections included, by `sku/warehouse`. */
  private readonly first = new Map<string, number>();
  private readonly corrections = new Set<string>();
  /** Running sums of the ledger, by `sku/warehouse`. */
  private readonly ledger = new Map<string, Units>();

  constructor(database: MemoryDatabase, shelves: readonly Shelf[], report: Report) {
    this.database = database;
    this.report = report;
    for (const { sku, levels } of shelves) {
      for (const { warehouseId, units } of levels) this.first.set(`${sku}/${warehouseId}`, units);
    }
  }

  onCommit(landed: Landed): void {
    if (landed.service !== 'inventory' || landed.kind !== 'commit') return;
    const touched = new Set<string>();
    for (const { table, row } of landed.commit.rows) {
      touched.add(text(row, 'sku'));
      if (table === 'stock_ledger') this.addUp(row);
    }
    for (const sku of touched) this.count(sku);
  }

  atEnd(): void {
    const orders = this.database.service('orders').rows('orders');
    for (const row of this.reservations()) {
      const status = orders.get(text(row, 'order_id'))?.['status'];
      const wanted = status === 'delivered' ? 'committed' : 'nothing';
      const has = row['status'] === 'held' || row['status'] === 'committed' ? row['status'] : 'nothing';
      if (has === wanted) continue;
      this.report(
        has === 'held' ? 'I12' : 'I2',
        `order ${text(row, 'order_id')} is ${String(status)} and has its ${text(row, 'sku')} ${String(row['status'])}`,
      );
    }
  }

  private addUp(row: Row): void {
    const key = `${text(row, 'sku')}/${text(row, 'warehouse_id')}`;
    const wish = originOf(text(row, 'message_id'));
    if (row['kind'] === 'adjusted' && !this.corrections.has(wish)) {
      this.corrections.add(wish);
      this.first.set(key, (this.first.get(key) ?? 0) + Number(row['on_hand_delta']));
    }
    const sum = this.ledger.get(key) ?? { onHand: 0, reserved: 0 };
    sum.onHand += Number(row['on_hand_delta']);
    sum.reserved += Number(row['reserved_delta']);
    this.ledger.set(key, sum);
  }

  private count(sku: string): void {
    const { held, sold } = this.ofOrders(sku);
    for (const [key, row] of this.levels(sku)) {
      const onHand = Number(row['on_hand']);
      const reserved = Number(row['reserved']);
      if (reserved < 0 || reserved > onHand) {
        this.report('I1', `${key}: ${String(reserved)} reserved of ${String(onHand)} on hand`);
      }
      const first = this.first.get(key) ?? 0;
      if (onHand + (sold.get(key) ?? 0) !== first) {
        this.report(
          'I2',
          `${key}: ${String(onHand)} on hand + ${String(sold.get(key) ?? 0)} sold, of ${String(first)}`,
        );
      }
      if (reserved !== (held.get(key) ?? 0)) {
        this.report('I3', `${key}: ${String(reserved)} reserved, holds of ${String(held.get(key) ?? 0)}`);
      }
      const sum = this.ledger.get(key);
      if (sum !== undefined && (sum.onHand !== onHand || sum.reserved !== reserved)) {
        this.report(
          'I3',
          `${key}: ${String(onHand)}/${String(reserved)}, by the ledger ${JSON.stringify(sum)}`,
        );
      }
    }
  }

  private ofOrders(sku: string): { readonly held: Map<string, number>; readonly sold: Map<string, number> } {
    const held = new Map<string, number>();
    const sold = new Map<string, number>();
    for (const row of this.reservations()) {
      if (row['sku'] !== sku) continue;
      const sums = row['status'] === 'held' ? held : row['status'] === 'committed' ? sold : undefined;
      if (sums === undefined) continue;
      for (const [warehouse, units] of row['allocations'] as readonly [string, number][]) {
        const key = `${sku}/${warehouse}`;
        sums.set(key, (sums.get(key) ?? 0) + units);
      }
    }
    return { held, sold };
  }

  private *levels(sku: string): Generator<[string, Row]> {
    for (const row of this.database.service('inventory').rows('stock').values()) {
      if (row['sku'] === sku) yield [`${sku}/${text(row, 'warehouse_id')}`, row];
    }
  }

  private reservations(): Iterable<Row> {
    return this.database.service('inventory').rows('reservation').values();
  }
}

/** The id a message was sent with: a switch that hides repeats from the inbox adds to it. */
function originOf(messageId: string): string {
  return messageId.split('#')[0] ?? messageId;
}

function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : '';
}
