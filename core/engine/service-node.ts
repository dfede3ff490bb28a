import type { Clock, Random } from '../kernel/clock.ts';
import { UNCONFIRMED_ROWS_MAX } from '../kernel/limits.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Message } from '../kernel/message.ts';
import type { AnyBehaviour } from './behaviour.ts';
import type { VersionOf } from './compose.ts';
import { createGraveyard, type Graveyard } from './graveyard.ts';
import { createDecoder } from './inbound.ts';
import { createMemberAgent, type MemberAgent } from './member-agent.ts';
import { generationOf } from './membership.ts';
import { microBatch } from './micro-batch.ts';
import { OutboxSender } from './outbox-sender.ts';
import { createOwnership, type Ownership } from './ownership.ts';
import type { Participant, ParticipantTools } from './participant-port.ts';
import { ParticipantRunner } from './participant-runner.ts';
import type { Broker, EngineStore, RelatedRows } from './ports.ts';
import type { Router } from './router.ts';
import { startSweeper } from './sweeper.ts';
import { startWakeUps } from './wake-ups.ts';
import { Worker, type WorkerOptions } from './worker.ts';

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
  readonly onCommitted?: WorkerOptions['onCommitted'];
  readonly onBuried?: (code: string) => void;
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
  private queued = 0;
  private stopping: Promise<void> | undefined;

  constructor(options: NodeOptions, role: NodeRole) {
    this.options = options;
    const { service, memberId, store, broker, router, clock, random, logger } = options;
    this.sender = new OutboxSender({ memberId, broker, store, router, clock, random, logger });
    this.tools = { outbox: this.sender, microBatch, clock, logger };
    const graveyard = createGraveyard({
      service,
      broker,
      clock,
      random,
      logger,
      ...(options.onBuried === undefined ? {} : { onBuried: options.onBuried }),
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
      });
    }
    this.agent = createMemberAgent({
      id: memberId,
      worker: role.role === 'actors',
      generation: role.role === 'actors' ? generationOf(role.behaviours) : 0,
      store,
      clock,
      logger,
      backlog: () => (this.worker?.backlog() ?? this.runner?.backlog() ?? 0) + this.queued,
      onBeat: (members) => {
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
  facts(): {
    readonly partitions: readonly number[];
    /** Partitions that this build is too old for. */
    readonly leftToNewer: readonly number[];
    readonly backlog: number;
    readonly unconfirmed: number;
  } {
    return {
      partitions: this.worker?.fences().map(({ partition }) => partition) ?? [],
      leftToNewer: this.worker?.leftToNewer() ?? [],
      backlog: this.agent.backlog(),
      unconfirmed: this.sender.pending(),
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
      ...(this.options.actorsMax === undefined ? {} : { actorsMax: this.options.actorsMax }),
      ...(this.options.onCommitted === undefined ? {} : { onCommitted: this.options.onCommitted }),
    });
  }

  private async lookAtQueues(): Promise<void> {
    const { worker } = this;
    if (worker === null) return;
    try {
      const depths = await Promise.all(
        worker.fences().map(({ partition }) => this.options.broker.depth(worker.queueOf(partition))),
      );
      this.queued = depths.reduce((sum, depth) => sum + depth, 0);
    } catch {
      // The broker is away: what is known stays as it was, and unconfirmed rows tell intake when it is too much.
    }
  }
}
