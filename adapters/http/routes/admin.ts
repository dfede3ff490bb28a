import { z } from 'zod';
import type { InventoryCommands } from '../../../core/services/inventory/ports.ts';
import type { AdminOrdersFilter, OrderCommands, OrderQueries } from '../../../core/services/orders/ports.ts';
import type { App } from '../app.ts';
import { type Access, identityOf } from '../authentication.ts';
import { visibleOrder } from '../ownership.ts';
import { HttpProblem, invalidFields } from '../problem.ts';
import { cents, cursor, id, instant, text, wholeNumber, wrongPrices } from '../schemas.ts';
import { given, orderStatus } from './orders.ts';

const LIMIT_DEFAULT = 50;
/** Pages count to row 10,000; beyond it the cursor goes on. */
const PAGED_ROWS_MAX = 10_000;
const SORTS = ['created_at', '-created_at', 'total', '-total'] as const;
/** Units that one correction may add or take. */
const DELTA_MAX = 1_000_000;

export interface AdminRoutesDeps {
  readonly orders: OrderQueries & OrderCommands;
  readonly inventory: InventoryCommands;
  readonly access: Access;
}

export function adminRoutes(app: App, deps: AdminRoutesDeps): void {
  adminOrderList(app, deps);
  adminReview(app, deps);
  adminAdjust(app, deps);
}

function adminOrderList(app: App, { orders, access }: AdminRoutesDeps): void {
  const querystring = z.object({
    status: orderStatus.optional(),
    date_from: instant('start').optional(),
    date_to: instant('end').optional(),
    price_min: cents.optional(),
    price_max: cents.optional(),
    customer: text(1, 100).optional(),
    product: text(1, 100).optional(),
    sort: z.enum(SORTS, `must be one of ${SORTS.join(', ')}`).optional(),
    limit: wholeNumber(1, 100).optional(),
    cursor: cursor.optional(),
    page: wholeNumber(1, PAGED_ROWS_MAX).optional(),
  });

  app.get(
    '/api/admin/orders',
    { onRequest: access.admin, schema: { tags: ['admin'], querystring } },
    async (request) => {
      const filter = adminFilter(request.query);
      return orders.adminOrders(filter);
    },
  );
}

function adminFilter(query: {
  status?: AdminOrdersFilter['status'] | undefined;
  date_from?: string | undefined;
  date_to?: string | undefined;
  price_min?: number | undefined;
  price_max?: number | undefined;
  customer?: string | undefined;
  product?: string | undefined;
  sort?: AdminOrdersFilter['sort'] | undefined;
  limit?: number | undefined;
  cursor?: string | undefined;
  page?: number | undefined;
}): AdminOrdersFilter {
  const {
    date_from: dateFrom,
    date_to: dateTo,
    price_min: priceMinCents,
    price_max: priceMaxCents,
    ...rest
  } = query;
  const limit = query.limit ?? LIMIT_DEFAULT;
  const wrong = wrongPrices(priceMinCents, priceMaxCents);
  if (dateFrom !== undefined && dateTo !== undefined && dateFrom > dateTo) {
    wrong.push({ path: 'date_from', message: 'must not be after date_to' });
  }
  if (query.page !== undefined && query.cursor !== undefined) {
    wrong.push({ path: 'page', message: 'cannot be used together with cursor' });
  }
  if (query.page !== undefined && query.page * limit > PAGED_ROWS_MAX) {
    wrong.push({ path: 'page', message: `works to row ${String(PAGED_ROWS_MAX)}; go on with cursor` });
  }
  if (wrong.length > 0) throw invalidFields(wrong);
  return { ...given({ ...rest, dateFrom, dateTo, priceMinCents, priceMaxCents }), limit };
}

function adminReview(app: App, { orders, access }: AdminRoutesDeps): void {
  app.post(
    '/api/admin/orders/:id/review',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        params: z.object({ id }),
        body: z.object({
          decision: z.enum(['approve', 'reject'], 'must be approve or reject'),
          reason: text(1, 500),
        }),
      },
    },
    async (request) => {
      const order = await visibleOrder(request, orders, request.params.id);
      if (order.status !== 'in_review') {
        throw new HttpProblem(409, 'not_in_review', `the order is ${order.status}, not in review`, {
          members: { orderStatus: order.status },
        });
      }
      const { decision, reason } = request.body;
      await orders.decideReview(order.id, decision, identityOf(request).user.id, reason);
      return { orderId: order.id, decision };
    },
  );
}

function adminAdjust(app: App, { inventory, access }: AdminRoutesDeps): void {
  app.post(
    '/api/admin/inventory/:sku/adjust',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        params: z.object({ sku: id }),
        body: z.object({
          warehouseId: id,
          delta: z
            .int('must be a whole number, as a JSON number')
            .min(-DELTA_MAX)
            .max(DELTA_MAX)
            .refine((delta) => delta !== 0, 'must not be 0'),
          reason: text(1, 500),
        }),
      },
    },
    async (request) =>
      inventory.adjust({
        sku: request.params.sku,
        ...request.body,
        requestedBy: identityOf(request).user.id,
      }),
  );
}
