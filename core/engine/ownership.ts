import type { Clock } from '../kernel/clock.ts';
import { errorMessage, OrreryError } from '../kernel/errors.ts';
import { LEASE_MS } from '../kernel/limits.ts';
import type { Logger } from '../kernel/logger.ts';
import { desiredPartitions } from './membership.ts';
import type { EngineStore, Member } from './ports.ts';
import type { Worker } from './worker.ts';

/**
 * Owns: bringing the partitions this worker holds in line with those it should hold, once per heartbeat.
 * Does not own: taking and giving them (the worker's loop does, by lease).
 *
 * I1. A partition is asked for only when nobody holds a live lease on it; taking is the lease's decision (P1).
 * I2. A lease that could not be renewed is given up at once; its writer is fenced in any case (P2).
 * I3. Where the store says nothing for as long as a lease lasts, deliveries are let go: the next owner of the lease gets
 *     none as long as we are the queue's active consumer (P1).
 */
export interface Ownership {
  /** After a heartbeat. Never rejects; overlapping calls are skipped. */
  reconcile(members: readonly Member[]): void;
  /** Resolves when no reconciliation is under way; none starts afterwards. */
  stop(): Promise<void>;
}

export function createOwnership(options: {
  readonly owner: string;
  readonly partitions: number;
  readonly store: Pick<EngineStore, 'leases' | 'renew'>;
  readonly worker: Pick<Worker, 'fences' | 'open' | 'close' | 'drop' | 'letGo'>;
  readonly clock: Clock;
  readonly logger: Logger;
}): Ownership {
  const { owner, partitions, store, worker, clock, logger } = options;
  let underWay: Promise<void> | null = null;
  let stopped = false;
  let cancelLettingGo: () => void = () => undefined;
  /** Partitions on their way to another worker. */
  const closing = new Set<number>();

  const reconcile = async (members: readonly Member[]): Promise<void> => {
    const held = worker.fences();
    const askedAt = clock.now();
    const renewed = new Set(await store.renew(owner, held, LEASE_MS));
    // Alone there is nobody to let go for.
    if (members.some(({ id, worker: works }) => works && id !== owner)) letGoAt(askedAt + LEASE_MS);
    else cancelLettingGo();
    const current = new Map(worker.fences().map(({ partition, epoch }) => [partition, epoch]));
    for (const { partition, epoch } of held) {
      // An epoch that rose meanwhile is a reopening of our own, and tells nothing about the lease.
      if (!renewed.has(partition) && current.get(partition) === epoch) worker.drop(partition);
    }
    const desired = new Set(desiredPartitions(members, owner, partitions));
    const surplus = held
      .map(({ partition }) => partition)
      .filter((each) => renewed.has(each) && !desired.has(each) && !closing.has(each));
    if (surplus.length > 0) handOver(surplus);
    const leases = await store.leases();
    const free = leases
      .filter(
        ({ partition, live, owner: by }) => desired.has(partition) && (!live || by === null || by === owner),
      )
      .map(({ partition }) => partition)
      .filter((partition) => !current.has(partition) && !closing.has(partition));
    if (free.length > 0 && !isStopped()) worker.open(free);
  };
  const isStopped = (): boolean => stopped;
  /** Unless a renewal succeeds before; they run out no earlier, counted from when they were asked for. */
  const letGoAt = (time: number): void => {
    cancelLettingGo();
    if (stopped) return;
    cancelLettingGo = clock.after(Math.max(0, time - clock.now()), () => {
      worker.letGo(
        new OrreryError('lease_unknown', 'the lease may have run out, and the store says nothing'),
      );
    });
  };
  /** Not awaited: the other leases must be renewed meanwhile. */
  const handOver = (surplus: readonly number[]): void => {
    for (const partition of surplus) closing.add(partition);
    void worker.close(surplus).then(() => {
      for (const partition of surplus) closing.delete(partition);
    });
  };

  return {
    reconcile(members) {
      if (stopped || underWay !== null) return;
      underWay = reconcile(members)
        .catch((error: unknown) => {
          logger.warn(
            { owner, error: errorMessage(error) },
            'leases could not be looked after; tried again soon',
          );
        })
        .finally(() => {
          underWay = null;
        });
    },
    async stop() {
      stopped = true;
      cancelLettingGo();
      await underWay;
    },
  };
}
