import { z } from 'zod';
import { BULK_ACTIONS, BULK_IDS_MAX, type OrdersFilter } from '../../../../../core/services/console/ports.ts';
import type { App } from '../../../app.ts';
import { identityOf } from '../../../authentication.ts';
import { invalidFields } from '../../../problem.ts';
import { id, text } from '../../../schemas.ts';
import { orderFilterQuery, ordersFilter } from '../orders.ts';
import type { ConsoleRoutesDeps } from './deps.ts';

const oneFilter = orderFilterQuery.strict();

/** The list's filter in a body: amounts may be numbers there. A name that the list does not know is refused. */
export const filterBody = z
  .record(z.string(), z.union([z.string(), z.number()], 'must be text or a number'))
  .transform((filter, context): z.output<typeof oneFilter> => {
    const text = Object.fromEntries(Object.entries(filter).map(([name, value]) => [name, String(value)]));
    const parsed = oneFilter.safeParse(text);
    if (parsed.success) return parsed.data;
    for (const { path, message, code, ...issue } of parsed.error.issues) {
      const unknown = code === 'unrecognized_keys' && 'keys' in issue ? issue.keys : [];
      const paths = unknown.length > 0 ? unknown.map((key) => [key]) : [path];
      for (const at of paths) context.addIssue({ code: 'custom', path: [...at], message });
    }
    return z.NEVER;
  });

const body = z.object({
  action: z.enum(BULK_ACTIONS, `must be one of ${BULK_ACTIONS.join(', ')}`),
  ids: z
    .array(id)
    .min(1, 'must name at least one order')
    .max(BULK_IDS_MAX, `must name at most ${String(BULK_IDS_MAX)} orders; for more of them give filter`)
    .optional(),
  filter: filterBody.optional(),
  reason: text(1, 500).optional(),
  dryRun: z.boolean('must be true or false').optional(),
});

/** One action on many orders: a job. */
export function bulkRoutes(app: App, { console, audit, access }: ConsoleRoutesDeps): void {
  app.post(
    '/api/admin/orders/bulk',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary:
          'Ships, cancels or refunds many orders: ids or a filter; with dryRun only tells what would happen',
        body,
      },
    },
    async (request, reply) => {
      const { action, reason, dryRun = false } = request.body;
      const orders = ordersOf(request.body);
      if (dryRun) return { dryRun, ...(await console.jobs.preview({ action, orders })) };
      if (reason === undefined) throw invalidFields([{ path: 'reason', message: 'must not be empty' }]);
      const { user } = identityOf(request);
      await audit.record({
        by: user.id,
        action: `orders.${action}`,
        subject: 'ids' in orders ? { kind: 'orders', id: 'by id' } : { kind: 'orders', id: 'by filter' },
        reason,
        detail: { ...orders },
      });
      const jobId = await console.jobs.startBulk({
        action,
        orders,
        reason,
        by: { id: user.id, email: user.email },
      });
      return reply.code(202).header('location', `/api/admin/jobs/${jobId}`).send({ jobId });
    },
  );
}

function ordersOf({
  ids,
  filter,
}: z.output<typeof body>): { readonly ids: readonly string[] } | { readonly filter: OrdersFilter } {
  if (ids !== undefined && filter !== undefined) {
    throw invalidFields([{ path: 'filter', message: 'cannot be used together with ids' }]);
  }
  if (ids !== undefined) return { ids };
  if (filter !== undefined) return { filter: ordersFilter(filter) };
  throw invalidFields([{ path: 'ids', message: 'must be given, or filter' }]);
}
