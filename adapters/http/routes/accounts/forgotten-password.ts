import { z } from 'zod';
import { letterWindows, redeemWindows } from '../../../../core/services/accounts/attempts.ts';
import { normaliseEmail } from '../../../../core/services/accounts/email.ts';
import type { App } from '../../app.ts';
import { linkOrigin } from '../../link-origin.ts';
import { type AccountRoutesDeps, email, newPassword, tags } from './deps.ts';

const TOO_MANY_LETTERS = { code: 'letter_limit', message: 'too many letters to this address or from here' };
const TOO_MANY_TOKENS = { code: 'reset_limit', message: 'too many tokens from this address' };

const token = z.string().trim().min(1, 'must not be empty').max(200, 'is not a token of ours');

/** The way back in for those who forgot their password. */
export function forgottenPasswordRoutes(app: App, { resets, access, attempts }: AccountRoutesDeps): void {
  // Letters that were asked for are written before the process goes.
  app.addHook('onClose', () => resets.settled());

  app.post(
    '/api/auth/forgot-password',
    {
      onRequest: access.anyone,
      schema: {
        tags,
        summary: 'Sends a letter with a token to the account of that address, if there is one',
        body: z.object({ email }),
      },
    },
    async (request, reply) => {
      const address = normaliseEmail(request.body.email);
      await attempts.count(letterWindows(address, request.ip), TOO_MANY_LETTERS);
      await resets.request(address, linkOrigin(request));
      return reply.code(202).send({ accepted: true });
    },
  );

  app.post(
    '/api/auth/reset-password',
    {
      onRequest: access.anyone,
      schema: {
        tags,
        summary: 'Sets a new password with the token of a letter; ends all sessions',
        body: z.object({ token, password: newPassword }),
      },
    },
    async (request, reply) => {
      await attempts.count(redeemWindows(request.ip), TOO_MANY_TOKENS);
      await resets.redeem(request.body.token, request.body.password);
      return reply.code(204).send();
    },
  );
}
