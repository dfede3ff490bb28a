import type { Json } from '../../../core/engine/behaviour.ts';
import { fromMachine, type MachineState } from '../../../core/engine/from-machine.ts';
import type { OrderContext } from '../../../sagas/order/context.ts';
import { migrateOrder } from '../../../sagas/order/migrate.ts';
import { orderSaga } from '../../../sagas/order/saga.ts';
import type { NodePlan } from '../wiring.ts';

type OrderBehaviour = NonNullable<NodePlan['orderBehaviour']>;

/**
 * The order saga of a build before the current one: it decides the same, and stores orders as definition 1 did. Orders
 * it has under way are what an upgrade must bring to their end.
 */
export function olderOrders(): OrderBehaviour {
  const current = { ...fromMachine(orderSaga) };
  delete current.migrate;
  const serialize: OrderBehaviour['serialize'] = asDefinition1;
  const deserialize: OrderBehaviour['deserialize'] = (stored, row) =>
    current.deserialize(migrateOrder(stored, 1) ?? stored, row);
  return {
    ...current,
    definition: 1,
    serialize,
    deserialize,
    react: (...given) => {
      const reaction = current.react(...given);
      // What it does not store it does not know a moment later either.
      return { ...reaction, state: deserialize(serialize(reaction.state), reaction.state) };
    },
  };
}

/**
 * An order as definition 1 stored it: all it knew, and that somebody had asked for its cancellation, not who, when and
 * why.
 */
export function asDefinition1({ id, value, context, version }: MachineState<OrderContext>): Json {
  const { cancelRequest, ...facts } = context;
  const known = { ...facts, cancelAsked: cancelRequest?.tooLate === false };
  return { id, value, context: known, version } as unknown as Json;
}
