import type { ElsewhereEntry } from '../../../core/services/sagas/ports.ts';
import { textArray } from '../arrays.ts';
import type { Queryable } from '../database.ts';

interface MovementRow {
  readonly message_id: string;
  readonly kind: string;
  readonly sku: string;
  readonly warehouse_id: string;
  readonly on_hand_delta: number;
  readonly reserved_delta: number;
  readonly reason: string | null;
  readonly at: Date;
}

/** What the stock's ledger says of messages: every movement that one caused. */
export async function movementsOf(
  db: Queryable,
  messageIds: readonly string[],
): Promise<readonly ElsewhereEntry[]> {
  if (messageIds.length === 0) return [];
  const rows = await db.query<MovementRow>(
    `select message_id, kind, sku, warehouse_id, on_hand_delta, reserved_delta, reason, at
     from inventory.stock_ledger where message_id = any($1::text[]) order by at, message_id, line limit 500`,
    [textArray(messageIds)],
    'inventory.ledger.of_messages',
  );
  return rows.map((row) => ({
    service: 'inventory',
    messageId: row.message_id,
    at: row.at.toISOString(),
    what: row.kind,
    detail: {
      sku: row.sku,
      warehouseId: row.warehouse_id,
      onHandDelta: row.on_hand_delta,
      reservedDelta: row.reserved_delta,
      ...(row.reason === null ? {} : { reason: row.reason }),
    },
  }));
}
