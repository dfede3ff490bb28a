import { assert } from '../kernel/assert.ts';
import { errorMessage, OrreryError, ValueRefused } from '../kernel/errors.ts';
import type { Message } from '../kernel/message.ts';
import { type Decision, WAKE } from './decide.ts';
import type { HeldPartitions } from './held-partitions.ts';
import type { Inbound } from './inbound.ts';
import { actorKey, type LiveActor } from './live-actor.ts';
import type { LoadedBatch } from './load.ts';
import type { TimerSpans } from './message-spans.ts';
import type { Commit, OutboxRow, WakeWrite } from './ports.ts';
import type { WorkerOptions } from './worker-options.ts';

/** A batch on its way into the store. */
export interface InFlight {
  readonly batch: readonly Inbound[];
  readonly decision: Decision;
  readonly actors: ReadonlyMap<string, LiveActor>;
  /** Resolves with the failure, or undefined once everything has landed. */
  readonly landed: Promise<unknown>;
}

type Needed = Pick<
  WorkerOptions,
  'owner' | 'store' | 'sender' | 'graveyard' | 'clock' | 'logger' | 'summarise' | 'onCommitted'
>;

/**
 * Owns: the one commit of a decided batch, and what follows once it has landed: its messages leave, its deliveries are
 * acknowledged, what was bad in it is buried.
 * Does not own: what is decided, and what happens when a commit fails (worker.ts).
 *
 * I1. Nothing is published or acknowledged before its commit has landed.
 * I2. A commit touches only partitions that are held, and is fenced for each of them (P2).
 * I3. One statement changes a row once: what a decision says of an actor outranks a wake-up that is given up.
 */
export class BatchCommit {
  readonly #options: Needed;
  readonly #partitions: Pick<HeldPartitions, 'fences' | 'outboxRow' | 'queueOf'>;
  readonly #onLanded: (landed: LoadedBatch) => void;
  /** Wake-ups of actors that can't be had: their rows go with the next commit, or they would come for ever. */
  #deadWakes: WakeWrite[] = [];

  /** `onLanded` hears of a commit first. */
  constructor(
    options: Needed,
    partitions: Pick<HeldPartitions, 'fences' | 'outboxRow' | 'queueOf'>,
    onLanded: (landed: LoadedBatch) => void,
  ) {
    this.#options = options;
    this.#partitions = partitions;
    this.#onLanded = onLanded;
  }

  begin(batch: readonly Inbound[], decision: Decision, loaded: LoadedBatch, timers: TimerSpans): InFlight {
    const { clock, sender, store } = this.#options;
    const startedAt = clock.now();
    const outbox = [...decision.sent].flatMap(
      ([id, messages]) => this.#partitions.outboxRow(id, messages) ?? [],
    );
    const confirmed = sender.takeConfirmed();
    const kept = this.#takeDeadWakes(batch);
    const deadWakes = [...kept, ...unusableWakes(loaded)];
    const commit = this.#commitOf(decision, outbox, confirmed, batch, deadWakes);
    const landed = (
      isEmpty(commit) ? Promise.resolve() : Promise.resolve().then(() => store.commit(commit))
    ).then(
      () => {
        this.#landed(batch, decision, loaded, outbox, clock.now() - startedAt);
        for (const id of decision.fired) timers.get(id)?.end();
        return undefined;
      },
      (error: unknown) => {
        sender.returnConfirmed(confirmed);
        this.#deadWakes.push(...kept);
        for (const id of decision.fired) timers.get(id)?.end({ error });
        return asHandled(error);
      },
    );
    return { batch, decision, actors: loaded.actors, landed };
  }

  /** A message that nobody can handle goes to the dead letters; a wake-up is not tried again. */
  bury(inbound: Inbound, error: Error): void {
    if (inbound.message.type === WAKE) this.#deadWakes.push(noWake(inbound));
    this.#buryDelivered(inbound, error);
  }

  #commitOf(
    decision: Decision,
    outbox: readonly OutboxRow[],
    confirmed: Commit['confirmed'],
    batch: readonly Inbound[],
    deadWakes: readonly WakeWrite[],
  ): Commit {
    const touched = new Set(batch.map(({ tracked }) => tracked.source.partition));
    const fences = this.#partitions.fences().filter(({ partition }) => touched.has(partition));
    const { actors, log, inbox } = decision;
    const summary = this.#options.summarise?.(decision) ?? [];
    const rows = summary.length === 0 ? decision.rows : [...decision.rows, ...summary];
    assert(
      fences.length === touched.size,
      'every partition a commit touches is held, or the commit has no fence (P2)',
    );
    const decided = new Set([...actors, ...decision.wakes].map(({ kind, id }) => actorKey(kind, id)));
    const givenUp = new Map(deadWakes.map((wake) => [actorKey(wake.kind, wake.id), wake]));
    const wakes = [
      ...decision.wakes,
      ...[...givenUp].flatMap(([key, wake]) => (decided.has(key) ? [] : wake)),
    ];
    return { owner: this.#options.owner, fences, actors, wakes, log, inbox, rows, outbox, confirmed };
  }

  /** Those of the partitions that this commit is fenced for; the others wait for theirs. */
  #takeDeadWakes(batch: readonly Inbound[]): readonly WakeWrite[] {
    if (this.#deadWakes.length === 0) return [];
    const touched = new Set(batch.map(({ tracked }) => tracked.source.partition));
    const taken = this.#deadWakes.filter(({ partition }) => touched.has(partition));
    this.#deadWakes = this.#deadWakes.filter(({ partition }) => !touched.has(partition));
    return taken;
  }

  /** Everything that may happen only now that the commit has landed (I1). */
  #landed(
    batch: readonly Inbound[],
    decision: Decision,
    loaded: LoadedBatch,
    rows: readonly OutboxRow[],
    commitMs: number,
  ): void {
    this.#onLanded(loaded);
    this.#options.sender.send(rows);
    const bad = new Map(decision.bad.map(({ message, error }) => [message, error]));
    for (const { message, error, keptIn } of decision.bad) {
      if (keptIn !== undefined) this.#buryKept(message, error, keptIn);
    }
    const batchSize = { attributes: { 'messaging.batch.message_count': batch.length } };
    for (const inbound of batch) {
      const error = loaded.unusable.get(inbound) ?? bad.get(inbound.message);
      if (error !== undefined) {
        this.#buryDelivered(inbound, error);
        continue;
      }
      inbound.tracked.done();
      inbound.span?.end(batchSize);
    }
    try {
      this.#options.onCommitted?.(decision, { messages: batch.length, commitMs });
    } catch (error) {
      this.#options.logger.error({ error: errorMessage(error) }, 'a listener to commits failed');
    }
  }

  #buryDelivered({ tracked, message, span }: Inbound, error: Error): void {
    const { delivery, source } = tracked;
    span?.end({ error });
    void this.#options.graveyard.bury({ queue: source.queue, message, error, delivery }).then(() => {
      tracked.done();
    });
  }

  /** It came in a delivery that is long done; the log holds it as well. */
  #buryKept(message: Message, error: Error, partition: number): void {
    const delivery = { attempts: 0, headers: {} };
    const queue = this.#partitions.queueOf(partition);
    void this.#options.graveyard.bury({ queue, message, error, delivery });
  }
}

/** What our own code threw over some message counts as that message's fault: splitting finds it (P8). */
export function asHandled(error: unknown): unknown {
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
