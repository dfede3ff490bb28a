import type { FastifyRequest } from 'fastify';
import type { OrderQueries, OrderView } from '../../core/services/orders/ports.ts';
import { identityOf, isAdmin } from './authentication.ts';
import { HttpProblem } from './problem.ts';

/** Somebody else's order is as absent as one that was never made: ids must not be told apart by asking. */
function noSuchOrder(): HttpProblem {
  return new HttpProblem(404, 'unknown_order', 'there is no such order');
}

/** The order, when the caller may see it. */
export async function visibleOrder(
  request: FastifyRequest,
  orders: Pick<OrderQueries, 'find'>,
  orderId: string,
): Promise<OrderView> {
  const order = await orders.find(orderId);
  if (order === undefined || !(isAdmin(request) || order.userId === identityOf(request).user.id))
    throw noSuchOrder();
  return order;
}

/** Rejects with a 404 unless the caller may see the order; cheaper than reading it. */
export async function requireVisibleOrder(
  request: FastifyRequest,
  orders: Pick<OrderQueries, 'versions'>,
  orderId: string,
): Promise<void> {
  const owner = (await orders.versions([orderId])).get(orderId);
  if (owner === undefined || !(isAdmin(request) || owner.userId === identityOf(request).user.id))
    throw noSuchOrder();
}
