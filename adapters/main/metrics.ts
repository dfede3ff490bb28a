import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Decision } from '../../core/engine/decide.ts';
import type { Notice } from '../../core/engine/notices.ts';
import type { NodeFacts, ServiceNode } from '../../core/engine/service-node.ts';
import type { Broker } from '../../core/engine/ports.ts';
import type { Database } from '../postgres/database.ts';

/**
 * What a process tells Prometheus, beside the gateway's own metrics. Labels have few values each: services, partitions,
 * message types, states, names of statements; never an id.
 */
export interface EngineMetrics {
  readonly registry: Registry;
  committed(
    service: string,
    facts: { readonly messages: number; readonly commitMs: number },
    decision: Pick<Decision, 'log'>,
  ): void;
  /** Of a participant, which commits with its call. */
  handled(service: string, tookMs: number): void;
  /** Orders that were taken in. */
  placed(orders: number): void;
  noticed(service: string, notice: Notice): void;
  statement(name: string, tookMs: number): void;
  circuit(partner: string, open: boolean): void;
  /** Gauges are read from the nodes and the connections whenever somebody scrapes. */
  watch(
    nodes: ReadonlyMap<string, ServiceNode>,
    world: {
      readonly broker: Pick<Broker, 'connected'>;
      readonly database: Pick<Database, 'connections'>;
      /** Of each service with actors. */
      readonly partitions: number;
    },
  ): void;
}

const COMMIT_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1];
const HANDLING_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30];
const BATCH_MESSAGES = [1, 2, 4, 8, 16, 32, 64, 128, 256, 512];

export function createEngineMetrics(): EngineMetrics {
  const registry = new Registry();
  const counters = createCounters(registry);
  return {
    registry,
    committed(service, { messages, commitMs }, { log }) {
      counters.messages.inc({ service }, messages);
      counters.batches.observe({ service }, messages);
      counters.commits.observe({ service }, commitMs / 1_000);
      for (const { kind, from, to } of log) if (from !== to) counters.transitions.inc({ kind, from, to });
    },
    handled(service, tookMs) {
      counters.messages.inc({ service });
      counters.handling.observe({ service }, tookMs / 1_000);
    },
    placed(orders) {
      counters.placed.inc(orders);
    },
    noticed(service, notice) {
      if (notice.type === 'message.buried') counters.buried.inc({ service, code: notice.code });
      if (notice.type === 'message.retried') {
        counters.retried.inc({ service, type: notice.message.messageType ?? 'unknown' });
      }
      if (notice.type === 'decided.again') counters.again.inc({ service });
      if (notice.type === 'paused') counters.pauses.inc({ service, part: partOf(notice.part) });
    },
    statement(name, tookMs) {
      counters.statements.inc({ statement: name });
      counters.statementSeconds.inc({ statement: name }, tookMs / 1_000);
    },
    circuit(partner, open) {
      counters.circuits.set({ partner }, open ? 1 : 0);
    },
    watch(nodes, world) {
      collectDefaultMetrics({ register: registry });
      watchNodes(registry, nodes);
      watchConnections(registry, world);
    },
  };
}

function createCounters(registry: Registry) {
  const registers = [registry];
  const counter = <Label extends string>(name: string, help: string, ...labelNames: Label[]) =>
    new Counter({ name, help, labelNames, registers });
  return {
    messages: counter('orrery_messages_handled_total', 'Messages whose effects were committed', 'service'),
    commits: new Histogram({
      name: 'orrery_commit_duration_seconds',
      help: 'Time a commit took',
      labelNames: ['service'],
      buckets: COMMIT_SECONDS,
      registers,
    }),
    batches: new Histogram({
      name: 'orrery_batch_messages',
      help: 'Messages decided and committed together',
      labelNames: ['service'],
      buckets: BATCH_MESSAGES,
      registers,
    }),
    handling: new Histogram({
      name: 'orrery_handling_duration_seconds',
      help: 'Time from taking up a message to its effects being durable, calls to the outside included',
      labelNames: ['service'],
      buckets: HANDLING_SECONDS,
      registers,
    }),
    placed: counter('orrery_orders_placed_total', 'Orders that were taken in and are durable'),
    transitions: counter(
      'orrery_saga_transitions_total',
      'Transitions of sagas between their states',
      'kind',
      'from',
      'to',
    ),
    buried: counter('orrery_dead_letters_total', 'Messages that went to the dead letters', 'service', 'code'),
    retried: counter(
      'orrery_retries_total',
      'Messages that a participant could not handle for now and that come again',
      'service',
      'type',
    ),
    again: counter(
      'orrery_batches_decided_again_total',
      'Batches whose commit failed and that were decided again from the store',
      'service',
    ),
    pauses: counter(
      'orrery_pauses_total',
      'Times that the partitions of a service began to wait for a part of the world',
      'service',
      'part',
    ),
    statements: counter('orrery_db_statements_total', 'Statements sent to the database', 'statement'),
    statementSeconds: counter(
      'orrery_db_statement_seconds_total',
      'Time that statements took, the wait for a connection included',
      'statement',
    ),
    circuits: new Gauge({
      name: 'orrery_circuit_open',
      help: '1 while calls to a partner outside are refused, because too many of them failed',
      labelNames: ['partner'],
      registers,
    }),
  };
}

/** Queues have names of their own; what matters is that it was one. */
function partOf(part: string): string {
  return part === 'store' || part === 'sending' ? part : 'queue';
}

function watchNodes(registry: Registry, nodes: ReadonlyMap<string, ServiceNode>): void {
  const registers = [registry];
  const perService = (name: string, help: string, read: (facts: NodeFacts) => number): void => {
    new Gauge({
      name,
      help,
      labelNames: ['service'],
      registers,
      collect() {
        for (const [service, node] of nodes) this.set({ service }, read(node.facts()));
      },
    });
  };
  perService(
    'orrery_partitions_owned',
    'Partitions this process owns',
    ({ partitions }) => partitions.length,
  );
  perService(
    'orrery_partitions_left_to_newer_builds',
    'Partitions this process does not take, because a newer build wrote there',
    ({ leftToNewer }) => leftToNewer.length,
  );
  perService('orrery_resting', '1 while something of the service is at rest by hand', ({ paused }) =>
    paused ? 1 : 0,
  );
  perService(
    'orrery_partitions_resting',
    'Partitions this process owns and leaves at rest, because an operator paused them',
    ({ resting }) => resting.length,
  );
  perService('orrery_backlog_messages', 'Messages waiting in the whole service', ({ backlog }) => backlog);
  perService(
    'orrery_outbox_unconfirmed',
    'Outbox rows of this process that the broker has not confirmed',
    ({ unconfirmed }) => unconfirmed,
  );
  perService(
    'orrery_paused_seconds',
    'How long this process has waited for a part of the world by now; 0: it does not wait',
    ({ away }) => Math.max(0, ...away.map(({ forMs }) => forMs)) / 1_000,
  );
  const perPartition = (
    name: string,
    help: string,
    read: (facts: NodeFacts, partition: number, epoch: number) => number,
  ): void => {
    new Gauge({
      name,
      help,
      labelNames: ['service', 'partition'],
      registers,
      collect() {
        // A partition that went to another process is told there.
        this.reset();
        for (const [service, node] of nodes) {
          const facts = node.facts();
          for (const { partition, epoch } of facts.partitions) {
            this.set({ service, partition: String(partition) }, read(facts, partition, epoch));
          }
        }
      },
    });
  };
  perPartition('orrery_partition_epoch', 'Epoch of an owned partition', (_facts, _partition, epoch) => epoch);
  perPartition(
    'orrery_partition_queued_frames',
    'Frames waiting in the queue of an owned partition: its lag',
    ({ queued }, partition) => queued.get(partition) ?? 0,
  );
}

function watchConnections(
  registry: Registry,
  { broker, database, partitions }: Parameters<EngineMetrics['watch']>[1],
): void {
  const registers = [registry];
  new Gauge({
    name: 'orrery_partitions',
    help: 'Partitions of each service with actors; all processes together should own as many',
    registers,
  }).set(partitions);
  new Gauge({
    name: 'orrery_broker_connected',
    help: '1 while the connections to the broker are up',
    registers,
    collect() {
      this.set(broker.connected() ? 1 : 0);
    },
  });
  new Gauge({
    name: 'orrery_db_pool_connections',
    help: 'Connections to the database; an embedded one has none',
    labelNames: ['state'],
    registers,
    collect() {
      const pool = database.connections?.();
      this.set({ state: 'idle' }, pool?.idle ?? 0);
      this.set({ state: 'used' }, pool === undefined ? 0 : pool.open - pool.idle);
    },
  });
  new Gauge({
    name: 'orrery_db_pool_waiting',
    help: 'Calls that wait for a connection to the database',
    registers,
    collect() {
      this.set(database.connections?.()?.waiting ?? 0);
    },
  });
}
