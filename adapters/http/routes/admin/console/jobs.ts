import { Readable } from 'node:stream';
import { promisify } from 'node:util';
import { gunzip } from 'node:zlib';
import { z } from 'zod';
import { OUTCOMES, type JobDetail, type JobView } from '../../../../../core/services/console/ports.ts';
import type { App } from '../../../app.ts';
import { identityOf } from '../../../authentication.ts';
import { HttpProblem } from '../../../problem.ts';
import { cursor, id, wholeNumber } from '../../../schemas.ts';
import { given } from '../../orders.ts';
import type { ConsoleRoutesDeps } from './deps.ts';
import { csvHeaders } from './export.ts';

const JOBS_DEFAULT = 50;
const ITEMS_DEFAULT = 100;
const unzip = promisify(gunzip);

/** Jobs: how far they are, what became of each order, and stopping them. */
export function jobRoutes(app: App, { console: { jobs }, audit, access }: ConsoleRoutesDeps): void {
  const params = z.object({ id });
  const paged = { cursor: cursor.optional() };

  app.get(
    '/api/admin/jobs',
    {
      onRequest: access.admin,
      schema: { tags: ['admin'], querystring: z.object({ ...paged, limit: wholeNumber(1, 100).optional() }) },
    },
    async ({ query }) => {
      const page = await jobs.list(query.limit ?? JOBS_DEFAULT, query.cursor);
      return { ...page, items: page.items.map(withLink) };
    },
  );

  app.get(
    '/api/admin/jobs/:id',
    { onRequest: access.admin, schema: { tags: ['admin'], params } },
    async (request) => {
      const job = await jobs.find(request.params.id);
      if (job === undefined) throw new HttpProblem(404, 'unknown_job', 'there is no such job');
      return withLink<JobDetail>(job);
    },
  );

  app.get(
    '/api/admin/jobs/:id/items',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary: 'What became of each order of a job',
        params,
        querystring: z.object({
          ...paged,
          outcome: z.enum(OUTCOMES, `must be one of ${OUTCOMES.join(', ')}`).optional(),
          limit: wholeNumber(1, 1_000).optional(),
        }),
      },
    },
    async ({ params, query }) =>
      jobs.items(params.id, { ...given(query), limit: query.limit ?? ITEMS_DEFAULT }),
  );

  app.get(
    '/api/admin/jobs/:id/file',
    { onRequest: access.admin, schema: { tags: ['admin'], summary: 'The file of an export', params } },
    async (request, reply) => {
      const job = request.params.id;
      const parts = await jobs.file(job);
      await audit.record({
        by: identityOf(request).user.id,
        action: 'job.download',
        subject: { kind: 'job', id: job },
      });
      return reply.headers(csvHeaders(`orders-${job.slice(-8)}`)).send(Readable.from(unzipped(parts)));
    },
  );

  for (const wish of ['pause', 'resume', 'cancel'] as const) {
    app.post(
      `/api/admin/jobs/:id/${wish}`,
      { onRequest: access.admin, schema: { tags: ['admin'], params } },
      async (request) => {
        const job = request.params.id;
        const by = identityOf(request).user.id;
        await audit.record({ by, action: `job.${wish}`, subject: { kind: 'job', id: job } });
        return withLink(await jobs.control(job, wish));
      },
    );
  }
}

async function* unzipped(parts: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  for await (const part of parts) yield await unzip(part);
}

function withLink<Job extends JobView>(job: Job) {
  return { ...job, downloadUrl: job.file === null ? null : `/api/admin/jobs/${job.id}/file` };
}
