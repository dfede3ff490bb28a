import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { errorMessage } from '../../../../core/kernel/errors.ts';
import { registrationWindows, signInWindows } from '../../../../core/services/accounts/attempts.ts';
import { deviceOf } from '../../../../core/services/accounts/device.ts';
import { normaliseEmail } from '../../../../core/services/accounts/email.ts';
import type { SignedIn } from '../../../../core/services/accounts/ports.ts';
import type { Carts } from '../../../../core/services/carts/ports.ts';
import { DEMO_MAIL_DOMAIN, isDemoMail } from '../../../../core/services/demo/ports.ts';
import type { App } from '../../app.ts';
import { guestKey, userKey } from '../../cart-keys.ts';
import {
  clearGuestCookie,
  clearSessionCookie,
  guestCookie,
  sessionCookie,
  setSessionCookie,
} from '../../cookies.ts';
import { HttpProblem } from '../../problem.ts';
import { text } from '../../schemas.ts';
import { type AccountRoutesDeps, email, newPassword, password, tags } from './deps.ts';

const TOO_MANY_ACCOUNTS = { code: 'register_limit', message: 'too many new accounts from this address' };
const TOO_MANY_FAILURES = { code: 'login_limit', message: 'too many wrong passwords for this account' };

/** The ways in and out. */
export function signInRoutes(app: App, { accounts, access, attempts, carts }: AccountRoutesDeps): void {
  app.post(
    '/api/auth/register',
    {
      onRequest: access.anyone,
      schema: {
        tags,
        summary: 'Makes an account and signs in',
        body: z.object({ name: text(1, 100), email, password: newPassword }),
      },
    },
    async (request, reply) => {
      if (isDemoMail(request.body.email)) {
        throw new HttpProblem(
          400,
          'invalid_input',
          `email: ${DEMO_MAIL_DOMAIN} is kept for the demo's shoppers`,
        );
      }
      await attempts.count(registrationWindows(request.ip), TOO_MANY_ACCOUNTS);
      const signedIn = await accounts.register({ ...request.body, device: deviceThatAsks(request) });
      return reply.code(201).send(await enter(request, reply, carts, signedIn));
    },
  );

  app.post(
    '/api/auth/login',
    {
      onRequest: access.anyone,
      schema: { tags, summary: 'Signs in', body: z.object({ email: text(1, 254), password }) },
    },
    async (request, reply) => {
      const address = normaliseEmail(request.body.email);
      // Somebody in the account already is no stranger: they are not made to wait for what strangers do.
      const windows = signInWindows(address, request.ip, request.identity?.user.email === address);
      const signedIn = await attempts.prove(windows, TOO_MANY_FAILURES, () =>
        accounts.login({ ...request.body, device: deviceThatAsks(request) }),
      );
      return reply.send(await enter(request, reply, carts, signedIn));
    },
  );

  app.post(
    '/api/auth/logout',
    { onRequest: access.anyone, schema: { tags, summary: 'Ends the session that asks' } },
    async (request, reply) => {
      if (request.identity === null && sessionCookie(request) === undefined)
        await access.user(request, reply);
      if (request.identity !== null) await accounts.logout(request.identity.sessionId);
      clearSessionCookie(request, reply);
      return reply.code(204).send();
    },
  );
}

function deviceThatAsks(request: FastifyRequest): string {
  return deviceOf(request.headers['user-agent']);
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
