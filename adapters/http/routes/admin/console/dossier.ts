import { z } from 'zod';
import { suspicionIn } from '../../../../../core/services/console/suspicion.ts';
import type { App } from '../../../app.ts';
import { visibleOrder } from '../../../ownership.ts';
import { id } from '../../../schemas.ts';
import type { ConsoleRoutesDeps } from './deps.ts';

/** Entries of the log, the newest: an order that has lived through more has a page of its own. */
const LOG_MAX = 200;
const LETTERS_MAX = 50;
const AUDIT_MAX = 50;
const EARLIER_ORDERS = 8;

/** Everything that the house knows about one order and its customer, in one answer: what one decides by. */
export function dossierRoute(app: App, deps: ConsoleRoutesDeps): void {
  const { orders, payments, shipping, notifications, audit, console, access } = deps;
  app.get(
    '/api/admin/orders/:id/dossier',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary:
          'An order with its money, parcels, log, letters, decisions and what is usual for its customer',
        params: z.object({ id }),
      },
    },
    async (request) => {
      const order = await visibleOrder(request, orders, request.params.id);
      const subject = { kind: 'order', subject: order.id };
      const [log, transactions, shipments, letters, decisions, jobs, usual, recent] = await Promise.all([
        orders.sagaLog(order.id, Math.max(0, order.version - LOG_MAX), LOG_MAX),
        payments.transactions(order.id),
        shipping.shipments(order.id),
        notifications.ofOrder(order.userId, order.id, LETTERS_MAX),
        audit.list({ ...subject, limit: AUDIT_MAX }),
        console.jobs.ofOrder(order.id),
        console.customers.usual(order.userId, order.id),
        orders.myOrders({ userId: order.userId, limit: EARLIER_ORDERS + 1 }),
      ]);
      return {
        order,
        suspicion: suspicionIn(order.status === 'in_review' ? order.reason : null) ?? null,
        log,
        transactions,
        shipments,
        letters,
        audit: decisions.items,
        jobs,
        customer: {
          usual,
          recent: recent.items
            .filter((other) => other.id !== order.id)
            .slice(0, EARLIER_ORDERS)
            .map((other) => ({
              id: other.id,
              status: other.status,
              totalCents: other.totalCents,
              currency: other.currency,
              createdAt: other.createdAt,
            })),
        },
      };
    },
  );
}
