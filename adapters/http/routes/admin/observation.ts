import { z } from 'zod';
import type { HealthReport } from '../../../../core/services/observation/report.ts';
import type { PlatformEvents } from '../../../../core/services/observation/ports.ts';
import type { App } from '../../app.ts';
import type { Access } from '../../authentication.ts';
import { invalidFields } from '../../problem.ts';
import { cursor, id, instant, text, wholeNumber } from '../../schemas.ts';
import { given } from '../orders.ts';

const LIMIT_DEFAULT = 50;

/** How the platform is, and what happened to it. */
export interface Observation {
  /** At most a second old; asking costs nothing more however many ask. */
  health(): Promise<HealthReport>;
  readonly events: Pick<PlatformEvents, 'list'>;
}

export function observationRoutes(
  app: App,
  { observation, access }: { readonly observation: Observation; readonly access: Access },
): void {
  app.get(
    '/api/ops/health',
    {
      onRequest: access.operator,
      schema: {
        tags: ['operations'],
        summary: 'All processes, partitions, queues, stores and routes, and what is wrong with them',
      },
    },
    async (_request, reply) => {
      void reply.header('cache-control', 'no-store');
      return observation.health();
    },
  );

  app.get(
    '/api/ops/events',
    {
      onRequest: access.operator,
      schema: {
        tags: ['operations'],
        summary:
          'What the platform tells of itself, and the steps of all sagas, the newest first; type may be an area such as "partitions."',
        querystring: z.object({
          source: z.enum(['platform', 'saga'], 'must be platform or saga').optional(),
          level: z.enum(['info', 'warn', 'error'], 'must be info, warn or error').optional(),
          type: text(1, 100).optional(),
          order: id.optional(),
          service: text(1, 40).optional(),
          from: instant('start').optional(),
          to: instant('end').optional(),
          q: text(1, 100).optional(),
          limit: wholeNumber(1, 200).optional(),
          cursor: cursor.optional(),
        }),
      },
    },
    async (request) => {
      const { order: orderId, q, from, to, limit = LIMIT_DEFAULT, ...rest } = request.query;
      if (from !== undefined && to !== undefined && from > to) {
        throw invalidFields([{ path: 'from', message: 'must not be after to' }]);
      }
      return observation.events.list({ ...given({ ...rest, orderId, text: q, from, to }), limit });
    },
  );
}
