import type { Fence, Lease } from '../../../core/engine/ports.ts';
import type { Queryable } from '../database.ts';

/*
 * Ownership of partitions (P1). Expiry is judged and set by the database's clock alone, at the moment a row is
 * reached: a statement may have waited for it. All statements lock rows in order of the partition, as commits do.
 */

const expiry = (leaseMs: string): string => `clock_timestamp() + ${leaseMs} * interval '1 millisecond'`;

/** Stores the partition count if none is stored, makes that many partitions, returns the stored count (P4). */
export async function fixPartitions(db: Queryable, schema: string, count: number): Promise<number> {
  const [row] = await db.query<{ count: number }>(
    `with stored as (
       insert into ${schema}.setting (name, value) values ('partitions', to_jsonb($1::integer))
       on conflict (name) do update set name = excluded.name
       returning value::integer as count
     ), made as (
       insert into ${schema}.partition (partition)
       select generate_series(0, count - 1) from stored
       on conflict do nothing
     )
     select count from stored`,
    [count],
  );
  return row?.count ?? count;
}

export function leases(db: Queryable, schema: string): Promise<readonly Lease[]> {
  return db.query<Lease>(
    `select partition, owner, epoch, owner is not null and expires_at > clock_timestamp() as live
     from ${schema}.partition order by partition`,
    [],
    `${schema}.leases`,
  );
}

/**
 * Takes what is free, released, expired or the owner's own, and raises the epochs. A row that was locked by a
 * commit is judged again as it is after that commit: nobody takes what was renewed meanwhile. What the new
 * owner reads in a later statement is all that the old one wrote (P2).
 */
export async function openLeases(
  db: Queryable,
  schema: string,
  owner: string,
  partitions: readonly number[],
  leaseMs: number,
): Promise<readonly Fence[]> {
  const rows = await db.query<Fence>(
    `with free as materialized (
       select partition from ${schema}.partition
       where partition = any($2::integer[])
         and (owner is null or owner = $1 or expires_at is null or expires_at <= clock_timestamp())
       order by partition for update
     )
     update ${schema}.partition as held set owner = $1, epoch = held.epoch + 1, expires_at = ${expiry('$3')}
     from free where held.partition = free.partition
     returning held.partition, held.epoch`,
    [owner, partitions, leaseMs],
    `${schema}.leases.open`,
  );
  return rows.sort((one, other) => one.partition - other.partition);
}

/** The leases that are still held at the given epochs, locked in order. */
const stillHeld = (schema: string): string => `
  with mine as materialized (
    select held.partition from ${schema}.partition as held
    join unnest($2::integer[], $3::bigint[]) as fence(partition, epoch)
      on held.partition = fence.partition and held.epoch = fence.epoch
    where held.owner = $1
    order by held.partition for update of held
  )`;

/** Extends leases; one that ran out but that nobody took is still the owner's. */
export async function renewLeases(
  db: Queryable,
  schema: string,
  owner: string,
  fences: readonly Fence[],
  leaseMs: number,
): Promise<readonly number[]> {
  const rows = await db.query<{ partition: number }>(
    `${stillHeld(schema)}
     update ${schema}.partition as held set expires_at = ${expiry('$4')}
     from mine where held.partition = mine.partition
     returning held.partition`,
    [...fenceValues(owner, fences), leaseMs],
    `${schema}.leases.renew`,
  );
  return rows.map((row) => row.partition).sort((one, other) => one - other);
}

export async function releaseLeases(
  db: Queryable,
  schema: string,
  owner: string,
  fences: readonly Fence[],
): Promise<void> {
  await db.query(
    `${stillHeld(schema)}
     update ${schema}.partition as held set owner = null, expires_at = null
     from mine where held.partition = mine.partition`,
    fenceValues(owner, fences),
    `${schema}.leases.release`,
  );
}

function fenceValues(owner: string, fences: readonly Fence[]): readonly unknown[] {
  return [owner, fences.map((fence) => fence.partition), fences.map((fence) => fence.epoch)];
}
