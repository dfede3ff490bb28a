import type { App } from '../app.ts';

/** What the platform says to itself, for whoever listens in: beside the OpenAPI document of what it answers. */
export function asyncApiRoute(app: App, document: object): void {
  app.get(
    '/api/asyncapi.json',
    { schema: { tags: ['documentation'], summary: 'The messages of the platform, as AsyncAPI 3' } },
    async (_request, reply) => reply.header('cache-control', 'public, max-age=300').send(document),
  );
}
