import { fromMachine, type MachineState } from '../../core/engine/from-machine.ts';
import { machineGraph } from '../../core/engine/machine-graph.ts';
import type { Beginnings } from '../../core/engine/replay.ts';
import type { DataOf } from '../../core/messages/catalogue.ts';
import type { PaymentQueries } from '../../core/services/payments/ports.ts';
import { SagaInsight } from '../../core/services/sagas/insight.ts';
import type { SagaKind } from '../../core/services/sagas/kind.ts';
import type { FleetStore, SagaStore } from '../../core/services/sagas/ports.ts';
import type { ShippingQueries } from '../../core/services/shipping/ports.ts';
import type { OrderContext } from '../../sagas/order/context.ts';
import { orderMachine } from '../../sagas/order/machine.ts';
import { orderInputOf } from '../../sagas/order/replay.ts';
import { orderSaga } from '../../sagas/order/saga.ts';
import { elkLayouter } from '../elk/layouter.ts';
import type { Queryable } from '../postgres/database.ts';
import { orderFleet } from '../postgres/orders/fleet.ts';
import { orderBooks } from './saga-books.ts';

type PlacedFacts = Partial<DataOf<'order.placed'>>;

const behaviour = fromMachine(orderSaga);

/** How orders are lived again. */
export const orderBeginnings: Beginnings<MachineState<unknown>> = {
  behaviour,
  begin: (today, told, at) =>
    behaviour.begin(today.id, orderInputOf(today.context as OrderContext, told as PlacedFacts), at),
};

/** What operators can look into: every kind of saga there is, with the books of the services around it. */
export function openSagaInsight(
  database: Queryable,
  books: {
    readonly store: SagaStore;
    readonly payments: Pick<PaymentQueries, 'transactions'>;
    readonly shipping: Pick<ShippingQueries, 'shipments'>;
  },
): SagaInsight {
  const { store, payments, shipping } = books;
  return new SagaInsight({
    kinds: [orderKind(orderFleet(database))],
    store,
    elsewhere: orderBooks(database, payments, shipping),
    layouter: elkLayouter,
    now: () => performance.now(),
  });
}

export function orderKind(fleet: FleetStore): SagaKind {
  return { kind: orderSaga.kind, graph: machineGraph(orderMachine), ...orderBeginnings, fleet };
}
