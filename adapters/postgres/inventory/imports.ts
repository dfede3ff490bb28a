import type { ImportLine, LineError } from '../../../core/services/inventory/import-lines.ts';
import type {
  ImportFilter,
  ImportLineView,
  StockImport,
  StockImportStore,
} from '../../../core/services/inventory/stock-import.ts';
import type { Database } from '../database.ts';
import { decodeKeyset, encodeKeyset, KEYSET_NUMBER } from '../keyset.ts';

interface ImportRow {
  readonly id: string;
  readonly state: StockImport['state'];
  readonly created_at: Date;
  readonly created_by: string;
  readonly reason: string | null;
  readonly lines: number;
  readonly bad: number;
  readonly unchanged: number;
  readonly changes: number;
  readonly applied: number;
  readonly refused: number;
}

interface LineRow {
  readonly line: number;
  readonly sku: string;
  readonly warehouse_id: string;
  readonly on_hand: number | null;
  readonly delta: number | null;
  readonly errors: readonly LineError[] | null;
  readonly outcome: string | null;
}

const COUNTS = `count(l.line)::integer as lines,
  (count(*) filter (where l.errors is not null))::integer as bad,
  (count(*) filter (where l.delta = 0))::integer as unchanged,
  (count(*) filter (where l.delta <> 0))::integer as changes,
  (count(*) filter (where l.outcome = 'applied'))::integer as applied,
  (count(*) filter (where l.outcome <> 'applied'))::integer as refused`;

const IMPORTS = `select i.id, i.state, i.created_at, i.created_by, i.reason, ${COUNTS}
  from inventory.stock_import i left join inventory.stock_import_line l on l.import_id = i.id`;

const SHOWN: Readonly<Record<ImportFilter, string>> = {
  all: 'true',
  bad: 'errors is not null',
  changes: 'delta <> 0',
  refused: `outcome <> 'applied'`,
};

const PENDING = 'delta <> 0 and outcome is null';

export function createStockImportStore(db: Database): StockImportStore {
  return {
    async insert(id, by, lines) {
      await db.transaction(async (tx) => {
        await tx.query(
          `insert into inventory.stock_import (id, state, created_by) values ($1, 'previewed', $2)`,
          [id, by],
        );
        await tx.query(
          `insert into inventory.stock_import_line (import_id, line, sku, warehouse_id, on_hand, delta, errors)
           select $1, (l->>'line')::integer, l->>'sku', l->>'warehouseId', (l->>'onHand')::bigint,
             (l->>'delta')::bigint, nullif(l->'errors', '[]'::jsonb)
           from jsonb_array_elements($2::jsonb) l`,
          [id, JSON.stringify(lines satisfies readonly ImportLine[])],
        );
      });
    },

    async find(id) {
      const [row] = await db.query<ImportRow>(`${IMPORTS} where i.id = $1 group by i.id`, [id]);
      return row === undefined ? undefined : importOf(row);
    },

    async list(limit) {
      const rows = await db.query<ImportRow>(
        `${IMPORTS} where i.id in (select id from inventory.stock_import order by created_at desc, id desc limit $1::integer)
         group by i.id order by i.created_at desc, i.id desc`,
        [limit],
      );
      return rows.map(importOf);
    },

    async lines(id, { show, limit, cursor }) {
      const [after = '0'] = cursor === undefined ? [] : decodeKeyset(cursor, [KEYSET_NUMBER]);
      const rows = await db.query<LineRow>(
        `select line, sku, warehouse_id, on_hand, delta, errors, outcome from inventory.stock_import_line
         where import_id = $1 and line > $2::bigint and ${SHOWN[show]} order by line limit $3::integer`,
        [id, after, limit + 1],
      );
      const items = rows.slice(0, limit).map(lineOf);
      const last = items.at(-1);
      const more = rows.length > limit && last !== undefined;
      return { items, nextCursor: more ? encodeKeyset([String(last.line)]) : null };
    },

    async begin(id, by, reason) {
      await db.query(
        `update inventory.stock_import set state = 'applying', applied_by = $2, reason = $3, applied_at = clock_timestamp()
         where id = $1 and state = 'previewed'`,
        [id, by, reason],
      );
    },

    async pending(id, limit) {
      const rows = await db.query<LineRow & { readonly reason: string; readonly applied_by: string }>(
        `select l.line, l.sku, l.warehouse_id, l.delta, i.reason, i.applied_by
         from inventory.stock_import_line l join inventory.stock_import i on i.id = l.import_id
         where l.import_id = $1 and i.state = 'applying' and ${PENDING} order by l.line limit $2::integer`,
        [id, limit],
      );
      return rows.map(({ line, sku, warehouse_id, delta, reason, applied_by }) => ({
        line,
        sku,
        warehouseId: warehouse_id,
        delta: delta ?? 0,
        reason,
        requestedBy: applied_by,
      }));
    },

    async settle(id, outcomes) {
      await db.query(
        `update inventory.stock_import_line l set outcome = settled.outcome
         from unnest($2::integer[], $3::text[]) as settled(line, outcome)
         where l.import_id = $1 and l.line = settled.line and l.outcome is null`,
        [id, [...outcomes.keys()], [...outcomes.values()]],
      );
    },

    async finish(id) {
      await db.query(
        `update inventory.stock_import set state = 'applied' where id = $1 and state = 'applying'
           and not exists (select from inventory.stock_import_line where import_id = $1 and ${PENDING})`,
        [id],
      );
    },

    async applying() {
      const rows = await db.query<{ readonly id: string }>(
        `select id from inventory.stock_import where state = 'applying' order by id`,
        [],
        'inventory.imports.applying',
      );
      return rows.map(({ id }) => id);
    },
  };
}

function importOf({ created_at: createdAt, created_by: createdBy, ...row }: ImportRow): StockImport {
  return { ...row, createdAt: createdAt.toISOString(), createdBy };
}

function lineOf({ warehouse_id: warehouseId, on_hand: onHand, errors, ...row }: LineRow): ImportLineView {
  return { ...row, warehouseId, onHand, errors: errors ?? [] };
}
