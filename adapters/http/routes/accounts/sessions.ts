import { z } from 'zod';
import type { App } from '../../app.ts';
import { identityOf } from '../../authentication.ts';
import { clearSessionCookie } from '../../cookies.ts';
import { id } from '../../schemas.ts';
import { type AccountRoutesDeps, tags } from './deps.ts';

/** Where a user is signed in. Ended sessions end here at once, in other processes within 5 s. */
export function sessionRoutes(app: App, { accounts, access }: AccountRoutesDeps): void {
  app.get(
    '/api/auth/sessions',
    { onRequest: access.user, schema: { tags, summary: 'Where you are signed in, the newest first' } },
    async (request) => ({ items: await accounts.sessions(identityOf(request)) }),
  );

  app.delete(
    '/api/auth/sessions',
    { onRequest: access.user, schema: { tags, summary: 'Signs out everywhere, here too' } },
    async (request, reply) => {
      await accounts.endSessions(identityOf(request));
      clearSessionCookie(request, reply);
      return reply.code(204).send();
    },
  );

  app.delete(
    '/api/auth/sessions/:id',
    {
      onRequest: access.user,
      schema: { tags, summary: 'Ends one of your sessions', params: z.object({ id }) },
    },
    async (request, reply) => {
      const identity = identityOf(request);
      await accounts.endSession(identity, request.params.id);
      if (identity.sessionId === request.params.id) clearSessionCookie(request, reply);
      return reply.code(204).send();
    },
  );
}
