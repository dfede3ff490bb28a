import { z } from 'zod';
import type { LetterToUser } from '../../../../core/services/accounts/letters.ts';
import type { OrderView } from '../../../../core/services/orders/ports.ts';
import type { App } from '../../app.ts';
import { identityOf } from '../../authentication.ts';
import { visibleOrder } from '../../ownership.ts';
import { HttpProblem } from '../../problem.ts';
import { id, text } from '../../schemas.ts';
import type { AdminRoutesDeps } from './deps.ts';

/** A person's word on an order that was held for its fraud score. */
export function adminReviewRoutes(app: App, { orders, audit, access, console }: AdminRoutesDeps): void {
  const letters = console?.letters;
  app.post(
    '/api/admin/orders/:id/review',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        params: z.object({ id }),
        body: z.object({
          decision: z.enum(['approve', 'reject', 'request_info'], 'must be approve, reject or request_info'),
          /** Of `request_info`: what the shopper is asked, in the words of the letter. */
          reason: text(1, 500),
        }),
      },
    },
    async (request) => {
      const order = await visibleOrder(request, orders, request.params.id);
      requireInReview(order);
      const { decision, reason } = request.body;
      if (decision === 'request_info' && letters === undefined) {
        throw new HttpProblem(409, 'not_possible', 'letters can not be sent from here');
      }
      const by = identityOf(request).user.id;
      if (decision === 'request_info') {
        const subject = { kind: 'order', id: order.id };
        await audit.record({ by, action: `review.${decision}`, subject, reason });
        await letters?.send(question(order, reason));
      } else await decideReview({ orders, audit }, order, { decision, reason, by });
      return { orderId: order.id, decision };
    },
  );
}

function requireInReview(order: OrderView): void {
  if (order.status === 'in_review') return;
  throw new HttpProblem(409, 'not_in_review', `the order is ${order.status}, not in review`, {
    members: { orderStatus: order.status },
  });
}

/** Tells the order's saga, and the audit trail before. Throws `not_in_review`. */
export async function decideReview(
  { orders, audit }: Pick<AdminRoutesDeps, 'orders' | 'audit'>,
  order: OrderView,
  {
    decision,
    reason,
    by,
  }: { readonly decision: 'approve' | 'reject'; readonly reason: string; readonly by: string },
): Promise<void> {
  requireInReview(order);
  await audit.record({ by, action: `review.${decision}`, subject: { kind: 'order', id: order.id }, reason });
  await orders.decideReview(order.id, decision, by, reason);
}

/** The order stays in review; the letter is part of its history. */
function question(order: OrderView, asked: string): LetterToUser {
  return {
    userId: order.userId,
    email: order.email,
    orderId: order.id,
    subject: `A question about your order ${order.id}`,
    text:
      `Hello ${order.customerName},\n\nbefore we send your order ${order.id} we have a question:\n\n${asked}\n\n` +
      'Please answer this letter. Your order waits until then.\n\nKind regards\nOrrery\n',
  };
}
