import { z } from 'zod';
import { ORDER_STATUSES, type OrderStatus } from '../../../core/messages/status.ts';
import type { AuditTrail } from '../../../core/services/audit/ports.ts';
import type {
  MyOrdersFilter,
  OrderCommands,
  OrderQueries,
  OrderView,
} from '../../../core/services/orders/ports.ts';
import type { App } from '../app.ts';
import { type Access, identityOf, isAdmin } from '../authentication.ts';
import { requireVisibleOrder, visibleOrder } from '../ownership.ts';
import { presentEntry, presentOrder } from '../present.ts';
import { HttpProblem, invalidFields } from '../problem.ts';
import { cents, cursor, id, instant, text, wholeNumber, wrongPrices } from '../schemas.ts';

const LIMIT_DEFAULT = 20;
const LOG_LIMIT_MAX = 1_000;
/** From here on it is too late to cancel. */
const BEYOND_CANCEL: ReadonlySet<OrderStatus> = new Set(['shipped', 'delivered', 'cancelled', 'failed']);

export const orderStatus = z.enum(ORDER_STATUSES, `must be one of ${ORDER_STATUSES.join(', ')}`);

export interface OrderRoutesDeps {
  readonly orders: OrderQueries & OrderCommands;
  readonly audit: AuditTrail;
  readonly access: Access;
}

export function orderRoutes(app: App, { orders, audit, access }: OrderRoutesDeps): void {
  const params = z.object({ id });

  app.get(
    '/api/orders/my-orders',
    {
      onRequest: access.user,
      schema: {
        tags: ['orders'],
        querystring: z.object({
          status: orderStatus.optional(),
          from: instant('start').optional(),
          to: instant('end').optional(),
          price_min: cents.optional(),
          price_max: cents.optional(),
          q: text(1, 100).optional(),
          limit: wholeNumber(1, 100).optional(),
          cursor: cursor.optional(),
        }),
      },
    },
    async (request) => {
      const { price_min: priceMinCents, price_max: priceMaxCents, ...rest } = request.query;
      const wrong = wrongPrices(priceMinCents, priceMaxCents);
      if (rest.from !== undefined && rest.to !== undefined && rest.from > rest.to) {
        wrong.push({ path: 'from', message: 'must not be after to' });
      }
      if (wrong.length > 0) throw invalidFields(wrong);
      const { items, nextCursor } = await orders.myOrders({
        ...given({ ...rest, priceMinCents, priceMaxCents }),
        userId: identityOf(request).user.id,
        limit: request.query.limit ?? LIMIT_DEFAULT,
      } satisfies MyOrdersFilter);
      return { items: items.map((order) => presentOrder(order, isAdmin(request))), nextCursor };
    },
  );

  app.get(
    '/api/orders/:id',
    { onRequest: access.user, schema: { tags: ['orders'], params } },
    async (request) => presentOrder(await visibleOrder(request, orders, request.params.id), isAdmin(request)),
  );

  app.get(
    '/api/orders/:id/saga-log',
    {
      onRequest: access.user,
      schema: {
        tags: ['orders'],
        params,
        querystring: z.object({
          after: wholeNumber(0, Number.MAX_SAFE_INTEGER).optional(),
          limit: wholeNumber(1, LOG_LIMIT_MAX).optional(),
        }),
      },
    },
    async (request) => {
      await requireVisibleOrder(request, orders, request.params.id);
      const { after = 0, limit = LOG_LIMIT_MAX } = request.query;
      const entries = await orders.sagaLog(request.params.id, after, limit);
      return { entries: entries.map((entry) => presentEntry(entry, isAdmin(request))) };
    },
  );

  app.put(
    '/api/orders/:id/cancel',
    {
      onRequest: access.user,
      schema: { tags: ['orders'], params, body: z.object({ reason: text(1, 500).optional() }).nullish() },
    },
    async (request, reply) => {
      const order = await visibleOrder(request, orders, request.params.id);
      const { user } = identityOf(request);
      await cancelOrder({ orders, audit }, order, {
        by: user.id,
        isAdmin: isAdmin(request),
        reason: request.body?.reason,
      });
      return reply
        .code(202)
        .header('location', `/api/orders/${encodeURIComponent(order.id)}`)
        .send({ orderId: order.id, status: order.status, cancelRequested: true });
    },
  );
}

/**
 * Asks the order's saga to cancel it; resolves once that is durable. What somebody else than the shopper asks is told in the
 * audit trail. Throws `too_late`.
 */
export async function cancelOrder(
  { orders, audit }: Pick<OrderRoutesDeps, 'orders' | 'audit'>,
  order: OrderView,
  asked: { readonly by: string; readonly isAdmin: boolean; readonly reason: string | undefined },
): Promise<void> {
  // For an admin, cancelling a failed order once more is how what got stuck is tried again.
  const stuck = order.status === 'failed' && asked.isAdmin;
  if (BEYOND_CANCEL.has(order.status) && !stuck) {
    throw new HttpProblem(409, 'too_late', `the order is ${order.status} and can no longer be cancelled`, {
      members: { orderStatus: order.status },
    });
  }
  const own = asked.by === order.userId;
  const reason = asked.reason ?? (own ? 'cancelled by the shopper' : 'cancelled by an admin');
  if (!own) {
    const subject = { kind: 'order', id: order.id } as const;
    await audit.record({ by: asked.by, action: 'order.cancel', subject, reason });
  }
  await orders.requestCancel(order.id, asked.by, reason);
}

/** Without the members that are undefined: a filter has them or has them not. */
export function given<Shape extends object>(
  shape: Shape,
): { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> } {
  const entries = Object.entries(shape).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [Key in keyof Shape]?: Exclude<Shape[Key], undefined> };
}
