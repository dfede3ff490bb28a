import type { AdjustOutcome, AdjustOutcomes } from '../../../core/services/inventory/adjust.ts';
import type { InventoryQueries, ReservationView } from '../../../core/services/inventory/ports.ts';
import { isRefusal, type LedgerKind } from '../../../core/services/inventory/tables.ts';
import type { Queryable } from '../database.ts';

interface StockRow {
  readonly warehouse_id: string;
  readonly on_hand: number;
  readonly reserved: number;
}

interface ReservationRow {
  readonly order_id: string;
  readonly sku: string;
  readonly quantity: number;
  readonly status: ReservationView['status'];
  readonly allocations: readonly (readonly [warehouseId: string, quantity: number])[];
  readonly expires_at: Date | null;
  readonly created_at: Date;
  readonly updated_at: Date;
}

/** Reads of the inventory service, and the outcomes of corrections. */
export function inventoryQueries(db: Queryable): InventoryQueries & AdjustOutcomes {
  return {
    async find(sku) {
      const rows = await db.query<StockRow>(
        `select warehouse_id, on_hand, reserved from inventory.stock where sku = $1 order by warehouse_id`,
        [sku],
        'inventory.stock.find',
      );
      if (rows.length === 0) return undefined;
      return {
        sku,
        warehouses: rows.map(({ warehouse_id: id, on_hand: onHand, reserved }) => ({
          id,
          onHand,
          reserved,
          available: onHand - reserved,
        })),
      };
    },

    async available(skus) {
      const rows = await db.query<{ readonly sku: string; readonly available: number }>(
        `select sku, sum(on_hand - reserved)::bigint as available
         from inventory.stock where sku = any($1::text[]) group by sku`,
        [[...new Set(skus)]],
        'inventory.stock.available',
      );
      const found = new Map(rows.map(({ sku, available }) => [sku, available]));
      return new Map(skus.map((sku) => [sku, found.get(sku) ?? 0]));
    },

    async soldOut() {
      const rows = await db.query<{ readonly sku: string }>(
        `select sku from inventory.stock group by sku having sum(on_hand - reserved) <= 0`,
        [],
        'inventory.stock.sold_out',
      );
      return rows.map(({ sku }) => sku);
    },

    async reservations(orderId) {
      const rows = await db.query<ReservationRow>(
        `select order_id, sku, quantity, status, allocations, expires_at, created_at, updated_at
         from inventory.reservation where order_id = $1 order by sku`,
        [orderId],
        'inventory.reservation.of_order',
      );
      return rows.map(reservationView);
    },

    async outcomes(messageIds) {
      const rows = await db.query<{
        readonly message_id: string;
        readonly kind: LedgerKind;
        readonly reason: string | null;
      }>(
        `select message_id, kind, reason from inventory.stock_ledger where message_id = any($1::text[]) and line = 0`,
        [[...messageIds]],
        'inventory.ledger.outcomes',
      );
      return new Map(rows.map((row) => [row.message_id, outcomeOf(row)]));
    },
  };
}

function reservationView(row: ReservationRow): ReservationView {
  return {
    orderId: row.order_id,
    sku: row.sku,
    quantity: row.quantity,
    status: row.status,
    allocations: row.allocations.map(([warehouseId, quantity]) => ({ warehouseId, quantity })),
    expiresAt: row.status === 'held' && row.expires_at !== null ? row.expires_at.toISOString() : null,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
  };
}

function outcomeOf({
  kind,
  reason,
}: {
  readonly kind: LedgerKind;
  readonly reason: string | null;
}): AdjustOutcome {
  return isRefusal(kind) ? { adjusted: false, code: reason ?? 'refused' } : { adjusted: true };
}
