import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { errorMessage } from '../../../core/kernel/errors.ts';
import type { Accounts, SignedIn } from '../../../core/services/accounts/ports.ts';
import { normaliseEmail } from '../../../core/services/accounts/email.ts';
import type { Carts } from '../../../core/services/carts/ports.ts';
import type { Limiter } from '../../../core/services/transient.ts';
import type { App } from '../app.ts';
import { type Access, identityOf } from '../authentication.ts';
import { guestKey, userKey } from '../cart-keys.ts';
import {
  clearGuestCookie,
  clearSessionCookie,
  guestCookie,
  sessionCookie,
  setSessionCookie,
} from '../cookies.ts';
import { tooManyRequests } from '../problem.ts';
import { text } from '../schemas.ts';

const MINUTE_MS = 60_000;
const REGISTRATIONS_PER_MINUTE = 10;
/** Wrong passwords for one account from one IP in a minute, before the next try has to wait. */
const FAILED_LOGINS_PER_MINUTE = 10;

const email = text(3, 254).pipe(z.email('must be an e-mail address'));
const newPassword = z
  .string()
  .min(8, 'must have at least 8 characters')
  .max(200, 'must have at most 200 characters')
  .refine((value) => !value.includes('\u0000'), 'must not contain NUL characters');
const password = z.string().min(1, 'must not be empty').max(200, 'must have at most 200 characters');

export interface AccountRoutesDeps {
  readonly accounts: Accounts;
  readonly carts: Carts;
  readonly limiter: Limiter;
  /** False: no limits per IP at all. */
  readonly limited: boolean;
  readonly access: Access;
}

export function accountRoutes(app: App, deps: AccountRoutesDeps): void {
  const { accounts, access, limiter } = deps;

  app.post(
    '/api/auth/register',
    {
      onRequest: access.anyone,
      schema: { tags: ['accounts'], body: z.object({ name: text(1, 100), email, password: newPassword }) },
    },
    async (request, reply) => {
      if (deps.limited) {
        const turn = await limiter.takeTurn(`register:${request.ip}`, REGISTRATIONS_PER_MINUTE, MINUTE_MS);
        if (!turn.allowed) {
          throw tooManyRequests(
            'register_limit',
            'too many new accounts from this address',
            turn.retryAfterMs,
          );
        }
      }
      const signedIn = await accounts.register(request.body);
      return reply.code(201).send(await enter(request, reply, deps.carts, signedIn));
    },
  );

  app.post(
    '/api/auth/login',
    {
      onRequest: access.anyone,
      schema: { tags: ['accounts'], body: z.object({ email: text(1, 254), password }) },
    },
    async (request, reply) => {
      const key = `login:${request.ip}:${normaliseEmail(request.body.email)}`;
      const turn = deps.limited
        ? await limiter.takeTurn(key, FAILED_LOGINS_PER_MINUTE, MINUTE_MS)
        : undefined;
      if (turn?.allowed === false) {
        throw tooManyRequests('login_limit', 'too many wrong passwords for this account', turn.retryAfterMs);
      }
      const signedIn = await accounts.login(request.body);
      // Only failures count.
      if (turn !== undefined) await limiter.giveBack(key, turn.ticket);
      return reply.send(await enter(request, reply, deps.carts, signedIn));
    },
  );

  app.post(
    '/api/auth/logout',
    { onRequest: access.anyone, schema: { tags: ['accounts'] } },
    async (request, reply) => {
      if (request.identity === null && sessionCookie(request) === undefined)
        await access.user(request, reply);
      if (request.identity !== null) await accounts.logout(request.identity.sessionId);
      clearSessionCookie(request, reply);
      return reply.code(204).send();
    },
  );

  app.get('/api/auth/me', { onRequest: access.user, schema: { tags: ['accounts'] } }, (request) => ({
    user: identityOf(request).user,
  }));

  app.patch(
    '/api/auth/me',
    {
      onRequest: access.user,
      schema: {
        tags: ['accounts'],
        body: z
          .object({
            name: text(1, 100).optional(),
            password: newPassword.optional(),
            currentPassword: password.optional(),
          })
          .refine(
            (body) => body.name !== undefined || body.password !== undefined,
            'must have a name or a password',
          )
          .refine((body) => body.password === undefined || body.currentPassword !== undefined, {
            path: ['currentPassword'],
            message: 'is needed to change the password',
          }),
      },
    },
    async (request) => {
      const { name, password: next, currentPassword: current } = request.body;
      const user = await accounts.update(identityOf(request), {
        ...(name === undefined ? {} : { name }),
        ...(next === undefined || current === undefined ? {} : { password: { current, next } }),
      });
      return { user };
    },
  );
}

/** Sets the cookie of the UI and brings the guest's cart along. */
async function enter(request: FastifyRequest, reply: FastifyReply, carts: Carts, signedIn: SignedIn) {
  const { user, token, expiresAt } = signedIn;
  setSessionCookie(request, reply, token, expiresAt);
  const guestId = guestCookie(request);
  if (guestId !== undefined) {
    try {
      await carts.merge(guestKey(guestId), userKey(user.id));
      clearGuestCookie(request, reply);
    } catch (error) {
      // Signing in matters more; the guest's cookie stays, so the next sign-in brings the cart.
      request.log.warn({ error: errorMessage(error) }, "the guest's cart could not be brought along");
    }
  }
  return { user, token };
}
