import type { LRUCache } from 'lru-cache';
import { errorMessage } from '../kernel/errors.ts';
import { NEWER_BUILD_REST_MS } from '../kernel/limits.ts';
import { partitionName } from '../kernel/partition.ts';
import type { BatchQueue } from './batch-queue.ts';
import type { HeldPartitions } from './held-partitions.ts';
import type { LiveActor } from './live-actor.ts';
import type { LoadedBatch } from './load.ts';
import type { Pause } from './ports.ts';
import type { WorkerHealth } from './worker-health.ts';
import type { WorkerOptions } from './worker-options.ts';

/** Takes over what another process left: its time-outs wait this long for messages that waited with it (P20). */
const TAKE_OVER_GRACE_MS = 3_000;
/** How long a planned hand-over waits for the broker; afterwards the next owner sends the left-overs. */
const HAND_OVER_CONFIRM_MS = 2_000;

type Needed = Pick<
  WorkerOptions,
  'service' | 'owner' | 'behaviours' | 'store' | 'sender' | 'clock' | 'logger' | 'onNotice'
>;

/** What a worker has in memory of its partitions. */
export interface WorkerMemory {
  readonly queue: BatchQueue;
  readonly actors: LRUCache<string, LiveActor>;
  /** Decides and commits what these had delivered. */
  readonly drain: (partitions: ReadonlySet<number>) => Promise<void>;
}

/**
 * Owns: what becomes of a worker's partitions: opened, at rest by hand, left to newer builds, handed over, dropped; with
 * each, what the worker has in memory of it.
 * Does not own: leases and subscriptions themselves (held-partitions.ts), when any of this happens.
 *
 * I1. All of it runs as jobs of the worker's loop (worker.ts, I3); only the questions are answered at any time.
 * I2. What a newer build wrote is never handled: its partition is given back, and left alone for a while.
 * I3. Once leaving, nothing is opened, and a store that is away is not waited for.
 */
export class PartitionJobs {
  readonly #options: Needed;
  readonly #held: HeldPartitions;
  readonly #health: WorkerHealth;
  readonly #memory: WorkerMemory;
  /** Partitions that are left to newer builds, with the time until which. */
  readonly #leftAlone = new Map<number, number>();
  /** What is at rest by hand, as last heard. */
  #paused: readonly Pause[] = [];
  /** Since when partitions of ours rest. */
  readonly #restingSince = new Map<number, number>();
  #leaving = false;

  constructor(options: Needed, held: HeldPartitions, health: WorkerHealth, memory: WorkerMemory) {
    this.#options = options;
    this.#held = held;
    this.#health = health;
    this.#memory = memory;
  }

  // ------------------------------------------------------------ asked at any time

  /** Partitions in which a newer build wrote, and which this one does not take for now. */
  leftToNewer(): number[] {
    const now = this.#options.clock.now();
    return [...this.#leftAlone].filter(([, until]) => until > now).map(([partition]) => partition);
  }

  /** Told what is at rest by hand; returns whether a partition must rest or go on because of it. */
  setAtRest(paused: readonly Pause[]): boolean {
    this.#paused = paused;
    return this.#held.ids().some((partition) => this.#mustRest(partition) !== this.#isResting(partition));
  }

  leave(): void {
    this.#leaving = true;
  }

  // ------------------------------------------------------------ jobs

  /** Takes those that are free or expired; others stay where they are. */
  async open(wanted: readonly number[]): Promise<void> {
    const leftAlone = new Set(this.leftToNewer());
    const open = wanted.filter((partition) => !leftAlone.has(partition));
    if (open.length === 0 || this.#leaving) return;
    const { logger, service, clock } = this.#options;
    try {
      const fences = await this.#held.open(open, (partition) => this.#mustRest(partition));
      if (fences.length === 0) return;
      for (const partition of this.#held.resting()) this.#noteRest(partition);
      if (fences.some(({ epoch }) => epoch > 1)) {
        this.#health.pauses.holdAll(clock.now(), TAKE_OVER_GRACE_MS);
      }
      logger.info({ service, partitions: fences.map(({ partition }) => partition) }, 'partitions opened');
      this.#options.onNotice?.({ type: 'partitions.opened', fences });
    } catch (error) {
      logger.warn({ service, error: errorMessage(error) }, 'opening partitions failed; tried again soon');
    }
  }

  /** Works from the store again; partitions that are no longer ours are dropped. Resolves with whether there were any. */
  async reopen(partitions: readonly number[]): Promise<boolean> {
    const { logger, service } = this.#options;
    for (;;) {
      try {
        const lost = await this.#held.reopen(partitions);
        for (const partition of lost) await this.drop(partition);
        if (lost.length > 0) this.#options.onNotice?.({ type: 'partitions.lost', partitions: lost });
        this.#health.up('store');
        return lost.length > 0;
      } catch (error) {
        this.#health.down('store');
        logger.warn({ service, error: errorMessage(error) }, 'the store is away; partitions pause');
        if (this.#leaving) {
          // What was delivered comes again to whoever is there next.
          for (const partition of partitions) await this.drop(partition);
          return true;
        }
        await this.#health.rest();
      }
    }
  }

  /** P11: a lost consumer reopens its partition; what it delivered comes again. */
  async resubscribe(partition: number): Promise<void> {
    if (!this.#held.has(partition) || this.#leaving) return;
    this.#memory.actors.clear();
    await this.reopen([partition]);
    if (await this.#held.resubscribe(partition)) this.#health.up(this.#held.queueOf(partition));
  }

  /** Brings every partition in line with what is at rest by hand (P27). */
  async rest(): Promise<void> {
    const { logger, service, clock } = this.#options;
    for (const partition of this.#held.ids()) {
      const resting = this.#isResting(partition);
      if (this.#mustRest(partition) === resting) continue;
      if (resting) {
        this.#health.pauses.makeUp(this.#restingSince.get(partition) ?? clock.now(), clock.now());
        this.#restingSince.delete(partition);
        await this.#held.wake(partition);
      } else {
        const source = await this.#held.rest(partition);
        if (source !== undefined) this.#memory.queue.removeFrom(source);
        // It is not missing, it rests.
        this.#health.up(this.#held.queueOf(partition));
        this.#noteRest(partition);
      }
      logger.info({ service, partition }, resting ? 'partition goes on' : 'partition rests');
    }
  }

  /** I2: nothing of what they delivered is decided or acknowledged; it comes again to whoever can read it. */
  async leaveToNewer(newer: LoadedBatch['newer']): Promise<void> {
    const { logger, clock, service } = this.#options;
    for (const [partition, { message }] of newer) {
      this.#leftAlone.set(partition, clock.now() + NEWER_BUILD_REST_MS);
      logger.warn({ service, partition, reason: message }, 'partition left to newer builds');
    }
    this.#options.onNotice?.({ type: 'partitions.left_to_newer', partitions: [...newer.keys()] });
    await this.close([...newer.keys()], { draining: false });
  }

  /** Hands partitions over on purpose (P3). Never rejects. */
  async close(partitions: readonly number[], { draining } = { draining: true }): Promise<void> {
    const fences = this.#held.fences().filter(({ partition }) => partitions.includes(partition));
    if (fences.length === 0) return;
    const held = fences.map(({ partition }) => partition);
    const { store, owner, sender, logger, service } = this.#options;
    try {
      await this.#held.cancel(held);
      if (draining) await this.#memory.drain(new Set(held));
      await sender.settled(HAND_OVER_CONFIRM_MS, new Set(held.map(partitionName)));
      const current = this.#held.fences().filter(({ partition }) => held.includes(partition));
      for (const partition of held) await this.drop(partition);
      await store.release(owner, current);
      logger.info({ service, partitions: held }, 'partitions handed over');
      this.#options.onNotice?.({ type: 'partitions.handed_over', partitions: held });
    } catch (error) {
      logger.warn(
        { service, error: errorMessage(error) },
        'handing over failed; the leases run out by themselves',
      );
      for (const partition of held) await this.drop(partition);
      this.#options.onNotice?.({ type: 'partitions.lost', partitions: held });
    }
  }

  /** The lease is gone: forgets the partition and gives its deliveries back. */
  async drop(partition: number): Promise<void> {
    const { queue, actors } = this.#memory;
    this.#restingSince.delete(partition);
    const source = await this.#held.drop(partition);
    if (source === undefined) return;
    queue.removeFrom(source);
    this.#health.up(source.queue);
    for (const [key, actor] of actors.entries()) if (actor.partition === partition) actors.delete(key);
  }

  /** Kinds share the queues of their service, so pausing any of them rests the whole partition. */
  #mustRest(partition: number): boolean {
    return this.#paused.some(
      (pause) =>
        (pause.partition ?? partition) === partition &&
        (pause.kind === null || this.#options.behaviours.some(({ kind }) => kind === pause.kind)),
    );
  }

  #isResting(partition: number): boolean {
    return this.#held.resting().includes(partition);
  }

  #noteRest(partition: number): void {
    if (!this.#restingSince.has(partition)) this.#restingSince.set(partition, this.#options.clock.now());
  }
}
