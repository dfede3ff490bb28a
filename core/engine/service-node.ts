import type { Clock, Random } from '../kernel/clock.ts';
import { UNCONFIRMED_ROWS_MAX } from '../kernel/limits.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Message } from '../kernel/message.ts';
import type { Tracing } from '../kernel/tracing.ts';
import type { AnyBehaviour } from './behaviour.ts';
import type { VersionOf } from './compose.ts';
import { createGraveyard, type Graveyard } from './graveyard.ts';
import { createDecoder } from './inbound.ts';
import { createMemberAgent, type MemberAgent } from './member-agent.ts';
import { generationOf } from './membership.ts';
import { microBatch } from './micro-batch.ts';
import type { Notify } from './notices.ts';
import { OutboxSender } from './outbox-sender.ts';
import { createOwnership, type Ownership } from './ownership.ts';
import type { Participant, ParticipantTools } from './participant-port.ts';
import { ParticipantRunner } from './participant-runner.ts';
import type { Broker, EngineStore, Fence, RelatedRows } from './ports.ts';
import type { Router } from './router.ts';
import { startSweeper } from './sweeper.ts';
import { startWakeUps } from './wake-ups.ts';
import { Worker } from './worker.ts';
import type { WorkerOptions } from './worker-options.ts';

/**
 * Owns: everything one process runs of one service: its membership, its sender, and, where it works for the service
 * and does not only take in for it, the worker over its partitions or the participant on its queue.
 *
 * I1. Stops in the order in which nothing is lost: intake of deliveries, then commits, then confirms, then leases and
 *     membership.
 */
export interface NodeOptions {
  readonly service: string;
  /** Unique per process start. */
  readonly memberId: string;
  readonly partitions: number;
  readonly store: EngineStore;
  readonly broker: Broker;
  readonly router: Router;
  readonly parse: (raw: unknown) => Message;
  readonly versionOf: VersionOf;
  /** Actors kept in memory; default ACTOR_CACHE_MAX. */
  readonly actorsMax?: number;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly summarise?: WorkerOptions['summarise'];
  readonly onCommitted?: WorkerOptions['onCommitted'];
  readonly tracing?: Tracing | undefined;
  readonly onNotice?: Notify | undefined;
  /** Of a participant: a message's effects are durable. */
  readonly onHandled?: ((tookMs: number) => void) | undefined;
}

/** What a node runs besides sending: actors, a participant, or nothing (a gateway that only takes in). */
export type NodeRole =
  | {
      readonly role: 'actors';
      readonly behaviours: readonly AnyBehaviour[];
      readonly relatedRows?: RelatedRows;
    }
  | { readonly role: 'participant'; readonly create: (tools: ParticipantTools) => Participant }
  | { readonly role: 'intake' };

const STOP_HANDLERS_MS = 5_000;
const STOP_CONFIRMS_MS = 3_000;

/** One process' share of one service at this moment. */
export interface NodeFacts {
  /** Held partitions with their epochs, ascending. */
  readonly partitions: readonly Fence[];
  /** Frames waiting in the queue of a held partition, as last looked up: the partition's lag. */
  readonly queued: ReadonlyMap<number, number>;
  /** Partitions that this build is too old for. */
  readonly leftToNewer: readonly number[];
  /** Something of the service is at rest by hand, here or elsewhere. */
  readonly paused: boolean;
  /** Partitions held here that are. */
  readonly resting: readonly number[];
  /** Messages waiting in the whole service, as its members last told. */
  readonly backlog: number;
  /** Messages delivered here and not yet committed. */
  readonly ownBacklog: number;
  /** Outbox rows sent from here that the broker has not confirmed. */
  readonly unconfirmed: number;
  /** What is out of reach, and for how long. */
  readonly away: readonly { readonly part: string; readonly forMs: number }[];
}

export class ServiceNode {
  readonly tools: ParticipantTools;
  private readonly options: NodeOptions;
  private readonly sender: OutboxSender;
  private readonly agent: MemberAgent;
  private readonly worker: Worker | null = null;
  private readonly runner: ParticipantRunner | null = null;
  private readonly ownership: Ownership | null = null;
  private stops: (() => Promise<void>)[] = [];
  /** Frames waiting in the queues of the partitions held, as last looked up. */
  private queuedIn: ReadonlyMap<number, number> = new Map();
  private stopping: Promise<void> | undefined;
  /** Whether anything of the service is at rest by hand. */
  private resting = false;

  constructor(options: NodeOptions, role: NodeRole) {
    this.options = options;
    const { service, memberId, store, broker, router, clock, random, logger, tracing } = options;
    this.sender = new OutboxSender({ memberId, broker, store, router, clock, random, logger, tracing });
    this.tools = { outbox: this.sender, microBatch, clock, logger };
    const graveyard = createGraveyard({
      service,
      broker,
      clock,
      random,
      logger,
      onNotice: options.onNotice,
    });
    if (role.role === 'actors') {
      this.worker = this.createWorker(role.behaviours, role.relatedRows, graveyard);
      this.ownership = createOwnership({
        owner: memberId,
        partitions: options.partitions,
        store,
        worker: this.worker,
        clock,
        logger,
      });
    } else if (role.role === 'participant') {
      const { parse } = options;
      this.runner = new ParticipantRunner({
        participant: role.create(this.tools),
        broker,
        graveyard,
        parse,
        clock,
        random,
        logger,
        tracing,
        onNotice: options.onNotice,
        onHandled: options.onHandled,
      });
    }
    this.agent = createMemberAgent({
      id: memberId,
      worker: role.role === 'actors',
      generation: role.role === 'actors' ? generationOf(role.behaviours) : 0,
      store,
      clock,
      logger,
      backlog: () => (this.worker?.backlog() ?? this.runner?.backlog() ?? 0) + this.queued(),
      onBeat: (members, pauses) => {
        // First, so that what is opened now knows whether it rests.
        this.worker?.setAtRest(pauses);
        this.runner?.rest(pauses.length > 0);
        this.resting = pauses.length > 0;
        this.ownership?.reconcile(members);
        this.runner?.takeAgain();
        void this.lookAtQueues();
      },
      onSilence: () => {
        this.runner?.letGo();
      },
    });
  }

  /** Resolves once the node is a member and takes deliveries, or is about to take its partitions. */
  async start(): Promise<void> {
    const { store, clock, logger, memberId, broker } = this.options;
    this.worker?.start();
    await this.agent.start();
    this.stops.push(startSweeper({ memberId, store, sender: this.sender, clock, logger }));
    if (this.worker !== null) {
      this.stops.push(startWakeUps({ worker: this.worker, store, broker, clock, logger }));
    }
    await this.runner?.start();
  }

  /** Drains and leaves; loses nothing (I1). Safe to call again. */
  stop(): Promise<void> {
    this.stopping ??= this.stopInOrder();
    return this.stopping;
  }

  private async stopInOrder(): Promise<void> {
    // First, so that a worker that waits for its store does not keep the others waiting.
    this.worker?.leave();
    await this.ownership?.stop();
    for (const stop of this.stops.splice(0)) await stop();
    await this.worker?.stop();
    await this.runner?.stop(STOP_HANDLERS_MS);
    await this.sender.settled(STOP_CONFIRMS_MS);
    await this.sender.close();
    await this.agent.stop();
  }

  /** More waits in the whole service than intake may add to (P23). */
  overloaded(): boolean {
    return this.agent.overloaded() || this.sender.pending() > UNCONFIRMED_ROWS_MAX;
  }

  /** For health and metrics. */
  facts(): NodeFacts {
    const now = this.options.clock.now();
    return {
      partitions: this.worker?.fences() ?? [],
      queued: this.queuedIn,
      leftToNewer: this.worker?.leftToNewer() ?? [],
      paused: this.resting,
      resting: this.worker?.resting() ?? [],
      backlog: this.agent.backlog(),
      ownBacklog: this.worker?.backlog() ?? this.runner?.backlog() ?? 0,
      unconfirmed: this.sender.pending(),
      away: [...(this.worker?.pauses.parts() ?? [])].map(([part, since]) => ({ part, forMs: now - since })),
    };
  }

  private createWorker(
    behaviours: readonly AnyBehaviour[],
    relatedRows: RelatedRows | undefined,
    graveyard: Graveyard,
  ): Worker {
    const { service, memberId, store, broker, partitions, parse, versionOf, clock, random, logger } =
      this.options;
    return new Worker({
      service,
      owner: memberId,
      behaviours,
      store,
      relatedRows,
      broker,
      sender: this.sender,
      graveyard,
      decoder: createDecoder({ behaviours, partitions, parse }),
      versionOf,
      clock,
      random,
      logger,
      summarise: this.options.summarise,
      tracing: this.options.tracing,
      onNotice: this.options.onNotice,
      ...(this.options.actorsMax === undefined ? {} : { actorsMax: this.options.actorsMax }),
      ...(this.options.onCommitted === undefined ? {} : { onCommitted: this.options.onCommitted }),
    });
  }

  private queued(): number {
    let sum = 0;
    for (const depth of this.queuedIn.values()) sum += depth;
    return sum;
  }

  private async lookAtQueues(): Promise<void> {
    const { worker } = this;
    if (worker === null) return;
    try {
      const depths = await Promise.all(
        worker
          .fences()
          .map(
            async ({ partition }) =>
              [partition, await this.options.broker.depth(worker.queueOf(partition))] as const,
          ),
      );
      this.queuedIn = new Map(depths);
    } catch {
      // The broker is away: what is known stays as it was, and unconfirmed rows tell intake when it is too much.
    }
  }
}
