import type { Draft } from '../../../core/engine/behaviour.ts';
import { fromMachine } from '../../../core/engine/from-machine.ts';
import type { Broker, EngineStore } from '../../../core/engine/ports.ts';
import { OrreryError } from '../../../core/kernel/errors.ts';
import type { PlacementStore } from '../../../core/services/orders/intake-port.ts';
import type { PaymentGateway } from '../../../core/services/payments/gateway.ts';
import { orderSaga } from '../../../sagas/order/saga.ts';
import type { MemoryDatabase } from '../../simulated/stores/database.ts';
import type { NodeName, NodePlan } from '../wiring.ts';

/**
 * Switches that turn one safety mechanism off, each at the port where the mechanism meets the world, so that the
 * production code stays as it is. They prove that the simulation can see: with any of them off it must find a
 * violation.
 */
export interface Switch {
  readonly name: string;
  /** What no longer holds. */
  readonly off: string;
  /** The rules of docs/protocol.md that keep it. */
  readonly rules: string;
  readonly engineStore?: (store: EngineStore, service: NodeName, database: MemoryDatabase) => EngineStore;
  readonly placements?: (store: PlacementStore) => PlacementStore;
  readonly broker?: (broker: Broker) => Broker;
  readonly gateway?: (gateway: PaymentGateway) => PaymentGateway;
  readonly behaviours?: (holdMs: number) => Partial<Pick<NodePlan, 'orderBehaviour' | 'stockBehaviour'>>;
}

export const SWITCHES: readonly Switch[] = [
  {
    name: 'inbox',
    off: 'messages handled before are handled again',
    rules: 'P6',
    engineStore: (store, service, database) => {
      let repeats = 0;
      return changed(store, {
        hydrate: async (actors, messages) => ({
          ...(await store.hydrate(actors, messages)),
          seen: new Set(),
        }),
        commit: (commit) => {
          // The log's unique message id is the second half of the inbox.
          const { handled } = database.service(service);
          const again = (messageId: string): string => {
            if (!handled.has(messageId)) return messageId;
            repeats += 1;
            return `${messageId}#${String(repeats)}`;
          };
          const fresh = <Row extends { readonly messageId: string }>(row: Row): Row => ({
            ...row,
            messageId: again(row.messageId),
          });
          const rows = commit.rows.map(({ table, row }) => {
            const id = row['message_id'];
            return { table, row: typeof id === 'string' ? { ...row, message_id: again(id) } : row };
          });
          return store.commit({
            ...commit,
            log: commit.log.map(fresh),
            inbox: commit.inbox.map(fresh),
            rows,
          });
        },
      });
    },
  },
  {
    name: 'fence',
    off: 'a commit is not refused when the lease is lost, nor when the actor is at another version',
    rules: 'P1, P2',
    engineStore: (store, service, database) =>
      changed(store, {
        commit: (commit) => {
          const { actors } = database.service(service);
          const versions = commit.actors.map((actor) => ({
            ...actor,
            expectedVersion: actors.find(actor.kind, actor.id)?.version ?? 0,
          }));
          return store.commit({ ...commit, fences: [], actors: versions });
        },
      }),
  },
  {
    name: 'outbox-sweeper',
    off: 'nobody sends what writers that are gone have left in their outbox',
    rules: 'P9',
    engineStore: (store) =>
      changed(store, {
        leftovers: () => Promise.resolve([]),
        adoptOutbox: () => Promise.resolve([]),
        findOutbox: () => Promise.resolve([]),
      }),
  },
  {
    name: 'confirms',
    off: 'a publish counts as confirmed however it ended',
    rules: 'P9, P10, P11',
    broker: (broker) =>
      changed(broker, { publish: (frames, how) => broker.publish(frames, how).catch(() => undefined) }),
  },
  {
    name: 'acknowledge-after-commit',
    off: 'a delivery is acknowledged when it arrives',
    rules: 'P3, P7',
    broker: (broker) =>
      changed(broker, {
        consume: (queue, options, consumer) =>
          broker.consume(queue, options, {
            onLost: (reason) => {
              consumer.onLost(reason);
            },
            onDelivery: (delivery) => {
              delivery.ack();
              consumer.onDelivery({ ...delivery, ack: () => undefined });
            },
          }),
      }),
  },
  {
    name: 'gateway-key',
    off: 'each attempt to charge has a key of its own',
    rules: 'P15',
    gateway: (gateway) => {
      let attempts = 0;
      return changed(gateway, {
        charge: (order, signal) => {
          attempts += 1;
          return gateway.charge({ ...order, key: `${order.key}#${String(attempts)}` }, signal);
        },
      });
    },
  },
  {
    name: 'idempotency-key',
    off: 'every checkout is a new order, whatever its key',
    rules: 'P21',
    placements: (store) => {
      let placed = 0;
      return changed(store, {
        commit: ({ writer, placements }) =>
          store.commit({
            writer,
            placements: placements.map((each) => {
              placed += 1;
              return { ...each, key: `${each.key}#${String(placed)}` };
            }),
          }),
        findByKey: () => Promise.resolve(undefined),
      });
    },
  },
  {
    name: 'release',
    off: 'orders that fail do not give their stock back',
    rules: 'P16, P17',
    behaviours: () => ({ orderBehaviour: orderWithout('inventory.release.requested') }),
  },
  {
    name: 'refund',
    off: 'money that arrives for an order that is being wound up is not given back',
    rules: 'P15',
    behaviours: () => ({ orderBehaviour: orderWithout('payment.refund.requested') }),
  },
  {
    name: 'timers',
    off: 'time-outs live in the memory of the process that armed them',
    rules: 'P20',
    engineStore: (store) => {
      const armed = new Set<string>();
      return changed(store, {
        commit: (commit) => {
          for (const { kind, id } of commit.actors) armed.add(`${kind}/${id}`);
          return store.commit(commit);
        },
        dueWakes: async (partitions, nowMs, limit) =>
          (await store.dueWakes(partitions, nowMs, limit)).filter(({ kind, id }) =>
            armed.has(`${kind}/${id}`),
          ),
      });
    },
  },
  {
    name: 'migration',
    off: 'a newer definition brings no way from the older one',
    rules: 'upgrades',
    behaviours: () => {
      const stranger = { ...fromMachine(orderSaga) };
      delete stranger.migrate;
      return { orderBehaviour: stranger };
    },
  },
];

/** Throws OrreryError `unknown_switch`. */
export function switchNamed(name: string): Switch {
  const found = SWITCHES.find((each) => each.name === name);
  if (found === undefined) {
    const names = SWITCHES.map((each) => each.name).join(', ');
    throw new OrreryError('unknown_switch', `there is no switch ${name}; there are ${names}`);
  }
  return found;
}

/** The order saga that never says `type`. */
function orderWithout(type: string): NonNullable<NodePlan['orderBehaviour']> {
  const behaviour = fromMachine(orderSaga);
  const unsaid = (drafts: readonly Draft[]): readonly Draft[] =>
    drafts.filter((draft) => draft.type !== type);
  return {
    ...behaviour,
    react: (...given) => {
      const reaction = behaviour.react(...given);
      return { ...reaction, messages: unsaid(reaction.messages) };
    },
  };
}

/** The port with some of its calls replaced. */
function changed<Port extends object>(port: Port, calls: Partial<Port>): Port {
  return new Proxy(port, {
    get: (target, name) => {
      const replaced: unknown = Reflect.get(calls, name);
      if (replaced !== undefined) return replaced;
      const own: unknown = Reflect.get(target, name);
      return typeof own === 'function' ? (own.bind(target) as unknown) : own;
    },
  });
}
