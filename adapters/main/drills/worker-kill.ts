import type { Database } from '../../postgres/database.ts';
import type { PlatformProcess } from './process.ts';
import { pause } from './run.ts';

/**
 * Owns: killing a worker, and watching in the database until the orders of its partitions move on, that is, until every
 * one of these partitions has written the log of an order. Needs the times of landings.ts, and load on all partitions.
 */

/** Of one kill, in milliseconds since it. */
export interface Recovery {
  readonly killed: string;
  readonly partitions: number;
  /** All of its partitions, of orders and of stock, have another owner. */
  readonly ownedMs: number;
  /** The first of its partitions moved an order. */
  readonly firstMs: number;
  /** The last did; Infinity: not all did as long as we waited. */
  readonly allMs: number;
}

/** After that it counts as not recovered. */
const WAIT_MS_MAX = 60_000;
/**
 * What lands so soon after a kill was sent by the killed process: nobody else may write before its lease has run out,
 * which takes two seconds at least.
 */
const LAST_WORDS_MS = 1_000;

/** Kills one of `workers` with SIGKILL, once all of them have partitions; it stays dead. `onLate`: told what took too long. */
export async function killWorker(
  database: Database,
  workers: readonly PlatformProcess[],
  victim: PlatformProcess,
  onLate: (what: string) => void,
): Promise<Recovery> {
  const within = async (what: string, holds: () => Promise<boolean>): Promise<void> => {
    const deadline = performance.now() + WAIT_MS_MAX;
    while (!(await holds())) {
      if (performance.now() > deadline) {
        onLate(`not within ${WAIT_MS_MAX} ms: ${what}`);
        return;
      }
      await pause(POLL_MS);
    }
  };
  const owners = ownersLike(victim);
  await within('every worker has partitions', () => allWork(database, workers));
  const lost = await ownedPartitions(database, 'orders', owners);
  const killedAt = await now(database);
  await victim.kill();
  await within('the partitions have another owner', () => nobodyOwns(database, owners));
  const ownedMs = (await now(database)).getTime() - killedAt.getTime();
  let moved: ReadonlyMap<number, number> = new Map();
  await within('every partition moves an order', async () => {
    moved = await movedOn(database, lost, killedAt);
    return moved.size === lost.length;
  });
  return {
    killed: victim.name,
    partitions: lost.length,
    ownedMs,
    firstMs: Math.min(...moved.values()),
    allMs: moved.size < lost.length ? Infinity : Math.max(...moved.values()),
  };
}

const POLL_MS = 50;

/** A worker that was started again has its share of the partitions, and the others theirs. */
async function allWork(database: Database, workers: readonly PlatformProcess[]): Promise<boolean> {
  const owned = await Promise.all(
    workers.flatMap((worker) =>
      ['orders', 'inventory'].map((service) => ownedPartitions(database, service, ownersLike(worker))),
    ),
  );
  return owned.every(({ length }) => length > 0);
}

async function nobodyOwns(database: Database, owners: string): Promise<boolean> {
  const orders = await ownedPartitions(database, 'orders', owners);
  const inventory = await ownedPartitions(database, 'inventory', owners);
  return orders.length + inventory.length === 0;
}

/** For each partition that has, how long after the kill one of its orders handled a message again, milliseconds. */
async function movedOn(
  database: Database,
  partitions: readonly number[],
  killedAt: Date,
): Promise<ReadonlyMap<number, number>> {
  // The first row of an order is the gateway's, which writes it whoever owns the partition.
  const rows = await database.query<{ partition: number; at: Date }>(
    `select actor.partition, min(log.landed_at) as at
     from orders.actor_log as log join orders.actor as actor on actor.kind = log.kind and actor.id = log.id
     where log.version > 1 and actor.partition = any($1::integer[])
       and log.landed_at > $2::timestamptz + $3::float8 * interval '1 millisecond'
     group by actor.partition`,
    [partitions, killedAt, LAST_WORDS_MS],
  );
  return new Map(rows.map(({ partition, at }) => [partition, at.getTime() - killedAt.getTime()]));
}

/** By the database's clock, which also stamps the rows. */
async function now(database: Database): Promise<Date> {
  const [row] = await database.query<{ now: Date }>('select clock_timestamp() as now');
  return row?.now ?? new Date();
}

/** Pattern of the names that a process has as a member of its services. */
function ownersLike({ pid }: PlatformProcess): string {
  return `%-${String(pid)}-%`;
}

async function ownedPartitions(
  database: Database,
  service: string,
  owners: string,
): Promise<readonly number[]> {
  const rows = await database.query<{ partition: number }>(
    `select partition from ${service}.partition where owner like $1 order by partition`,
    [owners],
  );
  return rows.map(({ partition }) => partition);
}
