import { LRUCache } from 'lru-cache';
import { assert } from '../kernel/assert.ts';
import { type Clock, type Random, sleep } from '../kernel/clock.ts';
import { errorMessage, FenceLost, OrreryError, ValueRefused } from '../kernel/errors.ts';
import { ACTOR_CACHE_MAX, BATCH_MESSAGES_MAX, BATCH_PACE, NEWER_BUILD_REST_MS } from '../kernel/limits.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Message } from '../kernel/message.ts';
import { partitionName } from '../kernel/partition.ts';
import type { Tracing } from '../kernel/tracing.ts';
import { pauseMs } from './backoff.ts';
import { BatchQueue } from './batch-queue.ts';
import type { AnyBehaviour, RowWrite } from './behaviour.ts';
import type { VersionOf } from './compose.ts';
import { decideBatch, type Decision, WAKE } from './decide.ts';
import type { Graveyard } from './graveyard.ts';
import { HeldPartitions } from './held-partitions.ts';
import { type Decoder, type Inbound, type Source, TrackedDelivery } from './inbound.ts';
import { actorKey, type LiveActor } from './live-actor.ts';
import { loadBatch, type LoadedBatch } from './load.ts';
import { beginProcess } from './message-spans.ts';
import type { Notify } from './notices.ts';
import type { OutboxSender } from './outbox-sender.ts';
import { Pace } from './pace.ts';
import { PauseTracker } from './pause.ts';
import type {
  Broker,
  Commit,
  Delivery,
  EngineStore,
  Fence,
  OutboxRow,
  Pause,
  RelatedRows,
  WakeWrite,
} from './ports.ts';

/**
 * Owns: the actors in memory of the partitions this process holds, and the loop load → decide → commit → publish →
 * acknowledge over all of them together (P5).
 * Does not own: leases and subscriptions (held-partitions.ts), who should hold which partition (ownership.ts), what
 * actors decide (behaviours), noticing due wake-ups (wake-ups.ts).
 * In: deliveries of its partitions' queues. Out: one commit per batch, its messages, acknowledgements.
 *
 * I1. Nothing is published or acknowledged before its commit has landed.
 * I2. While a commit is under way the next batch is decided on top of it; when it fails, both are decided again from
 *     the store, in order, before anything newer (P6, P7).
 * I3. Only the loop changes actors and partitions: everything else asks it by a job.
 * I4. An actor stays in memory until its commit has landed (P7).
 * I5. What a newer build wrote is never handled: its partition is given back, and left alone for a while.
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
  /** Actors kept in memory; default ACTOR_CACHE_MAX. */
  readonly actorsMax?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly tracing?: Tracing | undefined;
  readonly onNotice?: Notify | undefined;
  /** Rows that sum a decision up; they are committed with it. Default: none. */
  readonly summarise?: ((decision: Decision) => readonly RowWrite[]) | undefined;
  /** After each commit that landed: for live hints and metrics. */
  readonly onCommitted?: (
    decision: Decision,
    facts: { readonly messages: number; readonly commitMs: number },
  ) => void;
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
/** Fence losses in a row without a lost partition after which a batch is split like a poisoned one (P8). */
const FENCE_LOSSES_MAX = 5;
/** How long a planned hand-over waits for the broker; afterwards the next owner sends the left-overs. */
const HAND_OVER_CONFIRM_MS = 2_000;
/** Batches a hand-over decides at most before it gives the rest back. */
const DRAIN_STEPS_MAX = 1_000;
const NONE: ReadonlySet<string> = new Set();

export class Worker {
  readonly pauses = new PauseTracker();
  private readonly options: WorkerOptions;
  private readonly partitions: HeldPartitions;
  private readonly cache: LRUCache<string, LiveActor>;
  private readonly queue = new BatchQueue();
  private readonly pace: Pace;
  private jobs: Job[] = [];
  private inFlight: InFlight | null = null;
  /** Wake-ups of actors that can't be had: their rows go with the next commit, or they would come for ever. */
  private deadWakes: WakeWrite[] = [];
  /** Partitions that are left to newer builds, with the time until which. */
  private readonly leftAlone = new Map<number, number>();
  /** What is at rest by hand, as last heard. */
  private paused: readonly Pause[] = [];
  /** Since when partitions of ours rest. */
  private readonly restingSince = new Map<number, number>();
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
    this.pace = new Pace(options.clock, BATCH_PACE);
    this.cache = new LRUCache({ max: options.actorsMax ?? ACTOR_CACHE_MAX });
    this.partitions = new HeldPartitions({
      ...options,
      onDelivery: (source, delivery) => {
        this.receive(source, delivery);
      },
      onLost: (partition, source, reason) => {
        this.lost(partition, source, reason);
      },
    });
    options.sender.onHealth = (up) => {
      this.noteHealth(up, 'sending');
    };
  }

  start(): void {
    this.running = this.loop();
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
    const now = this.options.clock.now();
    return [...this.leftAlone].filter(([, until]) => until > now).map(([partition]) => partition);
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
    this.paused = paused;
    const changes = this.partitions
      .ids()
      .some((partition) => this.rests(partition) !== this.isResting(partition));
    if (changes) this.enqueue(() => this.restNow());
  }

  /** Takes partitions that are free or expired; others stay where they are. */
  open(partitions: readonly number[]): void {
    this.enqueue(() => this.openNow(partitions));
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
    this.enqueue(async () => {
      await this.dropNow(partition);
      this.options.onNotice?.({ type: 'partitions.lost', partitions: [partition] });
    });
  }

  /** The leases may have run out: what is delivered is given back at once, and taken again once they are ours. */
  letGo(reason: Error): void {
    this.partitions.letGo(reason);
  }

  /** Opens nothing more, and waits for no store that is away. */
  leave(): void {
    this.leaving = true;
  }

  /** Stops taking deliveries, commits what was delivered, hands over, ends the loop. */
  async stop(): Promise<void> {
    this.leave();
    await new Promise<void>((resolve) => {
      // Which partitions there are is known only when the jobs before this one are done.
      this.enqueue(async () => {
        await this.closeNow(this.partitions.ids());
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
    try {
      loaded = await this.load(batch, before);
      if (loaded.newer.size === 0) decision = this.decide(loaded);
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
      await this.leaveToNewer(loaded.newer);
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
    this.inFlight = this.commit(batch, decision, loaded);
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

  private decide({ inputs, seen }: LoadedBatch): Decision {
    const now = this.options.clock.now();
    const timersUntil = this.pauses.timersUntil(now);
    const lookAgainAt = this.pauses.heldBackUntil(now);
    return decideBatch(inputs, { now, timersUntil, lookAgainAt, versionOf: this.options.versionOf, seen });
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

  // ------------------------------------------------------------ commit

  private commit(batch: readonly Inbound[], decision: Decision, loaded: LoadedBatch): InFlight {
    const { clock, sender, store } = this.options;
    const startedAt = clock.now();
    const outbox = [...decision.sent].flatMap(
      ([id, messages]) => this.partitions.outboxRow(id, messages) ?? [],
    );
    const confirmed = sender.takeConfirmed();
    const kept = this.takeDeadWakes(batch);
    const deadWakes = [...kept, ...unusableWakes(loaded)];
    const commit = this.commitOf(decision, outbox, confirmed, batch, deadWakes);
    const landed = (
      isEmpty(commit) ? Promise.resolve() : Promise.resolve().then(() => store.commit(commit))
    ).then(
      () => {
        this.landed(batch, decision, loaded, outbox, clock.now() - startedAt);
        return undefined;
      },
      (error: unknown) => {
        sender.returnConfirmed(confirmed);
        this.deadWakes.push(...kept);
        return asHandled(error);
      },
    );
    return { batch, decision, actors: loaded.actors, landed };
  }

  private commitOf(
    decision: Decision,
    outbox: readonly OutboxRow[],
    confirmed: Commit['confirmed'],
    batch: readonly Inbound[],
    deadWakes: readonly WakeWrite[],
  ): Commit {
    const touched = new Set(batch.map(({ tracked }) => tracked.source.partition));
    const fences = this.fences().filter(({ partition }) => touched.has(partition));
    const { actors, log, inbox } = decision;
    const summary = this.options.summarise?.(decision) ?? [];
    const rows = summary.length === 0 ? decision.rows : [...decision.rows, ...summary];
    assert(
      fences.length === touched.size,
      'every partition a commit touches is held, or the commit has no fence (P2)',
    );
    // One statement changes a row once: what the decision says of an actor outranks a wake-up that is given up.
    const decided = new Set([...actors, ...decision.wakes].map(({ kind, id }) => actorKey(kind, id)));
    const givenUp = new Map(deadWakes.map((wake) => [actorKey(wake.kind, wake.id), wake]));
    const wakes = [
      ...decision.wakes,
      ...[...givenUp].flatMap(([key, wake]) => (decided.has(key) ? [] : wake)),
    ];
    return { owner: this.options.owner, fences, actors, wakes, log, inbox, rows, outbox, confirmed };
  }

  /** Those of the partitions that this commit is fenced for; the others wait for theirs. */
  private takeDeadWakes(batch: readonly Inbound[]): readonly WakeWrite[] {
    if (this.deadWakes.length === 0) return [];
    const touched = new Set(batch.map(({ tracked }) => tracked.source.partition));
    const taken = this.deadWakes.filter(({ partition }) => touched.has(partition));
    this.deadWakes = this.deadWakes.filter(({ partition }) => !touched.has(partition));
    return taken;
  }

  /** Everything that may happen only now that the commit has landed (I1). */
  private landed(
    batch: readonly Inbound[],
    decision: Decision,
    loaded: LoadedBatch,
    rows: readonly OutboxRow[],
    commitMs: number,
  ): void {
    this.noteHealth(true, 'store');
    this.failures = 0;
    this.fenceLosses = 0;
    this.batchLimit = Math.min(BATCH_MESSAGES_MAX, this.batchLimit * 2);
    this.options.sender.send(rows);
    for (const [key, actor] of loaded.actors) {
      if (actor.version === 0 || actor.behaviour.finished(actor.state)) this.cache.delete(key);
      else this.cache.set(key, actor);
    }
    const bad = new Map(decision.bad.map(({ message, error }) => [message, error]));
    for (const { message, error, keptIn } of decision.bad) {
      if (keptIn !== undefined) this.buryKept(message, error, keptIn);
    }
    const batchSize = { attributes: { 'messaging.batch.message_count': batch.length } };
    for (const inbound of batch) {
      const error = loaded.unusable.get(inbound) ?? bad.get(inbound.message);
      if (error !== undefined) {
        this.bury(inbound, error);
        continue;
      }
      inbound.tracked.done();
      inbound.span?.end(batchSize);
    }
    try {
      this.options.onCommitted?.(decision, { messages: batch.length, commitMs });
    } catch (error) {
      this.options.logger.error({ error: errorMessage(error) }, 'a listener to commits failed');
    }
  }

  private bury({ tracked, message, span }: Inbound, error: Error): void {
    const { delivery, source } = tracked;
    span?.end({ error });
    void this.options.graveyard.bury({ queue: source.queue, message, error, delivery }).then(() => {
      tracked.done();
    });
  }

  /** It came in a delivery that is long done; the log holds it as well. */
  private buryKept(message: Message, error: Error, partition: number): void {
    const delivery = { attempts: 0, headers: {} };
    void this.options.graveyard.bury({ queue: this.queueOf(partition), message, error, delivery });
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
      'deciding again after a failure',
    );
    this.options.onNotice?.({
      type: 'decided.again',
      messages: batch.length,
      reason: errorMessage(error),
    });
    if (!(error instanceof FenceLost)) {
      this.noteHealth(false, 'store');
      await sleep(clock, pauseMs(this.failures, random));
      this.failures += 1;
    }
    const lost = await this.reopenNow(this.partitions.ids());
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
    if (first.message.type === WAKE) this.deadWakes.push(noWake(first));
    this.bury(first, error);
    this.fenceLosses = 0;
  }

  // ------------------------------------------------------------ partitions (only from the loop)

  private async openNow(wanted: readonly number[]): Promise<void> {
    const leftAlone = new Set(this.leftToNewer());
    const open = wanted.filter((partition) => !leftAlone.has(partition));
    if (open.length === 0 || this.leaving) return;
    const { logger, service, clock } = this.options;
    try {
      const fences = await this.partitions.open(open, (partition) => this.rests(partition));
      if (fences.length === 0) return;
      for (const partition of this.resting()) this.noteRest(partition);
      if (fences.some(({ epoch }) => epoch > 1)) this.pauses.holdAll(clock.now(), TAKE_OVER_GRACE_MS);
      logger.info({ service, partitions: fences.map(({ partition }) => partition) }, 'partitions opened');
      this.options.onNotice?.({ type: 'partitions.opened', fences });
    } catch (error) {
      logger.warn({ service, error: errorMessage(error) }, 'opening partitions failed; tried again soon');
    }
  }

  /** Works from the store again; partitions that are no longer ours are dropped. Resolves with whether there were any. */
  private async reopenNow(partitions: readonly number[]): Promise<boolean> {
    const { logger, clock, random, service } = this.options;
    for (;;) {
      try {
        const lost = await this.partitions.reopen(partitions);
        for (const partition of lost) await this.dropNow(partition);
        if (lost.length > 0) this.options.onNotice?.({ type: 'partitions.lost', partitions: lost });
        this.noteHealth(true, 'store');
        return lost.length > 0;
      } catch (error) {
        this.noteHealth(false, 'store');
        logger.warn({ service, error: errorMessage(error) }, 'the store is away; partitions pause');
        if (this.leaving) {
          // What was delivered comes again to whoever is there next.
          for (const partition of partitions) await this.dropNow(partition);
          return true;
        }
        await sleep(clock, pauseMs(this.failures, random));
        this.failures += 1;
      }
    }
  }

  private receive(source: Source, delivery: Delivery): void {
    const raws = delivery.unreadable === undefined ? delivery.messages : [delivery.unreadable];
    if (raws.length === 0) {
      delivery.ack();
      return;
    }
    const tracked = new TrackedDelivery(source, delivery, raws.length);
    for (const raw of raws) {
      try {
        this.queue.push(this.traced(this.options.decoder.decode(raw, tracked)));
      } catch (error) {
        void this.options.graveyard.bury({ queue: source.queue, message: raw, error, delivery }).then(() => {
          tracked.done();
        });
      }
    }
    this.wakeLoop();
  }

  private traced(inbound: Inbound): Inbound {
    const { tracing } = this.options;
    if (tracing === undefined) return inbound;
    const traced = beginProcess(tracing, inbound.message, inbound.tracked.source.queue);
    return traced === undefined ? inbound : { ...inbound, ...traced };
  }

  /** P11: a lost consumer reopens its partition; what it delivered comes again. */
  private lost(partition: number, source: Source, reason: Error): void {
    const { logger, clock, random } = this.options;
    this.noteHealth(false, source.queue);
    logger.warn({ queue: source.queue, error: reason.message }, 'no consumer; subscribing again');
    clock.after(pauseMs(this.failures, random), () => {
      this.enqueue(() => this.resubscribe(partition));
    });
    this.failures += 1;
  }

  private async resubscribe(partition: number): Promise<void> {
    if (!this.partitions.has(partition) || this.leaving) return;
    this.cache.clear();
    await this.reopenNow([partition]);
    if (await this.partitions.resubscribe(partition)) this.noteHealth(true, this.queueOf(partition));
  }

  /** Kinds share the queues of their service, so pausing any of them rests the whole partition. */
  private rests(partition: number): boolean {
    return this.paused.some(
      (pause) =>
        (pause.partition ?? partition) === partition &&
        (pause.kind === null || this.options.behaviours.some(({ kind }) => kind === pause.kind)),
    );
  }

  private isResting(partition: number): boolean {
    return this.partitions.resting().includes(partition);
  }

  private noteRest(partition: number): void {
    if (!this.restingSince.has(partition)) this.restingSince.set(partition, this.options.clock.now());
  }

  private async restNow(): Promise<void> {
    const { logger, service, clock } = this.options;
    for (const partition of this.partitions.ids()) {
      const resting = this.isResting(partition);
      if (this.rests(partition) === resting) continue;
      if (resting) {
        this.pauses.makeUp(this.restingSince.get(partition) ?? clock.now(), clock.now());
        this.restingSince.delete(partition);
        await this.partitions.wake(partition);
      } else {
        const source = await this.partitions.rest(partition);
        if (source !== undefined) this.queue.removeFrom(source);
        // It is not missing, it rests.
        this.noteHealth(true, this.queueOf(partition));
        this.noteRest(partition);
      }
      logger.info({ service, partition }, resting ? 'partition goes on' : 'partition rests');
    }
  }

  /** I5: nothing of what they delivered is decided or acknowledged; it comes again to whoever can read it. */
  private async leaveToNewer(newer: LoadedBatch['newer']): Promise<void> {
    const { logger, clock, service } = this.options;
    for (const [partition, { message }] of newer) {
      this.leftAlone.set(partition, clock.now() + NEWER_BUILD_REST_MS);
      logger.warn({ service, partition, reason: message }, 'partition left to newer builds');
    }
    this.options.onNotice?.({ type: 'partitions.left_to_newer', partitions: [...newer.keys()] });
    await this.closeNow([...newer.keys()], { draining: false });
  }

  private async closeNow(partitions: readonly number[], { draining } = { draining: true }): Promise<void> {
    const fences = this.fences().filter(({ partition }) => partitions.includes(partition));
    if (fences.length === 0) return;
    const held = fences.map(({ partition }) => partition);
    const { store, owner, sender, logger, service } = this.options;
    try {
      await this.partitions.cancel(held);
      if (draining) await this.drain(new Set(held));
      await sender.settled(HAND_OVER_CONFIRM_MS, new Set(held.map(partitionName)));
      const current = this.fences().filter(({ partition }) => held.includes(partition));
      for (const partition of held) await this.dropNow(partition);
      await store.release(owner, current);
      logger.info({ service, partitions: held }, 'partitions handed over');
      this.options.onNotice?.({ type: 'partitions.handed_over', partitions: held });
    } catch (error) {
      logger.warn(
        { service, error: errorMessage(error) },
        'handing over failed; the leases run out by themselves',
      );
      for (const partition of held) await this.dropNow(partition);
      this.options.onNotice?.({ type: 'partitions.lost', partitions: held });
    }
  }

  /** Decides and commits what the given partitions had delivered. */
  private async drain(partitions: ReadonlySet<number>): Promise<void> {
    for (let steps = 0; this.queue.holdsOf(partitions) && steps < DRAIN_STEPS_MAX; steps += 1)
      await this.step();
    await this.settle();
  }

  private async dropNow(partition: number): Promise<void> {
    this.restingSince.delete(partition);
    const source = await this.partitions.drop(partition);
    if (source === undefined) return;
    this.queue.removeFrom(source);
    this.noteHealth(true, source.queue);
    for (const [key, actor] of this.cache.entries())
      if (actor.partition === partition) this.cache.delete(key);
  }

  private enqueue(job: Job): void {
    this.jobs.push(job);
    this.wakeLoop();
  }

  private noteHealth(up: boolean, part: string): void {
    const now = this.options.clock.now();
    if (!up) {
      if (this.pauses.down(now, part)) this.options.onNotice?.({ type: 'paused', part });
      return;
    }
    const pausedMs = this.pauses.up(now, part);
    if (pausedMs !== undefined) this.options.onNotice?.({ type: 'resumed', part, pausedMs });
  }
}

/** What our own code threw over some message counts as that message's fault: splitting finds it (P8). */
function asHandled(error: unknown): unknown {
  return error instanceof OrreryError ? error : new ValueRefused(errorMessage(error), error);
}

/** P20: an actor that can't be had is not woken again and again; its next message says so once more. */
function unusableWakes({ unusable }: LoadedBatch): WakeWrite[] {
  return [...unusable.keys()].filter(({ message }) => message.type === WAKE).map(noWake);
}

function noWake({ behaviour, actorId, tracked }: Inbound): WakeWrite {
  return { kind: behaviour.kind, id: actorId, partition: tracked.source.partition, wakeAt: null };
}

function isEmpty(commit: Commit): boolean {
  const { actors, wakes, log, inbox, rows, outbox, confirmed } = commit;
  return [actors, wakes, log, inbox, rows, outbox, confirmed].every(({ length }) => length === 0);
}
