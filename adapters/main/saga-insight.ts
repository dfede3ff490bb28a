import { fromMachine } from '../../core/engine/from-machine.ts';
import { machineGraph } from '../../core/engine/machine-graph.ts';
import type { DataOf } from '../../core/messages/catalogue.ts';
import { SagaInsight } from '../../core/services/sagas/insight.ts';
import type { SagaKind } from '../../core/services/sagas/kind.ts';
import type { ElsewhereEntry, FleetStore } from '../../core/services/sagas/ports.ts';
import type { OrderContext } from '../../sagas/order/context.ts';
import { orderMachine } from '../../sagas/order/machine.ts';
import { orderInputOf } from '../../sagas/order/replay.ts';
import { orderSaga } from '../../sagas/order/saga.ts';
import { elkLayouter } from '../elk/layouter.ts';
import type { Queryable } from '../postgres/database.ts';
import { movementsOf } from '../postgres/inventory/books.ts';
import { orderFleet } from '../postgres/orders/fleet.ts';
import { createSagaStore } from '../postgres/orders/saga-store.ts';
import { createPaymentQueries } from '../postgres/payments/queries.ts';
import { createShippingQueries } from '../postgres/shipping/queries.ts';

type PlacedFacts = Partial<DataOf<'order.placed'>>;

/** What operators can look into: every kind of saga there is, with the books of the services around it. */
export function openSagaInsight(database: Queryable): SagaInsight {
  const payments = createPaymentQueries(database);
  const shipping = createShippingQueries(database);
  return new SagaInsight({
    kinds: [orderKind(orderFleet(database))],
    store: createSagaStore(database),
    elsewhere: {
      of: async (orderId, messageIds) => {
        const [movements, transactions, shipments] = await Promise.all([
          movementsOf(database, messageIds),
          payments.transactions(orderId),
          shipping.shipments(orderId),
        ]);
        return [
          ...movements,
          ...transactions.map(({ createdAt, updatedAt: _updatedAt, ...rest }) =>
            entry('payments', createdAt, `${rest.kind} ${rest.status}`, rest),
          ),
          ...shipments.map(({ createdAt, id, status, trackingNumber, carrier }) =>
            entry('shipping', createdAt, `parcel ${status}`, { id, trackingNumber, carrier }),
          ),
        ];
      },
    },
    layouter: elkLayouter,
    now: () => performance.now(),
  });
}

function entry(service: string, at: string, what: string, detail: ElsewhereEntry['detail']): ElsewhereEntry {
  return { service, messageId: null, at, what, detail };
}

export function orderKind(fleet: FleetStore): SagaKind {
  const behaviour = fromMachine(orderSaga);
  return {
    kind: orderSaga.kind,
    graph: machineGraph(orderMachine),
    behaviour,
    begin: (today, told, at) =>
      behaviour.begin(today.id, orderInputOf(today.context as OrderContext, told as PlacedFacts), at),
    fleet,
  };
}
