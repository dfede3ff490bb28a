import { z } from 'zod';
import type { App } from '../../app.ts';
import { cursor, id, text, wholeNumber } from '../../schemas.ts';
import { given } from '../orders.ts';
import type { AdminRoutesDeps } from './deps.ts';

const LIMIT_DEFAULT = 50;

/** Who changed what, and why. */
export function adminAuditRoutes(app: App, { audit, access }: AdminRoutesDeps): void {
  app.get(
    '/api/admin/audit',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary:
          'What people with a role have changed, the newest first; action may be an area such as "review."',
        querystring: z.object({
          by: id.optional(),
          action: text(1, 60).optional(),
          kind: text(1, 40).optional(),
          subject: text(1, 100).optional(),
          limit: wholeNumber(1, 100).optional(),
          cursor: cursor.optional(),
        }),
      },
    },
    async (request) => audit.list({ ...given(request.query), limit: request.query.limit ?? LIMIT_DEFAULT }),
  );
}
