import { LRUCache } from 'lru-cache';
import { errorMessage, FenceLost, ValueRefused } from '../kernel/errors.ts';
import { ACTOR_CACHE_MAX, BATCH_MESSAGES_MAX, BATCH_PACE } from '../kernel/limits.ts';
import { asHandled, BatchCommit, type InFlight } from './batch-commit.ts';
import { BatchQueue } from './batch-queue.ts';
import { decideBatch, type Decision } from './decide.ts';
import { createIntake } from './delivery-intake.ts';
import { HeldPartitions } from './held-partitions.ts';
import type { Inbound, Source } from './inbound.ts';
import type { LiveActor } from './live-actor.ts';
import { loadBatch, type LoadedBatch } from './load.ts';
import { beginTimers, contextsOf, NO_SPANS, type TimerSpans } from './message-spans.ts';
import { Pace } from './pace.ts';
import { PartitionJobs } from './partition-jobs.ts';
import type { PauseTracker } from './pause.ts';
import type { Fence, Pause } from './ports.ts';
import { WorkerHealth } from './worker-health.ts';
import type { WorkerOptions } from './worker-options.ts';

type Job = () => Promise<void>;

/** Fence losses in a row without a lost partition after which a batch is split like a poisoned one (P8). */
const FENCE_LOSSES_MAX = 5;
/** Batches a hand-over decides at most before it gives the rest back. */
const DRAIN_STEPS_MAX = 1_000;
const NONE: ReadonlySet<string> = new Set();

/**
 * Owns: the actors in memory of the partitions this process holds, and the loop load → decide → commit → publish →
 * acknowledge over all of them together (P5).
 * Does not own: the commit and what follows it (batch-commit.ts), what becomes of partitions (partition-jobs.ts, and
 * held-partitions.ts for their leases and subscriptions), who should hold which partition (ownership.ts), what actors
 * decide (behaviours), noticing due wake-ups (wake-ups.ts).
 * In: deliveries of its partitions' queues. Out: one commit per batch, its messages, acknowledgements.
 *
 * I1. Nothing is published or acknowledged before its commit has landed.
 * I2. While a commit is under way the next batch is decided on top of it; when it fails, both are decided again from
 *     the store, in order, before anything newer (P6, P7).
 * I3. Only the loop changes actors and partitions: everything else asks it by a job.
 * I4. An actor stays in memory until its commit has landed (P7).
 * I5. What a newer build wrote is never handled: its partition is given back, and left alone for a while.
 */
export class Worker {
  private readonly options: WorkerOptions;
  private readonly health: WorkerHealth;
  private readonly partitions: HeldPartitions;
  private readonly partitionJobs: PartitionJobs;
  private readonly commits: BatchCommit;
  private readonly cache: LRUCache<string, LiveActor>;
  private readonly queue = new BatchQueue();
  private readonly pace: Pace;
  private jobs: Job[] = [];
  private inFlight: InFlight | null = null;
  private batchLimit = BATCH_MESSAGES_MAX;
  private fenceLosses = 0;
  /** The loop runs no more jobs. */
  private ended = false;
  private running: Promise<void> | null = null;
  private wakeLoop: () => void = () => undefined;

  constructor(options: WorkerOptions) {
    this.options = options;
    this.pace = new Pace(options.clock, BATCH_PACE);
    this.cache = new LRUCache({ max: options.actorsMax ?? ACTOR_CACHE_MAX });
    this.health = new WorkerHealth(options);
    const push = createIntake(options, (inbound) => {
      this.queue.push(inbound);
    });
    this.partitions = new HeldPartitions({
      ...options,
      onDelivery: (source, delivery) => {
        push(source, delivery);
        this.wakeLoop();
      },
      onLost: (partition, source, reason) => {
        this.lost(partition, source, reason);
      },
    });
    this.partitionJobs = new PartitionJobs(options, this.partitions, this.health, {
      queue: this.queue,
      actors: this.cache,
      drain: (partitions) => this.drain(partitions),
    });
    this.commits = new BatchCommit(options, this.partitions, (loaded) => {
      this.landed(loaded);
    });
    options.sender.onHealth = (up) => {
      if (up) this.health.up('sending');
      else this.health.down('sending');
    };
  }

  start(): void {
    this.running = this.loop();
  }

  /** What is out of reach, and what that means for time-outs. */
  get pauses(): PauseTracker {
    return this.health.pauses;
  }

  /** Partitions held, with their epochs. */
  fences(): Fence[] {
    return this.partitions.fences();
  }

  /** Messages delivered and not yet decided. */
  backlog(): number {
    return this.queue.length;
  }

  /** Partitions in which a newer build wrote, and which this one does not take for now. */
  leftToNewer(): number[] {
    return this.partitionJobs.leftToNewer();
  }

  /** Partitions held that are not at rest. */
  awake(): number[] {
    const resting = new Set(this.partitions.resting());
    return this.partitions.ids().filter((partition) => !resting.has(partition));
  }

  /** Partitions held that are at rest by hand. */
  resting(): number[] {
    return this.partitions.resting();
  }

  queueOf(partition: number): string {
    return this.partitions.queueOf(partition);
  }

  /** Told with every heartbeat what is at rest by hand: that rests from now on, and nothing else does (P27). */
  setAtRest(paused: readonly Pause[]): void {
    if (this.partitionJobs.setAtRest(paused)) this.enqueue(() => this.partitionJobs.rest());
  }

  /** Takes partitions that are free or expired; others stay where they are. */
  open(partitions: readonly number[]): void {
    this.enqueue(() => this.partitionJobs.open(partitions));
  }

  /** Hands partitions over on purpose (P3). Resolves when they are released. */
  close(partitions: readonly number[]): Promise<void> {
    if (this.ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.enqueue(async () => {
        await this.partitionJobs.close(partitions);
        resolve();
      });
    });
  }

  /** The lease is gone: forgets the partition and gives its deliveries back. */
  drop(partition: number): void {
    this.enqueue(async () => {
      await this.partitionJobs.drop(partition);
      this.options.onNotice?.({ type: 'partitions.lost', partitions: [partition] });
    });
  }

  /** The leases may have run out: what is delivered is given back at once, and taken again once they are ours. */
  letGo(reason: Error): void {
    this.partitions.letGo(reason);
  }

  /** Opens nothing more, and waits for no store that is away. */
  leave(): void {
    this.partitionJobs.leave();
  }

  /** Stops taking deliveries, commits what was delivered, hands over, ends the loop. */
  async stop(): Promise<void> {
    this.leave();
    await new Promise<void>((resolve) => {
      // Which partitions there are is known only when the jobs before this one are done.
      this.enqueue(async () => {
        await this.partitionJobs.close(this.partitions.ids());
        resolve();
      });
    });
    this.ended = true;
    this.wakeLoop();
    await this.running;
  }

  // ------------------------------------------------------------ the loop

  private async loop(): Promise<void> {
    while (!this.ended) {
      const job = this.jobs.shift();
      if (job !== undefined) {
        await this.settle();
        await job();
      } else if (this.queue.length > 0) {
        const waitMs = this.pace.waitMs();
        if (waitMs > 0) await this.gather(waitMs);
        else await this.step();
      } else {
        await this.rest();
      }
    }
    await this.settle();
  }

  /** Waits for work; when a commit is under way, for its end as well. */
  private async rest(): Promise<void> {
    const signal = new Promise<void>((resolve) => {
      this.wakeLoop = resolve;
    });
    if (this.inFlight === null) {
      await signal;
      return;
    }
    await Promise.race([signal, this.inFlight.landed]);
    if (this.queue.length === 0 && this.jobs.length === 0) await this.settle();
  }

  /** Batches follow each other faster than their round trips are worth: lets more arrive before the next. */
  private async gather(waitMs: number): Promise<void> {
    if (this.inFlight !== null) {
      await this.settle();
      return;
    }
    await new Promise<void>((resolve) => {
      const cancel = this.options.clock.after(waitMs, resolve);
      this.wakeLoop = () => {
        cancel();
        resolve();
      };
    });
  }

  private async step(): Promise<void> {
    const batch = this.queue.take(this.batchLimit);
    if (batch.length === 0) return;
    this.pace.begin();
    const before = this.inFlight;
    let loaded: LoadedBatch;
    let decision: Decision | undefined;
    let timers = NO_SPANS;
    try {
      loaded = await this.load(batch, before);
      if (loaded.newer.size === 0) {
        timers = this.timersOf(loaded);
        decision = this.decide(loaded, timers);
      }
    } catch (error) {
      // Before the failure of the commit under way is dealt with: what it puts back is older (I2).
      this.queue.putBack(batch);
      await this.settle();
      await this.recover(asHandled(error), batch);
      return;
    }
    if (decision === undefined) {
      this.queue.putBack(batch);
      await this.settle();
      await this.partitionJobs.leaveToNewer(loaded.newer);
      return;
    }
    if (before !== null) {
      const failure = await before.landed;
      if (failure !== undefined) {
        this.inFlight = null;
        this.queue.putBack([...before.batch, ...batch]);
        await this.recover(failure, before.batch);
        return;
      }
    }
    this.inFlight = this.commits.begin(batch, decision, loaded, timers);
  }

  private load(batch: readonly Inbound[], before: InFlight | null): Promise<LoadedBatch> {
    return loadBatch(batch, {
      store: this.options.store,
      relatedRows: this.options.relatedRows,
      now: this.options.clock.now(),
      inMemory: (key) => before?.actors.get(key) ?? this.cache.get(key),
      handled: before?.decision.handled ?? NONE,
    });
  }

  private timersOf({ inputs }: LoadedBatch): TimerSpans {
    const { tracing, clock } = this.options;
    if (tracing === undefined) return NO_SPANS;
    const now = clock.now();
    const until = this.pauses.timersUntil(now);
    return beginTimers(tracing, inputs, { until, now }, (partition) => this.queueOf(partition));
  }

  private decide({ inputs, seen }: LoadedBatch, timers: TimerSpans): Decision {
    const now = this.options.clock.now();
    const timersUntil = this.pauses.timersUntil(now);
    const lookAgainAt = this.pauses.heldBackUntil(now);
    return decideBatch(inputs, {
      now,
      timersUntil,
      lookAgainAt,
      versionOf: this.options.versionOf,
      seen,
      ...(timers.size === 0 ? {} : { contexts: contextsOf(timers) }),
    });
  }

  /** Awaits the commit under way and deals with its failure. */
  private async settle(): Promise<void> {
    const { inFlight } = this;
    if (inFlight === null) return;
    const failure = await inFlight.landed;
    this.inFlight = null;
    if (failure === undefined) return;
    this.queue.putBack(inFlight.batch);
    await this.recover(failure, inFlight.batch);
  }

  /** Whatever was decided on is in the store now (I4). */
  private landed({ actors }: LoadedBatch): void {
    this.health.worked();
    this.fenceLosses = 0;
    this.batchLimit = Math.min(BATCH_MESSAGES_MAX, this.batchLimit * 2);
    for (const [key, actor] of actors) {
      if (actor.version === 0 || actor.behaviour.finished(actor.state)) this.cache.delete(key);
      else this.cache.set(key, actor);
    }
  }

  /** Decides and commits what the given partitions had delivered. */
  private async drain(partitions: ReadonlySet<number>): Promise<void> {
    for (let steps = 0; this.queue.holdsOf(partitions) && steps < DRAIN_STEPS_MAX; steps += 1)
      await this.step();
    await this.settle();
  }

  private enqueue(job: Job): void {
    this.jobs.push(job);
    this.wakeLoop();
  }

  // ------------------------------------------------------------ failures

  /** The batch is back in the queue; what is in memory can't be trusted any more. */
  private async recover(error: unknown, batch: readonly Inbound[]): Promise<void> {
    this.cache.clear();
    if (error instanceof ValueRefused) {
      this.isolate(error, batch);
      return;
    }
    const { logger, service } = this.options;
    logger.warn(
      { service, error: errorMessage(error), messages: batch.length },
      'deciding again after a failure',
    );
    this.options.onNotice?.({
      type: 'decided.again',
      messages: batch.length,
      reason: errorMessage(error),
    });
    if (!(error instanceof FenceLost)) {
      this.health.down('store');
      await this.health.rest();
    }
    const lost = await this.partitionJobs.reopen(this.partitions.ids());
    if (!(error instanceof FenceLost)) return;
    this.fenceLosses = lost ? 0 : this.fenceLosses + 1;
    if (this.fenceLosses > FENCE_LOSSES_MAX) this.isolate(error, batch);
  }

  /** P8: halves the batch until the culprit is alone, then buries it. */
  private isolate(error: Error, batch: readonly Inbound[]): void {
    const [first] = batch;
    if (batch.length > 1 || first === undefined) {
      this.batchLimit = Math.max(1, Math.ceil(batch.length / 2));
      return;
    }
    this.queue.remove(first);
    this.commits.bury(first, error);
    this.fenceLosses = 0;
  }

  /** P11: a lost consumer reopens its partition; what it delivered comes again. */
  private lost(partition: number, source: Source, reason: Error): void {
    this.health.down(source.queue);
    this.options.logger.warn(
      { queue: source.queue, error: reason.message },
      'no consumer; subscribing again',
    );
    this.health.later(() => {
      this.enqueue(() => this.partitionJobs.resubscribe(partition));
    });
  }
}
