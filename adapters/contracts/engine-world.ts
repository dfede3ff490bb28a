import type { AnyBehaviour } from '../../core/engine/behaviour.ts';
import type { Participant, ParticipantTools } from '../../core/engine/participant-port.ts';
import type { Broker, Commit, EngineStore, TableSpec } from '../../core/engine/ports.ts';
import { createRouter } from '../../core/engine/router.ts';
import { ServiceNode } from '../../core/engine/service-node.ts';
import { addMessage, COUNTER_ACCEPTS, counterBehaviour } from '../../core/engine/testing/counter.ts';
import { buildTopology, COMMANDS, EVENTS, takersByType } from '../../core/engine/topology.ts';
import { type Clock, systemClock } from '../../core/kernel/clock.ts';
import { BadMessage } from '../../core/kernel/errors.ts';
import { silentLogger } from '../../core/kernel/logger.ts';
import type { Message } from '../../core/kernel/message.ts';
import type { Tracing } from '../../core/kernel/tracing.ts';
import type { Database } from '../postgres/database.ts';
import { createEngineStore } from '../postgres/engine/store.ts';
import { migrate } from '../postgres/migrate.ts';
import { cheaperUpkeep, engineChanges, engineMigrations, pauseChanges } from '../postgres/tables.ts';

/** A small platform for the engine's own tests: counters in partitions, one participant they ask, one that listens. */
export const PARTITIONS = 4;

const actorServices = [
  { service: 'counters', accepts: COUNTER_ACCEPTS.map((type) => ({ type, exchange: COMMANDS })) },
];
const participants = [
  { service: 'askers', accepts: [{ type: 'counter.ask', exchange: COMMANDS }] },
  { service: 'listeners', accepts: [{ type: 'counter.added', exchange: EVENTS }] },
];

export const ENGINE_TOPOLOGY = buildTopology(actorServices, participants, PARTITIONS);

const takers = takersByType(actorServices, participants);

const TALLY: TableSpec = {
  name: 'tally',
  table: 'tally',
  write: 'upsert',
  key: ['id'],
  columns: { id: 'text', sum: 'integer', text: 'text' },
};

const exchanges: Readonly<Record<string, string>> = {
  'counter.add': COMMANDS,
  'counter.answered': COMMANDS,
  'counter.ask': COMMANDS,
  'counter.added': EVENTS,
};

export const router = createRouter({
  partitions: PARTITIONS,
  exchangeOf: (type) => {
    const exchange = exchanges[type];
    if (exchange === undefined) throw new BadMessage('unknown_type', `unknown type ${type}`);
    return exchange;
  },
  takersOf: (type) => takers.get(type) ?? 'nobody',
});

export async function migrateEngineWorld(db: Database): Promise<void> {
  const own = {
    name: 'tally',
    sql: 'create table tally (id text primary key, sum integer not null, text text)',
  };
  await migrate(db, [
    {
      schema: 'counters',
      steps: [...engineMigrations(), own, ...engineChanges(), ...cheaperUpkeep(), ...pauseChanges()],
    },
    {
      schema: 'askers',
      steps: [...engineMigrations(), ...engineChanges(), ...cheaperUpkeep(), ...pauseChanges()],
    },
    {
      schema: 'listeners',
      steps: [...engineMigrations(), ...engineChanges(), ...cheaperUpkeep(), ...pauseChanges()],
    },
  ]);
}

function parse(raw: unknown): Message {
  if (typeof raw !== 'object' || raw === null || typeof (raw as Message).id !== 'string') {
    throw new BadMessage('bad_envelope', 'no envelope');
  }
  return raw as Message;
}

export interface NodeChanges {
  readonly store?: (store: EngineStore) => EngineStore;
  readonly broker?: (broker: Broker) => Broker;
  readonly behaviour?: AnyBehaviour;
  readonly memberId?: string;
  readonly clock?: Clock;
  readonly tracing?: Tracing;
  readonly onBuried?: (code: string) => void;
}

let members = 0;

/** Everything one test runs on; nodes that are started are stopped with `stop`. */
export class EngineWorld {
  readonly db: Database;
  readonly broker: Broker;
  /** What the listeners heard, in order. */
  readonly heard: Message[] = [];
  private readonly nodesBroker: Broker;
  private readonly nodes: ServiceNode[] = [];

  /** `nodesBroker`: how the nodes, which share a process, meet the broker; default: as everybody does. */
  constructor(db: Database, broker: Broker, nodesBroker = broker) {
    this.db = db;
    this.broker = broker;
    this.nodesBroker = nodesBroker;
  }

  async counters(changes: NodeChanges = {}): Promise<ServiceNode> {
    const behaviours = [changes.behaviour ?? counterBehaviour({ remember: 'log' })];
    return this.start('counters', { role: 'actors', behaviours }, changes);
  }

  /** Hears every answer of the counters, once each. */
  async listeners(): Promise<ServiceNode> {
    return this.participant('listeners', ['counter.added'], () => (message) => {
      if (!this.heard.some(({ id }) => id === message.id)) this.heard.push(message);
      return Promise.resolve();
    });
  }

  async participant(
    service: string,
    accepts: readonly string[],
    handler: (tools: ParticipantTools) => Participant['handle'],
    more: Partial<Participant> = {},
    changes: NodeChanges = {},
  ): Promise<ServiceNode> {
    const create = (tools: ParticipantTools): Participant => ({
      service,
      accepts,
      concurrency: 64,
      handle: handler(tools),
      ...more,
    });
    return this.start(service, { role: 'participant', create }, changes);
  }

  /** Puts messages on their way as somebody outside would. */
  async send(messages: readonly Message[]): Promise<void> {
    const sent = this.broker.publish(router.frames(messages));
    sent.catch(() => undefined);
    // The embedded broker confirms when they are handled, RabbitMQ when they are safe: nobody waits for either.
    await Promise.race([sent, new Promise((resolve) => setTimeout(resolve, 20))]);
  }

  async add(subject: string, values: readonly number[]): Promise<Message[]> {
    const messages = values.map((add) => fresh(addMessage(subject, { add })));
    await this.send(messages);
    return messages;
  }

  store(schema = 'counters'): EngineStore {
    return createEngineStore(this.db, schema, schema === 'counters' ? [TALLY] : []);
  }

  async sums(): Promise<Readonly<Record<string, number>>> {
    const rows = await this.db.query<{ id: string; sum: number }>(
      'select id, sum from counters.tally order by id',
    );
    return Object.fromEntries(rows.map(({ id, sum }) => [id, sum]));
  }

  async count(table: string): Promise<number> {
    const [row] = await this.db.query<{ count: number }>(`select count(*) as count from ${table}`);
    return row?.count ?? 0;
  }

  async stop(): Promise<void> {
    for (const node of this.nodes.splice(0).reverse()) await node.stop();
  }

  private async start(
    service: string,
    role: ConstructorParameters<typeof ServiceNode>[1],
    { store = (each) => each, broker = (each) => each, memberId, clock, tracing, onBuried }: NodeChanges,
  ): Promise<ServiceNode> {
    members += 1;
    const engineStore = store(this.store(service));
    await engineStore.fixPartitions(PARTITIONS);
    const node = new ServiceNode(
      {
        service,
        memberId: memberId ?? `${service}-${String(members)}`,
        partitions: PARTITIONS,
        store: engineStore,
        broker: broker(this.nodesBroker),
        router,
        parse,
        versionOf: () => 1,
        clock: clock ?? systemClock,
        random: Math.random,
        logger: silentLogger,
        tracing,
        onNotice: (notice) => {
          if (notice.type === 'message.buried') onBuried?.(notice.code);
        },
      },
      role,
    );
    this.nodes.push(node);
    await node.start();
    return node;
  }
}

/** A message of this moment. */
export function fresh(message: Message): Message {
  return { ...message, time: new Date().toISOString() };
}

/** A store whose commits go through `around`. */
export function withCommits(
  around: (commit: Commit, next: (commit: Commit) => Promise<void>) => Promise<void>,
): (store: EngineStore) => EngineStore {
  return (store) => ({ ...store, commit: (commit) => around(commit, (each) => store.commit(each)) });
}

/** A broker's methods, for overriding some: adapters are classes, whose methods a spread would lose. */
export function bound(broker: Broker): Broker {
  return {
    publish: (frames, how) => broker.publish(frames, how),
    consume: (queue, options, consumer) => broker.consume(queue, options, consumer),
    retry: (queue, delayMs, message, attempts) => broker.retry(queue, delayMs, message, attempts),
    deadLetter: (letter) => broker.deadLetter(letter),
    broadcast: (topic, payload) => {
      broker.broadcast(topic, payload);
    },
    onBroadcast: (topic, listener) => broker.onBroadcast(topic, listener),
    depth: (queue) => broker.depth(queue),
    deadLetters: (service, limit) => broker.deadLetters(service, limit),
    replayDeadLetters: (service, ids) => broker.replayDeadLetters(service, ids),
    connected: () => broker.connected(),
    close: () => broker.close(),
  };
}
