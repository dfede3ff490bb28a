import { LocalHops } from '../../../core/engine/local-hops.ts';
import { microBatch } from '../../../core/engine/micro-batch.ts';
import { createRouter } from '../../../core/engine/router.ts';
import type { EngineStore } from '../../../core/engine/ports.ts';
import { assert } from '../../../core/kernel/assert.ts';
import type { Random } from '../../../core/kernel/clock.ts';
import { OrreryError, StoreUnavailable } from '../../../core/kernel/errors.ts';
import { silentLogger } from '../../../core/kernel/logger.ts';
import type { Message } from '../../../core/kernel/message.ts';
import { partitionName } from '../../../core/kernel/partition.ts';
import { currentVersionOf, exchangeOf } from '../../../core/messages/catalogue.ts';
import { DEFAULT_ORDER_POLICY } from '../../../core/services/orders/policy.ts';
import { inventoryCommands } from '../../../core/services/inventory/adjust.ts';
import type { PlacementStore } from '../../../core/services/orders/intake-port.ts';
import type { PaymentGateway } from '../../../core/services/payments/gateway.ts';
import { createSimulatedCarrier } from '../../embedded/carrier.ts';
import { createSimulatedGateway } from '../../embedded/payment-gateway.ts';
import { type BrokerEvent, SimulatedBroker } from '../../simulated/broker/broker.ts';
import { BAD_MESSAGE } from '../../simulated/invariants/delivery.ts';
import type { Fault } from '../../simulated/faults.ts';
import { Link, overLink } from '../../simulated/link.ts';
import { CarrierBooks, LetterBox } from '../../simulated/partners.ts';
import type { SimulatedProcess } from '../../simulated/process.ts';
import { oneOf, streamOf, whole } from '../../../core/kernel/seeded-random.ts';
import { Scheduler } from '../../simulated/scheduler.ts';
import { type Desk, type Door, Shoppers } from '../../simulated/shoppers.ts';
import { MemoryDatabase } from '../../simulated/stores/database.ts';
import { MemoryEngineStore } from '../../simulated/stores/engine.ts';
import { MemoryInventoryQueries } from '../../simulated/stores/inventory.ts';
import type { Landed } from '../../simulated/stores/landed.ts';
import { MemoryNotificationStore } from '../../simulated/stores/notifications.ts';
import { MemoryGatewayLedger, MemoryPaymentStore } from '../../simulated/stores/payments.ts';
import { MemoryPlacementStore } from '../../simulated/stores/placements.ts';
import { MemoryRelatedRows } from '../../simulated/stores/related.ts';
import { seedStock } from '../../simulated/stores/seed.ts';
import { MemoryShippingStore } from '../../simulated/stores/shipping.ts';
import { type Destination, Weather } from '../../simulated/weather.ts';
import type { Workload } from '../../simulated/workload.ts';
import { takersOfWithoutScores, topologyWithoutScores } from '../topology.ts';
import {
  NODE_NAMES,
  NODE_TABLES,
  type NodeName,
  type NodePlan,
  type NodePorts,
  type WiredNodes,
} from '../wiring.ts';
import { Host, type ProcessWorld } from './host.ts';
import { olderOrders } from './older-build.ts';
import { Operator } from './operator.ts';
import type { Switch } from './switches.ts';

/** Who watches: every durable change, everything at the broker, and what is told for people. */
export interface Witness {
  readonly onCommit?: (landed: Landed) => void;
  readonly onBroker?: (event: BrokerEvent) => void;
  readonly tell?: (atMs: number, who: string, what: string) => void;
}

export interface WorldOptions {
  readonly seed: number;
  readonly workload: Workload;
  readonly faults: readonly Fault[];
  readonly witness: Witness;
  /** The safety mechanism that is turned off. */
  readonly off?: Switch;
  /** Somebody repairs and pauses at random. */
  readonly operator?: boolean;
}

/** When every simulated world begins: a Monday noon. */
export const START_MS = Date.UTC(2026, 0, 5, 12);
/** Letting the last orders come to their end may take this long after the last fault; then they never will. */
const REST_MS_MAX = 20 * 60_000;
/** Rest counts when it has lasted this long. */
const REST_MS = 500;
const LOOK_MS = 250;

/**
 * Owns: one simulated world: the platform's processes, what they share, the people outside, and the faults.
 *
 * The engine, sagas and services are those of production, put together by the same wiring. Simulated are only time,
 * chance and what lies behind the ports.
 */
export class World {
  readonly scheduler = new Scheduler(START_MS);
  readonly database: MemoryDatabase;
  readonly broker: SimulatedBroker;
  readonly ledger = new MemoryGatewayLedger();
  readonly carrier: CarrierBooks;
  readonly letters = new LetterBox();
  readonly shoppers: Shoppers;
  readonly partitions: number;
  /** Undefined: nobody meddles. */
  operator: Operator | undefined;
  /** Resolved without coming to rest. */
  stuck = false;
  private readonly options: WorldOptions;
  private readonly off: Partial<Switch>;
  private readonly weather: Weather;
  /** Whether messages within a process go past the broker in this run. */
  private readonly localHops: boolean;
  private readonly chance: Random;
  private readonly streetDoor: Door;
  private readonly hosts: Host[];
  private readonly stores;
  private readonly policy: Pick<NodePlan, 'policy' | 'holdMs' | 'gatewayTimeoutMs'>;
  private ids = 0;
  private badMessages = 0;
  private guests = 0;
  /** Whether processes are upgraded in this run, and those that were. */
  readonly upgrades: boolean;
  private readonly upgraded = new Set<string>();
  private faultsGoing = 0;

  constructor(options: WorldOptions) {
    const { seed, witness, off = {} } = options;
    const { scheduler } = this;
    this.options = options;
    this.off = off;
    this.upgrades = options.faults.some(({ name }) => name === 'upgrade');
    const shape = streamOf(seed, 'shape');
    this.partitions = whole(shape, 1, 3);
    this.localHops = streamOf(seed, 'local hops')() < 0.5;
    this.chance = streamOf(seed, 'world');
    this.weather = new Weather(0.5 + 4 * shape());
    this.policy = policyOf(shape);
    this.database = new MemoryDatabase({
      services: NODE_TABLES,
      now: () => scheduler.now(),
      ...(witness.onCommit === undefined ? {} : { onCommit: witness.onCommit }),
    });
    this.broker = new SimulatedBroker({
      topology: topologyWithoutScores(this.partitions),
      timeline: scheduler,
      random: streamOf(seed, 'broker'),
      ...(witness.onBroker === undefined ? {} : { onEvent: witness.onBroker }),
    });
    this.carrier = new CarrierBooks(
      createSimulatedCarrier({ clock: scheduler, timeScale: CARRIER_TIME_SCALE }),
      streamOf(seed, 'carrier'),
      (key) => this.stores.shipping.rows.get(key)?.booking != null,
    );
    this.stores = this.openStores();
    this.hosts = Array.from({ length: oneOf(shape, [1, 1, 2, 2, 3]) }, (_, index) =>
      this.host(`p${String(index + 1)}`),
    );
    this.streetDoor = this.door();
    this.shoppers = new Shoppers(this.streetDoor, scheduler);
  }

  /** Runs until everything has come to rest after the last fault, or never will. */
  async run(): Promise<void> {
    const { scheduler, options } = this;
    const { shelves, visits, corrections } = options.workload;
    await seedStock(this.database, shelves, this.partitions, START_MS);
    for (const host of this.hosts) host.startIn(whole(this.chance, 0, 200));
    for (const fault of options.faults) this.plan(fault);
    if (options.operator === true) this.meddle();
    this.shoppers.welcome(visits);
    this.shoppers.correct(corrections);
    let over = false;
    let restingSince: number | null = null;
    let quietSince = START_MS;
    const look = (): void => {
      const now = scheduler.now();
      if (this.faultsGoing > 0 || !this.shoppers.atRest) quietSince = now;
      if (!this.atRest()) restingSince = null;
      else restingSince ??= now;
      this.stuck = now - quietSince > REST_MS_MAX;
      over = this.stuck || (restingSince !== null && now - restingSince >= REST_MS);
      this.reviewers();
      if (!over) scheduler.after(LOOK_MS, look);
    };
    scheduler.after(LOOK_MS, look);
    await scheduler.run(() => over);
  }

  /** Nothing is under way anywhere. */
  private atRest(): boolean {
    if (this.faultsGoing > 0 || !this.shoppers.atRest || !this.broker.idle()) return false;
    if (NODE_NAMES.some((service) => this.database.service(service).outbox.size > 0)) return false;
    return this.orders().every(({ status }) => status === 'delivered' || status === 'cancelled');
  }

  /** The orders as the shop shows them. */
  orders(): readonly { readonly id: string; readonly status: string; readonly [column: string]: unknown }[] {
    return [...this.database.service('orders').rows('orders').values()] as never;
  }

  private tell(who: string, what: string): void {
    this.options.witness.tell?.(this.scheduler.now(), who, what);
  }

  // ------------------------------------------------------------ processes

  private host(slot: string): Host {
    return new Host(slot, {
      timeline: this.scheduler,
      enter: (process, slot) => this.enter(process, slot),
      plan: (memberName, slot) => ({
        memberName,
        partitions: this.partitions,
        runs: () => true,
        actorsMax: ACTORS_MAX,
        ...this.policy,
        ...this.off.behaviours?.(this.policy.holdMs),
        ...this.build(slot),
      }),
      tell: (who, what) => {
        this.tell(who, what);
      },
    });
  }

  private openStores() {
    const { database } = this;
    return {
      engine: new Map(NODE_NAMES.map((service) => [service, new MemoryEngineStore(database, service)])),
      related: new MemoryRelatedRows(database),
      stock: new MemoryInventoryQueries(database),
      placements: new MemoryPlacementStore(database),
      payments: new MemoryPaymentStore(database),
      shipping: new MemoryShippingStore(database),
      notifications: new MemoryNotificationStore(database),
      gateway: createSimulatedGateway({
        ledger: this.ledger,
        microBatch,
        clock: this.scheduler,
        random: () => 0,
        failureRate: 0,
        latencyMs: 0,
      }),
    };
  }

  private enter(process: SimulatedProcess, slot: string): ProcessWorld {
    const { stores, scheduler, broker, off } = this;
    const random = streamOf(this.options.seed, process.name);
    const link = (destination: Destination, silenceMs: number): Link =>
      new Link({
        process,
        timeline: scheduler,
        random,
        weather: () => this.weather.link(destination, slot),
        unavailable: (what) =>
          destination === 'store'
            ? new StoreUnavailable(what)
            : new OrreryError('silent', what, { retryable: true }),
        silenceMs,
        onTrouble: (what, trouble) => {
          this.tell(process.name, `${what}: ${trouble}`);
        },
      });
    const store = link('store', STATEMENT_MS_MAX);
    const { database } = this;
    const engines = new Map<NodeName, EngineStore>();
    for (const [service, engine] of stores.engine) {
      const remote: EngineStore = overLink(engine, service, store);
      engines.set(service, off.engineStore?.(remote, service, database) ?? remote);
    }
    const connection = broker.connect({
      name: process.name,
      weather: () => this.weather.broker(slot),
      alive: () => process.alive,
      deliver: (run) => {
        process.deliver(run);
      },
    });
    const port = this.localHops
      ? new LocalHops({
          broker: connection,
          topology: topologyWithoutScores(this.partitions),
          name: process.name,
          clock: process.clock,
        })
      : connection;
    const durable = overLink(database, 'outbox', store);
    const placements: PlacementStore = overLink(stores.placements, 'placements', store);
    const gateway: PaymentGateway = overLink(stores.gateway, 'gateway', link('gateway', Infinity));
    const ports: NodePorts = {
      engineStore: (service) => {
        const engine = engines.get(service);
        assert(engine !== undefined, `there is a store of ${service}`);
        return engine;
      },
      appendOutbox: (service, rows) => durable.appendOutbox(service, rows),
      relatedRows: overLink(stores.related, 'inventory', store),
      placements: off.placements?.(placements) ?? placements,
      payments: overLink(stores.payments, 'payments', store),
      shipping: overLink(stores.shipping, 'shipping', store),
      notifications: overLink(stores.notifications, 'notifications', store),
      gateway: off.gateway?.(gateway) ?? gateway,
      carrier: overLink(this.carrier.port, 'carrier', link('carrier', Infinity)),
      mailer: overLink(this.letters.port, 'mailer', link('mailer', Infinity)),
      broker: off.broker?.(port) ?? port,
      clock: process.clock,
      random,
      newId: () => this.newId(),
      logger: silentLogger,
    };
    return {
      ports,
      vanish: () => {
        broker.vanish(process.name, this.chance() < 0.5 ? 0 : HEARTBEAT_MS * this.chance());
      },
    };
  }

  private newId(): string {
    this.ids += 1;
    return `order-${String(this.ids).padStart(3, '0')}`;
  }

  // ------------------------------------------------------------ people outside

  private door(): Door {
    const { scheduler } = this;
    const router = createRouter({ partitions: this.partitions, exchangeOf, takersOf: takersOfWithoutScores });
    const outside = this.broker.connect({
      name: 'outside',
      weather: () => this.weather.broker('outside'),
      alive: () => true,
      deliver: (run) => {
        run();
      },
    });
    let scores = 0;
    return {
      ask: (which, request) =>
        new Promise((resolve, reject) => {
          const open = this.hosts.flatMap((host) => host.open ?? []);
          const cancelPatience = scheduler.after(PATIENCE_MS, () => {
            reject(new OrreryError('no_answer', 'no answer', { retryable: true }));
          });
          if (open.length === 0) return;
          const { process, nodes } = open[which % open.length] as (typeof open)[number];
          const answered = (settle: () => void): void => {
            scheduler.after(1 + 5 * this.chance(), () => {
              // Only a living process sends the rest of its answer.
              if (!process.alive) return;
              cancelPatience();
              settle();
            });
          };
          const call = (): void => {
            request(this.desk(process, nodes)).then(
              (answer) => {
                answered(() => {
                  resolve(answer);
                });
              },
              (error: unknown) => {
                answered(() => {
                  reject(error instanceof Error ? error : new Error(String(error)));
                });
              },
            );
          };
          scheduler.after(1 + 5 * this.chance(), () => {
            process.deliver(call);
          });
        }),
      score: (orderId, score) => {
        scores += 1;
        const message: Message = {
          id: `score/${orderId}/${String(scores)}`,
          type: 'fraud.scored',
          subject: orderId,
          correlationId: orderId,
          causationId: null,
          time: new Date(scheduler.now()).toISOString(),
          version: currentVersionOf('fraud.scored'),
          data: { orderId, score, reasons: ['simulated'] },
        };
        return outside.publish(router.frames([message]));
      },
    };
  }

  private desk(process: SimulatedProcess, { orders, repairs, sendToInventory }: WiredNodes): Desk {
    return {
      orders,
      // Nobody reads what became of earlier ones.
      repairs: repairs({ sagaLog: () => Promise.resolve([]) }),
      stock: inventoryCommands({
        queries: this.stores.stock,
        send: sendToInventory,
        newId: () => this.newId(),
        clock: process.clock,
      }),
    };
  }

  /** Nobody leaves a suspicious order lying: it is decided on again until it is no longer there. */
  private reviewers(): void {
    if (this.scheduler.now() % REVIEW_MS !== 0) return;
    for (const { id, status } of this.orders()) if (status === 'in_review') this.shoppers.decideAgain(id);
  }

  private meddle(): void {
    this.operator = new Operator({
      door: this.streetDoor,
      timeline: this.scheduler,
      random: streamOf(this.options.seed, 'operator'),
      partitions: this.partitions,
      orders: () => this.orders(),
      pauses: (service) => this.database.service(service).pauses,
      tell: (what) => {
        this.tell('operator', what);
      },
    });
    this.faultsGoing += 1;
    this.operator.begin(() => {
      this.faultsGoing -= 1;
    });
  }

  // ------------------------------------------------------------ faults

  private plan(fault: Fault): void {
    this.faultsGoing += 1;
    const over = (): void => {
      this.faultsGoing -= 1;
    };
    this.scheduler.after(fault.atMs, () => {
      this.begin(fault, over);
    });
  }

  private begin(fault: Fault, over: () => void): void {
    const { name, forMs, strength } = fault;
    const victim = this.hosts[fault.victim % this.hosts.length] as Host;
    const after = (run: () => void): void => {
      this.scheduler.after(forMs, () => {
        run();
        over();
      });
    };
    this.tell('fault', `${name} at ${victim.slot} for ${String(forMs)} ms, strength ${strength.toFixed(2)}`);
    switch (name) {
      case 'process-crash':
        victim.kill();
        after(() => {
          victim.startIn(0);
        });
        return;
      case 'process-pause': {
        const paused = victim.current;
        paused?.pause();
        after(() => {
          paused?.resume();
        });
        return;
      }
      case 'process-restart':
        victim.stop((stopped) => {
          if (stopped) victim.startIn(forMs);
          after(() => undefined);
        });
        return;
      case 'process-join':
        this.join(forMs, over);
        return;
      case 'clock-jump': {
        const { current } = victim;
        if (current !== null) current.skewMs = Math.round((strength - 0.5) * 2 * CLOCK_JUMP_MS_MAX);
        after(() => {
          if (current !== null) current.skewMs = 0;
        });
        return;
      }
      case 'upgrade':
        this.upgrade(victim, forMs, over);
        return;
      case 'broker-cut':
        this.broker.drop(victim.current?.name ?? '', this.side());
        over();
        return;
      case 'broker-half-open':
        this.broker.drop(
          victim.current?.name ?? '',
          this.side(),
          HEARTBEAT_MS * this.chance(),
          strength < 0.5 ? 0 : HEARTBEAT_MS * this.chance(),
        );
        over();
        return;
      case 'carrier-refuses':
        this.carrier.refusing = 0.3 + 0.7 * strength;
        after(() => {
          this.carrier.refusing = 0;
        });
        return;
      case 'carrier-keeps-going':
        this.carrier.keepingGoing = 0.3 + 0.7 * strength;
        after(() => {
          this.carrier.keepingGoing = 0;
        });
        return;
      case 'bad-message':
        this.putBadMessage();
        over();
        return;
      default:
        this.weather.begin(fault, victim.slot);
        after(() => {
          this.weather.end(fault);
        });
    }
  }

  private side(): 'publisher' | 'consumer' | 'both' {
    return oneOf(this.chance, ['publisher', 'consumer', 'both']);
  }

  private putBadMessage(): void {
    const queues = [
      `orders.${partitionName(whole(this.chance, 0, this.partitions - 1))}`,
      `inventory.${partitionName(whole(this.chance, 0, this.partitions - 1))}`,
      'payments',
      'shipping',
      'notifications',
    ];
    const id = `${BAD_MESSAGE}${String(this.badMessages++)}`;
    const bodies = [
      '{"half',
      JSON.stringify([{ id, type: 'nobody.knows', data: {} }]),
      JSON.stringify([{ id, type: 'payment.processed', subject: 'order-404', data: null }]),
      JSON.stringify([7]),
    ];
    this.broker.put(oneOf(this.chance, queues), oneOf(this.chance, bodies));
  }

  /** In a run with an upgrade every process starts as the older build. */
  private build(slot: string): Partial<NodePlan> {
    const older = this.upgrades && !this.upgraded.has(slot);
    return older ? { orderBehaviour: olderOrders() } : {};
  }

  /** One process after the other is stopped and started as the current build. */
  private upgrade(first: Host, forMs: number, over: () => void): void {
    const older = this.hosts.filter(({ slot }) => !this.upgraded.has(slot));
    const next = older.includes(first) ? first : older[0];
    if (next === undefined) {
      over();
      return;
    }
    this.upgraded.add(next.slot);
    next.stop((stopped) => {
      if (stopped) next.startIn(1);
      this.scheduler.after(forMs, () => {
        this.upgrade(first, forMs, over);
      });
    });
  }

  private join(forMs: number, over: () => void): void {
    this.guests += 1;
    const guest = this.host(`guest${String(this.guests)}`);
    this.hosts.push(guest);
    guest.start();
    this.scheduler.after(forMs, () => {
      guest.retire();
      guest.stop(() => {
        guest.kill();
        this.hosts.splice(this.hosts.indexOf(guest), 1);
        over();
      });
    });
  }
}

/** Settings vary from run to run, within what an operator may set; slow ones only make runs longer. */
function policyOf(random: Random): Pick<NodePlan, 'policy' | 'holdMs' | 'gatewayTimeoutMs'> {
  const paymentTimeoutMs = whole(random, 4_000, 20_000);
  return {
    policy: {
      ...DEFAULT_ORDER_POLICY,
      reserveTimeoutMs: whole(random, 5_000, 60_000),
      paymentTimeoutMs,
      shippingRetryMs: 2_000,
      refundRetryMs: 2_000,
    },
    holdMs: paymentTimeoutMs + whole(random, 1_000, 60_000),
    gatewayTimeoutMs: Math.max(100, Math.floor(paymentTimeoutMs / 3)),
  };
}

/** Three days on the road pass in three seconds. */
const CARRIER_TIME_SCALE = 86_400;
/** A statement that takes longer is ended, and nobody knows whether it had landed. */
const STATEMENT_MS_MAX = 5_000;
/** RabbitMQ closes a connection that was silent for twice its heartbeat. */
const HEARTBEAT_MS = 10_000;
/** How long people wait for an answer before they ask again. */
const PATIENCE_MS = 4_000;
const REVIEW_MS = 5_000;
/** Few, so that actors are forgotten and hydrated again within a run. */
const ACTORS_MAX = 6;
const CLOCK_JUMP_MS_MAX = 30_000;
