import { NOTIFIED_BY } from '../../core/services/notifications/notification.ts';
import type { PaymentQueries, TransactionView } from '../../core/services/payments/ports.ts';
import type { Elsewhere, ElsewhereEntry, SagaMessage } from '../../core/services/sagas/ports.ts';
import type { ShipmentView, ShippingQueries } from '../../core/services/shipping/ports.ts';
import type { Queryable } from '../postgres/database.ts';
import { movementsOf } from '../postgres/inventory/books.ts';
import { lettersOf } from '../postgres/notifications/letters.ts';

/**
 * What the services around an order keep of its messages, each by what its books know:
 * stock writes the message's id beside every movement; a letter's id derives from it; a charge and a parcel have a key
 * that their messages carry. What is left names the order only.
 */
export function orderBooks(
  database: Queryable,
  payments: Pick<PaymentQueries, 'transactions'>,
  shipping: Pick<ShippingQueries, 'shipments'>,
): Elsewhere {
  return {
    keepersOf: (type) => KEEPERS.get(type) ?? [],
    async of(orderId, messages) {
      const ids = messages.map(({ id }) => id);
      const [movements, letters, transactions, shipments] = await Promise.all([
        movementsOf(database, ids),
        lettersOf(database, ids),
        payments.transactions(orderId),
        shipping.shipments(orderId),
      ]);
      return [
        ...movements,
        ...letters,
        ...transactions.flatMap((each) => moneyEntries(each, transactions, messages)),
        ...shipments.flatMap((each) => parcelEntries(each, messages)),
      ];
    },
  };
}

/** What moves with messages of a type, questions and answers alike. */
const MONEY: ReadonlyMap<string, TransactionView['kind']> = new Map([
  ['payment.requested', 'charge'],
  ['payment.processed', 'charge'],
  ['payment.failed', 'charge'],
  ['payment.refund.requested', 'refund'],
  ['payment.refunded', 'refund'],
  ['payment.refund.failed', 'refund'],
]);

const KEEPERS: ReadonlyMap<string, readonly string[]> = new Map<string, readonly string[]>([
  ...['inventory.reserve.requested', 'inventory.commit.requested', 'inventory.release.requested'].map(
    (type) => [type, ['inventory']] as const,
  ),
  ...['payment.requested', 'payment.refund.requested'].map((type) => [type, ['payments']] as const),
  ...['shipping.requested', 'shipping.cancel.requested', 'shipping.dispatch.requested'].map(
    (type) => [type, ['shipping']] as const,
  ),
  ...NOTIFIED_BY.map((type) => [type, ['notifications']] as const),
]);

/** An order has one charge, and a refund of it at most; were there several, their messages could not be told apart here. */
function moneyEntries(
  { createdAt, updatedAt: _updatedAt, ...rest }: TransactionView,
  all: readonly TransactionView[],
  messages: readonly SagaMessage[],
): readonly ElsewhereEntry[] {
  const isOnly = all.filter(({ kind }) => kind === rest.kind).length === 1;
  const told = isOnly ? messages.filter(({ type }) => MONEY.get(type) === rest.kind) : [];
  return entries('payments', told, createdAt, `${rest.kind} ${rest.status}`, rest);
}

function parcelEntries(
  { createdAt, id, status, trackingNumber, carrier }: ShipmentView,
  messages: readonly SagaMessage[],
): readonly ElsewhereEntry[] {
  const told = messages.filter(
    ({ type, data }) =>
      type.startsWith('shipping.') && (data as { readonly shipmentKey?: unknown } | null)?.shipmentKey === id,
  );
  return entries('shipping', told, createdAt, `parcel ${status}`, { id, trackingNumber, carrier });
}

function entries(
  service: string,
  told: readonly SagaMessage[],
  at: string,
  what: string,
  detail: ElsewhereEntry['detail'],
): readonly ElsewhereEntry[] {
  const ids = told.length === 0 ? [null] : told.map(({ id }) => id);
  return ids.map((messageId) => ({ service, messageId, at, what, detail }));
}
