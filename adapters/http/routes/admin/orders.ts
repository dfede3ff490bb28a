import { z } from 'zod';
import type { OrdersFilter } from '../../../../core/services/console/ports.ts';
import {
  type AdminOrdersFilter,
  ORDER_QUEUES,
  type SortValue,
} from '../../../../core/services/orders/ports.ts';
import type { App } from '../../app.ts';
import { invalidFields } from '../../problem.ts';
import { cents, cursor, instant, text, wholeNumber, wrongPrices } from '../../schemas.ts';
import { given, orderStatus } from '../orders.ts';
import type { AdminRoutesDeps } from './deps.ts';

const LIMIT_DEFAULT = 50;
/** Pages count to row 10,000; beyond it the cursor goes on. */
const PAGED_ROWS_MAX = 10_000;
const SORTS = ['created_at', '-created_at', 'total', '-total'] as const;

/** Which orders, as the list, its export and its bulk actions take it. */
export const orderFilterQuery = z.object({
  status: orderStatus.optional(),
  date_from: instant('start').optional(),
  date_to: instant('end').optional(),
  price_min: cents.optional(),
  price_max: cents.optional(),
  customer: text(1, 100).optional(),
  product: text(1, 100).optional(),
  q: text(1, 100).optional(),
  queue: z.enum(ORDER_QUEUES, `must be one of ${ORDER_QUEUES.join(', ')}`).optional(),
});

/** The order console's list: filtered, sorted, by keyset; counts are exact to a cap. */
export function adminOrderRoutes(app: App, { orders, access }: AdminRoutesDeps): void {
  const sort = z.enum(SORTS, `must be one of ${SORTS.join(', ')}`).optional();
  const querystring = orderFilterQuery.extend({
    sort,
    from: z
      .union([cents, instant('start')], 'must be a time, or with sort total an amount in cents')
      .optional(),
    limit: wholeNumber(1, 100).optional(),
    cursor: cursor.optional(),
    page: wholeNumber(1, PAGED_ROWS_MAX).optional(),
  });

  app.get(
    '/api/admin/orders',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary:
          'Orders by filter; previousCursor, with the opposite sort, reads what stands before; from begins at a value of the sort key',
        querystring,
      },
    },
    async (request) => {
      const filter = adminFilter(request.query);
      return orders.adminOrders(filter);
    },
  );

  app.get(
    '/api/admin/orders/outline',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary: 'About how many orders a list has, and which values of its sort key stand where in it',
        querystring: orderFilterQuery.extend({ sort }),
      },
    },
    async ({ query: { sort, ...filter } }) =>
      orders.adminOutline({ ...ordersFilter(filter), ...given({ sort }) }),
  );

  app.get(
    '/api/admin/orders/counters',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary:
          'Orders and money by status, in the queues, of today and of the last hour; asOf tells when all were counted',
      },
    },
    () => orders.counters(),
  );
}

/** Throws invalidFields where both ends of a range are the wrong way round. */
export function ordersFilter(query: z.output<typeof orderFilterQuery>): OrdersFilter {
  const {
    date_from: dateFrom,
    date_to: dateTo,
    price_min: priceMinCents,
    price_max: priceMaxCents,
    ...rest
  } = query;
  const wrong = wrongPrices(priceMinCents, priceMaxCents);
  if (dateFrom !== undefined && dateTo !== undefined && dateFrom > dateTo) {
    wrong.push({ path: 'date_from', message: 'must not be after date_to' });
  }
  if (wrong.length > 0) throw invalidFields(wrong);
  return given({ ...rest, dateFrom, dateTo, priceMinCents, priceMaxCents });
}

function adminFilter(
  query: z.output<typeof orderFilterQuery> & {
    sort?: AdminOrdersFilter['sort'] | undefined;
    limit?: number | undefined;
    cursor?: string | undefined;
    page?: number | undefined;
    from?: SortValue | undefined;
  },
): AdminOrdersFilter {
  const { sort, cursor, page, from, limit = LIMIT_DEFAULT, ...filter } = query;
  const wrong = [];
  if (from !== undefined && (cursor ?? page) !== undefined) {
    wrong.push({ path: 'from', message: 'cannot be used together with cursor or page' });
  }
  if (from !== undefined && (typeof from === 'number') !== (sort?.endsWith('total') === true)) {
    wrong.push({ path: 'from', message: 'must be a time, or with sort total an amount in cents' });
  }
  if (page !== undefined && cursor !== undefined) {
    wrong.push({ path: 'page', message: 'cannot be used together with cursor' });
  }
  if (page !== undefined && page * limit > PAGED_ROWS_MAX) {
    wrong.push({ path: 'page', message: `works to row ${String(PAGED_ROWS_MAX)}; go on with cursor` });
  }
  if (wrong.length > 0) throw invalidFields(wrong);
  return { ...ordersFilter(filter), ...given({ sort, cursor, page, from }), limit };
}
