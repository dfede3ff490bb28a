import { z } from 'zod';
import { type Demo, ORDERS_PER_MINUTE } from '../../../../core/services/demo/ports.ts';
import type { App } from '../../app.ts';
import { identityOf } from '../../authentication.ts';
import type { AdminRoutesDeps } from './deps.ts';

const tags = ['admin'];
const SUBJECT = { kind: 'demo', id: 'demo' } as const;
const body = z.object({
  ordersPerMinute: z
    .int('must be a whole number, as a JSON number')
    .min(ORDERS_PER_MINUTE.min, `must be at least ${String(ORDERS_PER_MINUTE.min)}`)
    .max(ORDERS_PER_MINUTE.max, `must be at most ${String(ORDERS_PER_MINUTE.max)}`)
    .default(ORDERS_PER_MINUTE.usual),
  sales: z.boolean('must be true or false').default(true),
});

/** Simulated shoppers: started, sped up, stopped, and what they left taken away. */
export function adminDemoRoutes(app: App, deps: AdminRoutesDeps): void {
  if (deps.demo !== undefined) demoRoutes(app, { ...deps, demo: deps.demo });
}

function demoRoutes(
  app: App,
  { demo, audit, access }: Pick<AdminRoutesDeps, 'audit' | 'access'> & { readonly demo: Demo },
): void {
  app.get(
    '/api/admin/demo',
    { onRequest: access.admin, schema: { tags, summary: 'Whether a demo runs, and what demos have left' } },
    async () => demo.status(),
  );

  app.post(
    '/api/admin/demo',
    {
      onRequest: access.admin,
      schema: {
        tags,
        summary: 'Starts simulated shoppers, or gives the demo that runs other settings',
        body,
      },
    },
    async (request) => {
      const by = identityOf(request).user.id;
      await audit.record({ by, action: 'demo.start', subject: SUBJECT, detail: request.body });
      return demo.start(request.body, by);
    },
  );

  app.delete(
    '/api/admin/demo',
    {
      onRequest: access.admin,
      schema: { tags, summary: 'Stops the demo, within two seconds, in whichever process it runs' },
    },
    async (request, reply) => {
      await audit.record({ by: identityOf(request).user.id, action: 'demo.stop', subject: SUBJECT });
      await demo.stop();
      return reply.code(202).send({ stopping: true });
    },
  );

  app.post(
    '/api/admin/demo/removal',
    {
      onRequest: access.admin,
      schema: {
        tags,
        summary:
          'Removes some of what demos have left, in every service, and puts their stock back; ask again until done is true',
      },
    },
    async (request) => {
      const by = identityOf(request).user.id;
      await audit.record({ by, action: 'demo.remove', subject: SUBJECT });
      return demo.removeSome(by);
    },
  );
}
