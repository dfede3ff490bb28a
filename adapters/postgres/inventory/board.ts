import {
  type CursorPage,
  type LedgerEntry,
  levelOf,
  type StockBoard,
  type StockFilter,
  type StockItem,
  THRESHOLD_DEFAULT,
} from '../../../core/services/inventory/board.ts';
import type { LedgerKind } from '../../../core/services/inventory/tables.ts';
import type { Queryable } from '../database.ts';
import { decodeKeyset, encodeKeyset, KEYSET_NUMBER, KEYSET_TEXT, KEYSET_TIME } from '../keyset.ts';

interface LevelRow {
  readonly sku: string;
  readonly threshold: number;
  readonly threshold_set: boolean;
  readonly warehouses: readonly (readonly [id: string, onHand: number, reserved: number])[];
}

interface LedgerRow {
  readonly message_id: string;
  readonly line: number;
  readonly seq: number;
  readonly at: Date;
  readonly kind: LedgerKind;
  readonly warehouse_id: string;
  readonly on_hand_delta: number;
  readonly reserved_delta: number;
  readonly on_hand_after: number | null;
  readonly reserved_after: number | null;
  readonly order_id: string | null;
  readonly reason: string | null;
}

/** The levels of each SKU; `where` narrows rows of `s`. */
const levels = (where: string): string => `
  select s.sku, sum(s.on_hand - s.reserved)::bigint as available,
    coalesce(t.units, ${String(THRESHOLD_DEFAULT)}) as threshold, t.units is not null as threshold_set,
    jsonb_agg(jsonb_build_array(s.warehouse_id, s.on_hand, s.reserved) order by s.warehouse_id) as warehouses
  from inventory.stock s left join inventory.stock_threshold t on t.sku = s.sku
  where ${where}
  group by s.sku, t.units`;

/** In the order of the key: the page is full after as many SKUs as it shows, where most of them fit. */
const LIST = `
  select * from (${levels(`($1::text is null or s.sku > $1) and ($2::text is null or s.warehouse_id = $2)
    and ($3::text is null or strpos(upper(s.sku), upper($3)) > 0 or s.sku = any($4::text[]))`)}) level
  where case $5::text
    when 'out' then available <= 0
    when 'low' then available > 0 and available <= threshold
    else true end
  order by sku limit $6::integer`;

const SUMMARY = `
  select count(*)::integer as skus,
    (count(*) filter (where available <= 0))::integer as out,
    (count(*) filter (where available > 0 and available <= threshold))::integer as low
  from (${levels('true')}) level`;

/** The index finds the SKU's rows by time; the order within a millisecond is that of writing. */
const LEDGER = `
  select message_id, line, coalesce(seq, 0) as seq, at, kind, warehouse_id, on_hand_delta, reserved_delta,
    on_hand_after, reserved_after, order_id, reason
  from inventory.stock_ledger
  where sku = $1 and ($2::text is null or warehouse_id = $2)
    and ($3::timestamptz is null or (at <= $3 and (at, coalesce(seq, 0), message_id, line) < ($3, $4, $5, $6)))
  order by at desc, coalesce(seq, 0) desc, message_id desc, line desc limit $7::integer`;

export function createStockBoard(db: Queryable): StockBoard {
  return {
    async list(filter) {
      const { limit, cursor } = filter;
      const [after = null] = cursor === undefined ? [] : decodeKeyset(cursor, [KEYSET_TEXT]);
      const rows = await db.query<LevelRow>(LIST, [after, ...narrowing(filter), limit + 1]);
      return pageOf(rows, limit, itemOf, ({ sku }) => [sku]);
    },

    async items(skus) {
      const rows = await db.query<LevelRow>(
        levels('s.sku = any($1::text[])'),
        [[...skus]],
        'inventory.board.items',
      );
      return new Map(rows.map((row) => [row.sku, itemOf(row)]));
    },

    async summary() {
      const [row] = await db.query<{ readonly skus: number; readonly low: number; readonly out: number }>(
        SUMMARY,
        [],
        'inventory.board.summary',
      );
      return row ?? { skus: 0, low: 0, out: 0 };
    },

    async ledger(sku, { warehouse, limit, cursor }) {
      const before =
        cursor === undefined
          ? [null, null, null, null]
          : decodeKeyset(cursor, [KEYSET_TIME, KEYSET_NUMBER, KEYSET_TEXT, KEYSET_NUMBER]);
      const rows = await db.query<LedgerRow>(LEDGER, [sku, warehouse ?? null, ...before, limit + 1]);
      return pageOf(rows, limit, entryOf, ({ at, seq, message_id, line }) => [
        at.toISOString(),
        String(seq),
        message_id,
        String(line),
      ]);
    },

    async setThreshold(sku, units, by) {
      if (units === null) {
        await db.query('delete from inventory.stock_threshold where sku = $1', [sku]);
        return;
      }
      await db.query(
        `insert into inventory.stock_threshold (sku, units, set_by) values ($1, $2, $3)
         on conflict (sku) do update set units = excluded.units, set_by = excluded.set_by, set_at = clock_timestamp()`,
        [sku, units, by],
      );
    },
  };
}

function narrowing({ warehouse, words, skus, level }: StockFilter): readonly unknown[] {
  return [warehouse ?? null, words ?? null, [...(skus ?? [])], level];
}

function pageOf<Row, Item>(
  rows: readonly Row[],
  limit: number,
  present: (row: Row) => Item,
  key: (row: Row) => readonly string[],
): CursorPage<Item> {
  const shown = rows.slice(0, limit);
  const last = shown.at(-1);
  return {
    items: shown.map(present),
    nextCursor: rows.length > limit && last !== undefined ? encodeKeyset(key(last)) : null,
  };
}

function itemOf({ sku, threshold, threshold_set: thresholdSet, warehouses: stored }: LevelRow): StockItem {
  const warehouses = stored.map(([id, onHand, reserved]) => ({
    id,
    onHand,
    reserved,
    available: onHand - reserved,
  }));
  const sum = (units: (level: (typeof warehouses)[number]) => number): number =>
    warehouses.reduce((total, level) => total + units(level), 0);
  const available = sum((level) => level.available);
  return {
    sku,
    warehouses,
    onHand: sum(({ onHand }) => onHand),
    reserved: sum(({ reserved }) => reserved),
    available,
    threshold,
    thresholdSet,
    level: levelOf(available, threshold),
  };
}

function entryOf(row: LedgerRow): LedgerEntry {
  return {
    messageId: row.message_id,
    line: row.line,
    at: row.at.toISOString(),
    kind: row.kind,
    warehouseId: row.warehouse_id,
    onHandDelta: row.on_hand_delta,
    reservedDelta: row.reserved_delta,
    onHandAfter: row.on_hand_after,
    reservedAfter: row.reserved_after,
    orderId: row.order_id,
    reason: row.reason,
  };
}
