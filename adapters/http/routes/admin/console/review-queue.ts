import { suspicionIn } from '../../../../../core/services/console/suspicion.ts';
import type { OrderQueries, OrderView } from '../../../../../core/services/orders/ports.ts';
import type { App } from '../../../app.ts';
import type { ConsoleRoutesDeps } from './deps.ts';

/** Flagged orders that the queue looks at: whoever has more of them has another problem. */
const FLAGGED_MAX = 500;
const PAGE_ORDERS = 100;

/** Orders that wait for a person's word, the most suspicious first. */
export function reviewQueueRoutes(app: App, { orders, access }: ConsoleRoutesDeps): void {
  app.get(
    '/api/admin/review',
    {
      onRequest: access.admin,
      schema: { tags: ['admin'], summary: 'Orders held for their fraud score, the highest first' },
    },
    async () => {
      const { flagged, complete } = await flaggedOrders(orders);
      const items = flagged.map((order) => ({
        order,
        score: suspicionIn(order.reason)?.score ?? null,
        reasons: suspicionIn(order.reason)?.reasons ?? [],
      }));
      items.sort(
        (one, other) =>
          (other.score ?? 0) - (one.score ?? 0) || (one.order.createdAt < other.order.createdAt ? -1 : 1),
      );
      return { items, complete };
    },
  );
}

async function flaggedOrders(
  orders: Pick<OrderQueries, 'adminOrders'>,
): Promise<{ readonly flagged: readonly OrderView[]; readonly complete: boolean }> {
  const flagged: OrderView[] = [];
  let cursor: string | undefined;
  do {
    const page = await orders.adminOrders({
      status: 'in_review',
      limit: PAGE_ORDERS,
      ...(cursor === undefined ? {} : { cursor }),
    });
    flagged.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && flagged.length < FLAGGED_MAX);
  return { flagged, complete: cursor === undefined };
}
