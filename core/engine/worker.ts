import { LRUCache } from 'lru-cache';
import { type Clock, type Random, sleep } from '../kernel/clock.ts';
import { errorMessage, FenceLost, ValueRefused } from '../kernel/errors.ts';
import { ACTOR_CACHE_MAX, BATCH_MESSAGES_MAX, LEASE_MS, PREFETCH_FRAMES } from '../kernel/limits.ts';
import type { Logger } from '../kernel/logger.ts';
import { partitionName } from '../kernel/partition.ts';
import { pauseMs } from './backoff.ts';
import type { AnyBehaviour } from './behaviour.ts';
import type { VersionOf } from './compose.ts';
import { decideBatch, type Decision } from './decide.ts';
import type { Graveyard } from './graveyard.ts';
import { type Decoder, type Inbound, type Source, TrackedDelivery } from './inbound.ts';
import type { LiveActor } from './live-actor.ts';
import { loadBatch, type LoadedBatch } from './load.ts';
import type { OutboxSender } from './outbox-sender.ts';
import { PauseTracker } from './pause.ts';
import type {
  Broker,
  Commit,
  Delivery,
  EngineStore,
  Fence,
  OutboxRow,
  RelatedRows,
  Subscription,
} from './ports.ts';
import { partitionQueue } from './topology.ts';

/**
 * Owns: the partitions of one service that this process holds, their actors in memory, and the loop
 * load → decide → commit → publish → acknowledge over all of them together (P5).
 * Does not own: who should hold which partition (ownership.ts), what actors decide (behaviours), due wake-ups
 * (wake-ups.ts).
 * In: deliveries of its partitions' queues. Out: one commit per batch, its messages, acknowledgements.
 *
 * I1. Nothing is published or acknowledged before its commit has landed.
 * I2. While a commit is under way the next batch is decided on top of it; when it fails, both are decided again from
 *     the store, in order, before anything newer (P6, P7).
 * I3. Only the loop changes actors and partitions: everything else asks it by a job.
 * I4. An actor stays in memory until its commit has landed (P7).
 */
export interface WorkerOptions {
  readonly service: string;
  readonly owner: string;
  readonly behaviours: readonly AnyBehaviour[];
  readonly store: EngineStore;
  readonly relatedRows?: RelatedRows | undefined;
  readonly broker: Broker;
  readonly sender: OutboxSender;
  readonly graveyard: Graveyard;
  readonly decoder: Decoder;
  readonly versionOf: VersionOf;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  /** After each commit that landed: for live hints and metrics. Must not throw. */
  readonly onCommitted?: (
    decision: Decision,
    facts: { readonly messages: number; readonly commitMs: number },
  ) => void;
}

interface OwnedPartition {
  readonly id: number;
  epoch: number;
  sequence: number;
  source: Source;
  subscription: Subscription | null;
}

interface InFlight {
  readonly batch: readonly Inbound[];
  readonly decision: Decision;
  readonly actors: ReadonlyMap<string, LiveActor>;
  /** Resolves with the failure, or undefined once everything has landed. */
  readonly landed: Promise<unknown>;
}

type Job = () => Promise<void>;

/** Takes over what another process left: its time-outs wait this long for messages that waited with it (P20). */
const TAKE_OVER_GRACE_MS = 3_000;
/** How long an opening waits for the confirms of left-overs before newer rows may follow them. */
const LEFTOVERS_CONFIRM_MS = 1_000;
/** Fence losses in a row without a lost partition after which a batch is split like a poisoned one (P8). */
const FENCE_LOSSES_MAX = 5;

export class Worker {
  readonly pauses = new PauseTracker();
  private readonly options: WorkerOptions;
  private readonly partitions = new Map<number, OwnedPartition>();
  private readonly cache = new LRUCache<string, LiveActor>({ max: ACTOR_CACHE_MAX });
  private queue: Inbound[] = [];
  private jobs: Job[] = [];
  private inFlight: InFlight | null = null;
  private batchLimit = BATCH_MESSAGES_MAX;
  private failures = 0;
  private fenceLosses = 0;
  /** No partition is opened any more. */
  private leaving = false;
  /** The loop runs no more jobs. */
  private ended = false;
  private running: Promise<void> | null = null;
  private wakeLoop: () => void = () => undefined;

  constructor(options: WorkerOptions) {
    this.options = options;
    options.sender.onHealth = (up) => {
      this.noteHealth(up);
    };
  }

  start(): void {
    this.running = this.loop();
  }

  /** Partitions held, with their epochs. */
  fences(): Fence[] {
    return [...this.partitions.values()].map(({ id, epoch }) => ({ partition: id, epoch }));
  }

  /** Messages delivered and not yet decided. */
  backlog(): number {
    return this.queue.length;
  }

  queueOf(partition: number): string {
    return partitionQueue(this.options.service, partition);
  }

  /** Takes partitions that are free or expired; others stay where they are. */
  open(partitions: readonly number[]): void {
    this.enqueue(() => this.openNow(partitions.filter((each) => !this.partitions.has(each))));
  }

  /** Hands partitions over on purpose (P3). Resolves when they are released. */
  close(partitions: readonly number[]): Promise<void> {
    if (this.ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.enqueue(async () => {
        await this.closeNow(partitions);
        resolve();
      });
    });
  }

  /** The lease is gone: forgets the partition and gives its deliveries back. */
  drop(partition: number): void {
    this.enqueue(() => this.dropNow(partition));
  }

  /** Stops taking deliveries, commits what was delivered, hands over, ends the loop. */
  async stop(): Promise<void> {
    this.leaving = true;
    await new Promise<void>((resolve) => {
      // Which partitions there are is known only when the jobs before this one are done.
      this.enqueue(async () => {
        await this.closeNow([...this.partitions.keys()]);
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
        await this.step();
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

  private async step(): Promise<void> {
    const batch = this.take();
    if (batch.length === 0) return;
    const before = this.inFlight;
    let loaded: LoadedBatch;
    try {
      loaded = await loadBatch(batch, {
        store: this.options.store,
        relatedRows: this.options.relatedRows,
        now: this.options.clock.now(),
        inMemory: (key) => before?.actors.get(key) ?? this.cache.get(key),
        handled: before?.decision.handled ?? NONE,
      });
    } catch (error) {
      await this.settle();
      this.putBack(batch);
      await this.recover(error, batch);
      return;
    }
    const { clock, versionOf } = this.options;
    const now = clock.now();
    const decision = decideBatch(loaded.inputs, {
      now,
      timersUntil: this.pauses.timersUntil(now),
      versionOf,
      seen: loaded.seen,
    });
    if (before !== null) {
      const failure = await before.landed;
      if (failure !== undefined) {
        this.inFlight = null;
        this.putBack([...before.batch, ...batch]);
        await this.recover(failure, before.batch);
        return;
      }
    }
    this.inFlight = this.commit(batch, decision, loaded);
  }

  /** Awaits the commit under way and deals with its failure. */
  private async settle(): Promise<void> {
    const { inFlight } = this;
    if (inFlight === null) return;
    const failure = await inFlight.landed;
    this.inFlight = null;
    if (failure === undefined) return;
    this.putBack(inFlight.batch);
    await this.recover(failure, inFlight.batch);
  }

  private take(): Inbound[] {
    const batch: Inbound[] = [];
    let taken = 0;
    for (const inbound of this.queue) {
      if (batch.length >= this.batchLimit || (inbound.alone && batch.length > 0)) break;
      taken += 1;
      if (inbound.tracked.source.lost) continue;
      batch.push(inbound);
      if (inbound.alone) break;
    }
    this.queue = this.queue.slice(taken);
    return batch;
  }

  private putBack(batch: readonly Inbound[]): void {
    this.queue = [...batch.filter(({ tracked }) => !tracked.source.lost), ...this.queue];
  }

  // ------------------------------------------------------------ commit

  private commit(batch: readonly Inbound[], decision: Decision, loaded: LoadedBatch): InFlight {
    const { clock } = this.options;
    const startedAt = clock.now();
    const rows = this.outboxRows(decision);
    const confirmed = this.options.sender.takeConfirmed();
    const commit = this.commitOf(decision, rows, confirmed, batch);
    const landed = (isEmpty(commit) ? Promise.resolve() : this.options.store.commit(commit)).then(
      () => {
        this.landed(batch, decision, loaded, rows, clock.now() - startedAt);
        return undefined;
      },
      (error: unknown) => {
        this.options.sender.returnConfirmed(confirmed);
        return error ?? new Error('commit failed without a reason');
      },
    );
    return { batch, decision, actors: loaded.actors, landed };
  }

  private outboxRows(decision: Decision): OutboxRow[] {
    const rows: OutboxRow[] = [];
    for (const [id, messages] of decision.sent) {
      const partition = this.partitions.get(id);
      if (partition === undefined || messages.length === 0) continue;
      partition.sequence += 1;
      rows.push({
        writer: partitionName(id),
        epoch: partition.epoch,
        sequence: partition.sequence,
        messages,
      });
    }
    return rows;
  }

  private commitOf(
    decision: Decision,
    outbox: readonly OutboxRow[],
    confirmed: Commit['confirmed'],
    batch: readonly Inbound[],
  ): Commit {
    const touched = new Set(batch.map(({ tracked }) => tracked.source.partition));
    const fences = this.fences()
      .filter(({ partition }) => touched.has(partition))
      .sort((a, b) => a.partition - b.partition);
    const { actors, wakes, log, inbox, rows } = decision;
    return { owner: this.options.owner, fences, actors, wakes, log, inbox, rows, outbox, confirmed };
  }

  /** Everything that may happen only now that the commit has landed (I1). */
  private landed(
    batch: readonly Inbound[],
    decision: Decision,
    loaded: LoadedBatch,
    rows: readonly OutboxRow[],
    commitMs: number,
  ): void {
    this.noteHealth(true);
    this.failures = 0;
    this.fenceLosses = 0;
    if (this.batchLimit < BATCH_MESSAGES_MAX)
      this.batchLimit = Math.min(BATCH_MESSAGES_MAX, this.batchLimit * 2);
    for (const row of rows) this.options.sender.send(row);
    for (const [key, actor] of loaded.actors) {
      if (actor.version === 0 || actor.behaviour.finished(actor.state)) this.cache.delete(key);
      else this.cache.set(key, actor);
    }
    const bad = new Map(decision.bad.map(({ message, error }) => [message.id, error]));
    for (const inbound of batch) {
      const error = loaded.unusable.get(inbound) ?? bad.get(inbound.message.id);
      if (error === undefined) inbound.tracked.done();
      else this.bury(inbound, error);
    }
    this.options.onCommitted?.(decision, { messages: batch.length, commitMs });
  }

  private bury(inbound: Inbound, error: Error): void {
    const { delivery, source } = inbound.tracked;
    void this.options.graveyard
      .bury({ queue: source.queue, message: inbound.message, error, delivery })
      .then(() => {
        inbound.tracked.done();
      });
  }

  // ------------------------------------------------------------ failures

  /** The batch is back in the queue; what is in memory can't be trusted any more. */
  private async recover(error: unknown, batch: readonly Inbound[]): Promise<void> {
    this.cache.clear();
    if (error instanceof ValueRefused) {
      this.isolate(error, batch);
      return;
    }
    const { logger, clock, random, service } = this.options;
    logger.warn(
      { service, error: errorMessage(error), messages: batch.length },
      'commit failed; deciding again',
    );
    if (error instanceof FenceLost) {
      this.fenceLosses += 1;
      if (this.fenceLosses > FENCE_LOSSES_MAX) this.isolate(error, batch);
    } else {
      this.noteHealth(false);
      await sleep(clock, pauseMs(this.failures, random));
      this.failures += 1;
    }
    await this.reopenNow([...this.partitions.keys()]);
  }

  /** P8: halves the batch until the culprit is alone, then buries it. */
  private isolate(error: Error, batch: readonly Inbound[]): void {
    const [first] = batch;
    if (batch.length === 1 && first !== undefined) {
      this.queue = this.queue.filter((each) => each !== first);
      this.bury(first, error);
      this.fenceLosses = 0;
      return;
    }
    this.batchLimit = Math.max(1, Math.ceil(batch.length / 2));
  }

  // ------------------------------------------------------------ partitions (only from the loop)

  private async openNow(wanted: readonly number[]): Promise<void> {
    if (wanted.length === 0 || this.leaving) return;
    const { store, owner, logger, service, clock } = this.options;
    try {
      const fences = await store.open(owner, wanted, LEASE_MS);
      if (fences.length === 0) return;
      await this.sendLeftovers(fences);
      if (fences.some(({ epoch }) => epoch > 1)) this.pauses.holdAll(clock.now(), TAKE_OVER_GRACE_MS);
      for (const { partition, epoch } of fences) {
        const owned: OwnedPartition = {
          id: partition,
          epoch,
          sequence: 0,
          source: { partition, queue: this.queueOf(partition), lost: false },
          subscription: null,
        };
        this.partitions.set(partition, owned);
        await this.subscribe(owned);
      }
      logger.info({ service, partitions: fences.map((fence) => fence.partition) }, 'partitions opened');
    } catch (error) {
      logger.warn({ service, error: errorMessage(error) }, 'opening partitions failed; tried again soon');
    }
  }

  /** P1: after a failure of our own the epoch rises only where the lease is still ours; the rest is dropped. */
  private async reopenNow(partitions: readonly number[]): Promise<void> {
    const { store, owner, logger, clock, random, service } = this.options;
    for (;;) {
      try {
        const held = await store.renew(
          owner,
          this.fences().filter(({ partition }) => partitions.includes(partition)),
          LEASE_MS,
        );
        const fences = await store.open(owner, held, LEASE_MS);
        for (const id of partitions) {
          const fence = fences.find(({ partition }) => partition === id);
          const owned = this.partitions.get(id);
          if (owned === undefined) continue;
          if (fence === undefined) {
            await this.dropNow(id);
          } else {
            owned.epoch = fence.epoch;
            owned.sequence = 0;
          }
        }
        await this.sendLeftovers(fences);
        return;
      } catch (error) {
        this.noteHealth(false);
        logger.warn({ service, error: errorMessage(error) }, 'the store is away; partitions pause');
        await sleep(clock, pauseMs(this.failures, random));
        this.failures += 1;
      }
    }
  }

  /** P9: what the last epoch committed goes out ahead of everything newer. */
  private async sendLeftovers(fences: readonly Fence[]): Promise<void> {
    const { store, sender } = this.options;
    if (fences.length === 0) return;
    const writers = new Set(fences.map(({ partition }) => partitionName(partition)));
    const rows = await store.leftovers(fences.map(({ partition }) => partition));
    for (const writer of writers) sender.forget(writer);
    for (const row of rows) sender.send(row);
    // The sender keeps the order, come what may; the wait only makes it likely that they have arrived. It is bounded
    // because the embedded broker confirms a row once its readers have committed, who may wait for us.
    if (rows.length > 0) await sender.settled(LEFTOVERS_CONFIRM_MS, writers);
  }

  private async subscribe(owned: OwnedPartition): Promise<void> {
    const { source } = owned;
    owned.subscription = await this.options.broker.consume(
      source.queue,
      { prefetch: PREFETCH_FRAMES, exclusive: true },
      {
        onDelivery: (delivery) => {
          this.receive(owned, source, delivery);
        },
        onLost: (reason) => {
          this.lost(owned, source, reason);
        },
      },
    );
  }

  private receive(owned: OwnedPartition, source: Source, delivery: Delivery): void {
    if (source.lost || owned.source !== source) return;
    const raws = delivery.unreadable === undefined ? delivery.messages : [delivery.unreadable];
    if (raws.length === 0) {
      delivery.ack();
      return;
    }
    const tracked = new TrackedDelivery(source, delivery, raws.length);
    for (const raw of raws) {
      try {
        this.queue.push(this.options.decoder.decode(raw, tracked));
      } catch (error) {
        void this.options.graveyard.bury({ queue: source.queue, message: raw, error, delivery }).then(() => {
          tracked.done();
        });
      }
    }
    this.wakeLoop();
  }

  /** P11: a lost consumer reopens its partition; what it delivered comes again. */
  private lost(owned: OwnedPartition, source: Source, reason: Error): void {
    if (source.lost) return;
    source.lost = true;
    this.noteHealth(false);
    this.options.logger.warn({ queue: source.queue, error: reason.message }, 'consumer lost');
    this.enqueue(() => this.resubscribe(owned));
  }

  private async resubscribe(owned: OwnedPartition): Promise<void> {
    const { clock, random, logger } = this.options;
    this.cache.clear();
    await this.reopenNow([owned.id]);
    if (this.partitions.get(owned.id) !== owned) return;
    owned.source = { partition: owned.id, queue: this.queueOf(owned.id), lost: false };
    try {
      await this.subscribe(owned);
      this.failures = 0;
    } catch (error) {
      logger.warn(
        { queue: owned.source.queue, error: errorMessage(error) },
        'subscribing failed; tried again soon',
      );
      clock.after(pauseMs(this.failures, random), () => {
        this.enqueue(() => this.resubscribe(owned));
      });
      this.failures += 1;
    }
  }

  private async closeNow(partitions: readonly number[]): Promise<void> {
    const owned = partitions.flatMap((id) => this.partitions.get(id) ?? []);
    if (owned.length === 0) return;
    const { store, owner, sender, logger, service } = this.options;
    try {
      await Promise.all(owned.map(async ({ subscription }) => subscription?.cancel()));
      await this.drain(new Set(owned.map(({ id }) => id)));
      await sender.settled(HAND_OVER_CONFIRM_MS, new Set(owned.map(({ id }) => partitionName(id))));
      const fences = owned.map(({ id, epoch }) => ({ partition: id, epoch }));
      for (const { id } of owned) await this.dropNow(id);
      await store.release(owner, fences);
      logger.info({ service, partitions }, 'partitions handed over');
    } catch (error) {
      logger.warn(
        { service, error: errorMessage(error) },
        'handing over failed; the leases run out by themselves',
      );
      for (const { id } of owned) await this.dropNow(id);
    }
  }

  /** Decides and commits what the given partitions had delivered. */
  private async drain(partitions: ReadonlySet<number>): Promise<void> {
    const waits = (): boolean =>
      this.queue.some(({ tracked }) => partitions.has(tracked.source.partition) && !tracked.source.lost);
    for (let attempt = 0; waits() && attempt < DRAIN_STEPS_MAX; attempt += 1) await this.step();
    await this.settle();
  }

  private async dropNow(id: number): Promise<void> {
    const owned = this.partitions.get(id);
    if (owned === undefined) return;
    this.partitions.delete(id);
    owned.source.lost = true;
    this.queue = this.queue.filter(({ tracked }) => tracked.source !== owned.source);
    for (const [key, actor] of this.cache.entries()) if (actor.partition === id) this.cache.delete(key);
    this.options.sender.forget(partitionName(id));
    await owned.subscription?.abandon().catch((error: unknown) => {
      this.options.logger.warn(
        { queue: owned.source.queue, error: errorMessage(error) },
        'closing a channel failed',
      );
    });
  }

  private enqueue(job: Job): void {
    this.jobs.push(job);
    this.wakeLoop();
  }

  private noteHealth(up: boolean): void {
    const now = this.options.clock.now();
    if (up) this.pauses.up(now);
    else this.pauses.down(now);
  }
}

const NONE: ReadonlySet<string> = new Set();
/** How long a planned hand-over waits for the broker; afterwards the next owner sends the left-overs. */
const HAND_OVER_CONFIRM_MS = 2_000;
/** Batches a hand-over decides at most before it gives the rest back. */
const DRAIN_STEPS_MAX = 1_000;

function isEmpty(commit: Commit): boolean {
  return (
    commit.actors.length === 0 &&
    commit.wakes.length === 0 &&
    commit.log.length === 0 &&
    commit.inbox.length === 0 &&
    commit.rows.length === 0 &&
    commit.outbox.length === 0
  );
}
