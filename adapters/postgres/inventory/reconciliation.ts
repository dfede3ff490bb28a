import {
  DIFFERENCE_KINDS,
  type DifferenceKind,
  type Reconciliation,
  type ReconciliationStore,
  type StockDifference,
} from '../../../core/services/inventory/reconciliation.ts';
import type { Queryable } from '../database.ts';

interface RunRow {
  readonly id: string;
  readonly started_at: Date;
  readonly finished_at: Date | null;
  readonly asked_by: string | null;
  readonly skus: number;
  readonly differences: number;
  readonly problem: string | null;
}

interface DifferenceRow {
  readonly sku: string;
  readonly warehouse_id: string;
  readonly kind: DifferenceKind;
  readonly counter: number;
  readonly told: number;
}

/**
 * One statement, so one moment: counters, ledger, reservations and actors change in one transaction, and what is read
 * here is before or after it in all four. SKUs that only the ledger or a reservation knows count as counters of 0.
 */
const COMPARE = `
  with page as materialized (
    select sku from (
      (select distinct sku from inventory.stock where sku > $1 order by sku limit $2::integer)
      union (select distinct sku from inventory.reservation where status = 'held' and sku > $1 order by sku limit $2::integer)
    ) known order by sku limit $2::integer
  ),
  counted as (
    select sku, warehouse_id, on_hand, reserved from inventory.stock where sku in (select sku from page)
  ),
  ledger as (
    select sku, warehouse_id, sum(on_hand_delta)::bigint as on_hand, sum(reserved_delta)::bigint as reserved
    from inventory.stock_ledger where sku in (select sku from page) group by sku, warehouse_id
  ),
  held as (
    select r.sku, a.value->>0 as warehouse_id, sum((a.value->>1)::bigint)::bigint as units
    from inventory.reservation r cross join lateral jsonb_array_elements(r.allocations) a
    where r.status = 'held' and r.sku in (select sku from page) group by r.sku, a.value->>0
  ),
  actor as (
    select a.id as sku, l.value->>0 as warehouse_id, (l.value->>1)::bigint as on_hand, (l.value->>2)::bigint as reserved
    from inventory.actor a cross join lateral jsonb_array_elements((a.snapshot->'levels')::jsonb) l
    where a.kind = 'stock' and a.id in (select sku from page)
  ),
  told as (
    select sku, warehouse_id, 'ledger_on_hand' as kind, on_hand as units from ledger
    union all select sku, warehouse_id, 'ledger_reserved', reserved from ledger
    union all select sku, warehouse_id, 'held_reservations', units from held
    union all select sku, warehouse_id, 'actor_on_hand', on_hand from actor
    union all select sku, warehouse_id, 'actor_reserved', reserved from actor
  ),
  counter as (
    select sku, warehouse_id, kind, case when kind like '%on_hand' then on_hand else reserved end as units
    from counted cross join unnest($3::text[]) as kind
  ),
  difference as (
    select sku, warehouse_id, kind, coalesce(counter.units, 0) as counter, coalesce(told.units, 0) as told
    from counter full join told using (sku, warehouse_id, kind)
    where coalesce(counter.units, 0) <> coalesce(told.units, 0)
  )
  select (select count(*) from page)::integer as skus,
    (select max(sku) from page) as last_sku,
    coalesce((select jsonb_agg(to_jsonb(difference) order by sku, warehouse_id, kind) from difference), '[]') as differences`;

export function createReconciliationStore(db: Queryable): ReconciliationStore {
  return {
    async begin(id, askedBy) {
      await db.query('insert into inventory.reconciliation (id, asked_by) values ($1, $2)', [id, askedBy]);
    },

    async compare(afterSku, limit) {
      const [row] = await db.query<{
        readonly skus: number;
        readonly last_sku: string | null;
        readonly differences: readonly DifferenceRow[];
      }>(COMPARE, [afterSku, limit, [...DIFFERENCE_KINDS]]);
      const { skus = 0, last_sku: lastSku = null, differences = [] } = row ?? {};
      return { skus, lastSku: skus < limit ? null : lastSku, differences: differences.map(differenceOf) };
    },

    async record(id, skus, differences) {
      await db.query(
        `with noted as (
           insert into inventory.reconciliation_difference (reconciliation_id, sku, warehouse_id, kind, counter, told)
           select $1, d->>'sku', d->>'warehouseId', d->>'kind', (d->>'counter')::bigint, (d->>'told')::bigint
           from jsonb_array_elements($3::jsonb) d)
         update inventory.reconciliation
         set skus = skus + $2::integer, differences = differences + jsonb_array_length($3::jsonb) where id = $1`,
        [id, skus, JSON.stringify(differences)],
      );
    },

    async finish(id, problem) {
      await db.query(
        'update inventory.reconciliation set finished_at = clock_timestamp(), problem = $2 where id = $1',
        [id, problem],
      );
    },

    async list(limit) {
      const rows = await db.query<RunRow>(
        `select id, started_at, finished_at, asked_by, skus, differences, problem
         from inventory.reconciliation order by id desc limit $1::integer`,
        [limit],
        'inventory.reconciliation.list',
      );
      return rows.map(runOf);
    },

    async differences(id, limit) {
      const rows = await db.query<DifferenceRow>(
        `select sku, warehouse_id, kind, counter, told from inventory.reconciliation_difference
         where reconciliation_id = $1 order by sku, warehouse_id, kind limit $2::integer`,
        [id, limit],
      );
      return rows.map(differenceOf);
    },

    async forget(keep) {
      await db.query(
        `delete from inventory.reconciliation where id in (
           select id from inventory.reconciliation order by id desc offset $1::integer)`,
        [keep],
      );
    },
  };
}

function runOf({ started_at, finished_at, asked_by: askedBy, ...row }: RunRow): Reconciliation {
  return {
    ...row,
    askedBy,
    startedAt: started_at.toISOString(),
    finishedAt: finished_at?.toISOString() ?? null,
  };
}

function differenceOf({ warehouse_id: warehouseId, ...row }: DifferenceRow): StockDifference {
  return { ...row, warehouseId };
}
