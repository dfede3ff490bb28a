import { z } from 'zod';
import { currentPasswordWindows } from '../../../../core/services/accounts/attempts.ts';
import type { App } from '../../app.ts';
import { identityOf } from '../../authentication.ts';
import { clearSessionCookie } from '../../cookies.ts';
import { text } from '../../schemas.ts';
import { type AccountRoutesDeps, newPassword, password, tags, WRONG_CURRENT_PASSWORD } from './deps.ts';

const change = z
  .object({
    name: text(1, 100).optional(),
    password: newPassword.optional(),
    currentPassword: password.optional(),
  })
  .refine((body) => body.name !== undefined || body.password !== undefined, 'must have a name or a password')
  .refine((body) => body.password === undefined || body.currentPassword !== undefined, {
    path: ['currentPassword'],
    message: 'is needed to change the password',
  });

/** The account itself. */
export function profileRoutes(app: App, { accounts, access, attempts }: AccountRoutesDeps): void {
  app.get(
    '/api/auth/me',
    { onRequest: access.user, schema: { tags, summary: 'Who is signed in' } },
    (request) => ({ user: identityOf(request).user }),
  );

  app.patch(
    '/api/auth/me',
    {
      onRequest: access.user,
      schema: {
        tags,
        summary: 'Changes the name or the password; a new password ends all other sessions',
        body: change,
      },
    },
    async (request) => {
      const identity = identityOf(request);
      const { name, password: next, currentPassword: current } = request.body;
      const named = name === undefined ? {} : { name };
      if (next === undefined || current === undefined)
        return { user: await accounts.update(identity, named) };
      const user = await attempts.prove(
        currentPasswordWindows(identity.user.id),
        WRONG_CURRENT_PASSWORD,
        () => accounts.update(identity, { ...named, password: { current, next } }),
      );
      return { user };
    },
  );

  app.delete(
    '/api/auth/me',
    {
      onRequest: access.user,
      schema: {
        tags,
        summary: 'Closes the account for good; the address is free again',
        body: z.object({ currentPassword: password }),
      },
    },
    async (request, reply) => {
      const identity = identityOf(request);
      await attempts.prove(currentPasswordWindows(identity.user.id), WRONG_CURRENT_PASSWORD, () =>
        accounts.closeAccount(identity, request.body.currentPassword),
      );
      clearSessionCookie(request, reply);
      return reply.code(204).send();
    },
  );
}
