import { z } from 'zod';
import type { PauseRequest, PauseView } from '../../../../core/services/operations/ports.ts';
import type { App } from '../../app.ts';
import { identityOf } from '../../authentication.ts';
import { HttpProblem } from '../../problem.ts';
import { id, text } from '../../schemas.ts';
import { given } from '../orders.ts';
import type { OpsRoutesDeps } from './deps.ts';

const PARTITIONS_MAX = 4_096;

/** Services, kinds of sagas and partitions set at rest by hand, and going again. */
export function opsPauseRoutes(app: App, { pauses, audit, access }: OpsRoutesDeps): void {
  app.get(
    '/api/ops/pauses',
    {
      onRequest: access.operator,
      schema: { tags: ['operations'], summary: 'What is paused by hand, the newest first' },
    },
    async () => ({ items: await pauses.list() }),
  );

  app.post(
    '/api/ops/pauses',
    {
      onRequest: access.operator,
      schema: {
        tags: ['operations'],
        summary:
          'Pauses a service, one kind of its actors or one partition; intake goes on, and order is kept',
        body: z.object({
          service: text(1, 40),
          kind: text(1, 40).optional(),
          partition: z
            .int('must be a whole number, as a JSON number')
            .min(0)
            .max(PARTITIONS_MAX - 1)
            .optional(),
          reason: text(1, 500),
        }),
      },
    },
    async (request, reply) => {
      const by = identityOf(request).user.id;
      const wanted = given(request.body) as PauseRequest;
      return reply.code(201).send(await beginPause({ pauses, audit }, wanted, by));
    },
  );

  app.delete(
    '/api/ops/pauses/:id',
    {
      onRequest: access.operator,
      schema: { tags: ['operations'], summary: 'Goes on with what was paused', params: z.object({ id }) },
    },
    async (request, reply) => {
      await endPause({ pauses, audit }, request.params.id, identityOf(request).user.id);
      return reply.code(204).send();
    },
  );
}

type Deps = Pick<OpsRoutesDeps, 'pauses' | 'audit'>;

/** Rejects as `pauses.pause` does, before anything is told in the audit trail. */
export async function beginPause(
  { pauses, audit }: Deps,
  wanted: PauseRequest,
  by: string,
): Promise<PauseView> {
  const { reason, ...what } = wanted;
  await pauses.check(wanted);
  await audit.record({
    by,
    action: 'pause.begin',
    subject: { kind: 'service', id: what.service },
    reason,
    detail: what,
  });
  return pauses.pause(wanted, by);
}

/** Throws `unknown_pause`. */
export async function endPause({ pauses, audit }: Deps, pauseId: string, by: string): Promise<void> {
  const known = (await pauses.list()).find((pause) => pause.id === pauseId);
  if (known === undefined) {
    throw new HttpProblem(404, 'unknown_pause', 'there is no such pause; it may have been ended already');
  }
  const { service, kind, partition } = known;
  await audit.record({
    by,
    action: 'pause.end',
    subject: { kind: 'service', id: service },
    detail: { id: known.id, kind, partition },
  });
  await pauses.resume(known.id);
}
