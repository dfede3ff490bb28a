import type { Json } from '../../../core/engine/behaviour.ts';
import { fromMachine, type MachineState } from '../../../core/engine/from-machine.ts';
import { decideBatch } from '../../../core/engine/decide.ts';
import { hydrateActor, type LiveActor } from '../../../core/engine/live-actor.ts';
import type { Message } from '../../../core/kernel/message.ts';
import { currentVersionOf } from '../../../core/messages/catalogue.ts';
import type { OrderInput } from '../../../core/messages/order-input.ts';
import type { OrderContext } from '../../../sagas/order/context.ts';
import { orderSaga } from '../../../sagas/order/saga.ts';
import { type Fault, type FaultName, planFaults } from '../../simulated/faults.ts';
import { DeliveryWatcher } from '../../simulated/invariants/delivery.ts';
import { EffectsWatcher } from '../../simulated/invariants/effects.ts';
import { FenceWatcher } from '../../simulated/invariants/fence.ts';
import type { Violation, Watcher } from '../../simulated/invariants/invariants.ts';
import { type LoggedStep, type Replay, SagaWatcher } from '../../simulated/invariants/sagas.ts';
import { StockWatcher } from '../../simulated/invariants/stock.ts';
import { planWorkload } from '../../simulated/workload.ts';
import { topologyWithoutScores } from '../topology.ts';
import { asDefinition1 } from './older-build.ts';
import type { Switch } from './switches.ts';
import { START_MS, World, type Witness } from './world.ts';

export interface RunOptions {
  readonly seed: number;
  /** Instead of those that follow from the seed. */
  readonly faults?: readonly Fault[];
  /** The kinds of faults to choose from; default all. */
  readonly names?: readonly FaultName[];
  readonly off?: Switch;
  /** Somebody repairs orders and pauses services at random. */
  readonly operator?: boolean;
  /** Told what happens, for people; costs time. */
  readonly watch?: (now: () => number) => Witness;
}

export interface RunResult {
  readonly seed: number;
  readonly faults: readonly Fault[];
  /** At most VIOLATIONS_MAX. */
  readonly violations: readonly Violation[];
  readonly accepted: number;
  /** Orders by their last status. */
  readonly statuses: Readonly<Record<string, number>>;
  readonly virtualMs: number;
  readonly events: number;
  /** Repairs by operation; empty where nobody repairs. */
  readonly repairs: Readonly<Record<string, number>>;
}

const VIOLATIONS_MAX = 20;

/** One run of one seed, from the first start of its processes until everything rests, and what was wrong with it. */
export async function simulate(options: RunOptions): Promise<RunResult> {
  const { seed, off } = options;
  const workload = planWorkload(seed);
  const faults = options.faults ?? planFaults(seed, options.names);
  const violations: Violation[] = [];
  const watchers: Watcher[] = [];
  const witness: Witness = options.watch?.(() => world.scheduler.now()) ?? {};
  const world: World = new World({
    seed,
    workload,
    faults,
    ...(off === undefined ? {} : { off }),
    operator: options.operator === true,
    witness: {
      ...witness,
      onCommit: (landed) => {
        for (const watcher of watchers) watcher.onCommit?.(landed);
        witness.onCommit?.(landed);
      },
      onBroker: (event) => {
        for (const watcher of watchers) watcher.onBroker?.(event);
        witness.onBroker?.(event);
      },
    },
  });
  const report = (invariant: Violation['invariant'], detail: string): void => {
    if (violations.length >= VIOLATIONS_MAX) return;
    violations.push({ invariant, atMs: world.scheduler.now(), detail });
    witness.tell?.(world.scheduler.now(), 'VIOLATION', `${invariant} ${detail}`);
  };
  const { database, ledger, carrier, letters, shoppers } = world;
  watchers.push(
    new FenceWatcher(report),
    new StockWatcher(database, workload.shelves, report),
    new DeliveryWatcher({ database, report, takers, actorServices: ACTOR_SERVICES }),
    new SagaWatcher(database, shoppers, replay(world), report),
    new EffectsWatcher({ database, ledger, carrier, letters, upgrades: world.upgrades }, report),
  );
  await world.run();
  for (const watcher of watchers) watcher.atEnd?.();
  const statuses: Record<string, number> = {};
  for (const { status } of world.orders()) statuses[status] = (statuses[status] ?? 0) + 1;
  return {
    seed,
    faults,
    violations,
    accepted: shoppers.accepted.size,
    statuses,
    virtualMs: world.scheduler.now() - START_MS,
    events: world.scheduler.events,
    repairs: Object.fromEntries(world.operator?.asked ?? []),
  };
}

const ACTOR_SERVICES: ReadonlySet<string> = new Set(['orders', 'inventory']);

const takersByType = new Map<string, Set<string>>();
for (const { queue, pattern } of topologyWithoutScores(1).bindings) {
  const type = pattern.replace(/\.[^.]+$/, '');
  const service = queue.split('.')[0] ?? queue;
  const services = takersByType.get(type) ?? new Set();
  takersByType.set(type, services.add(service));
}

function takers(type: string): readonly string[] {
  return [...(takersByType.get(type) ?? [])];
}

type State = MachineState<OrderContext>;

/** Through the engine and the definition in production: what a saga is told at its birth stays in its context for ever. */
function replay({ upgrades }: World): Replay {
  const behaviour = fromMachine(orderSaga);
  // What an older build did not store, nobody knows any more.
  const comparable = (state: State): Json => (upgrades ? asDefinition1(state) : inFull(state));
  return (record, steps) => {
    const stored = hydrateActor(behaviour, record);
    const [birth, ...rest] = steps;
    if (birth === undefined) throw new Error('there is no first step');
    const context = (stored.state as State).context;
    const { state } = behaviour.begin(record.id, inputOf(context), birth.atMs);
    const actor: LiveActor = { ...stored, state, version: 1, timers: [], waiting: [], wakeAt: null };
    for (const step of rest) {
      // What a parked order had kept was handed over by the repair before.
      if (actor.version < step.version - 1) throw new Error(`step ${String(step.version)} comes too early`);
      if (actor.version >= step.version) continue;
      const message = messageOf(record.id, step);
      const { bad } = decideBatch([{ message, actor }], {
        now: step.atMs,
        timersUntil: step.atMs,
        versionOf: currentVersionOf,
        seen: new Set(),
      });
      if (bad[0] !== undefined) throw bad[0].error;
    }
    return { replayed: comparable(actor.state as State), stored: comparable(stored.state as State) };
  };
}

function inFull({ value, context }: State): Json {
  return { value, context } as unknown as Json;
}

function inputOf(context: OrderContext): OrderInput {
  const { lines, orderId, userId, email, customerName, totalCents, currency } = context;
  const { shippingAddress, paymentMethod, placedAt, policy } = context;
  return {
    orderId,
    userId,
    email,
    customerName,
    lines: lines.map(({ sku, quantity }) => ({ sku, quantity })),
    totalCents,
    currency,
    shippingAddress,
    paymentMethod,
    placedAt,
    policy,
  };
}

function messageOf(orderId: string, { messageId, type, data, atMs }: LoggedStep): Message {
  return {
    id: messageId,
    type,
    subject: orderId,
    correlationId: orderId,
    causationId: null,
    time: new Date(atMs).toISOString(),
    version: 1,
    data,
  };
}
