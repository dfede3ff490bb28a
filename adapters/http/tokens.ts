import { createHash, createSecretKey, randomBytes } from 'node:crypto';
import { jwtVerify, SignJWT } from 'jose';
import { LRUCache } from 'lru-cache';
import { z } from 'zod';
import type { ResetTokens } from '../../core/services/accounts/password-resets.ts';
import { ROLES, type TokenClaims, type TokenSigner } from '../../core/services/accounts/ports.ts';

const ALGORITHM = 'HS256';
const ISSUER = 'orrery';
/** Tokens whose signature was checked lately; checking again costs more than remembering. */
const VERIFIED_MAX = 20_000;
/** Longer texts are no tokens of ours. */
const TOKEN_LENGTH_MAX = 2_000;

const claimsSchema = z.object({
  sub: z.string().min(1),
  sid: z.string().min(1),
  role: z.enum(ROLES),
  exp: z.int(),
});

/** A session secret nobody can guess. */
export function newSessionSecret(): string {
  return randomBytes(32).toString('base64url');
}

/** Signs and checks session tokens: JWT, HS256, claims sub, role and sid. */
export function createTokenSigner(secret: string, now: () => number = Date.now): TokenSigner {
  const key = createSecretKey(Buffer.from(secret, 'utf8'));
  const verified = new LRUCache<string, TokenClaims>({ max: VERIFIED_MAX });
  return {
    sign: (claims) =>
      new SignJWT({ role: claims.role, sid: claims.sessionId })
        .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT' })
        .setIssuer(ISSUER)
        .setSubject(claims.userId)
        .setIssuedAt(Math.floor(now() / 1_000))
        .setExpirationTime(Math.floor(claims.expiresAt / 1_000))
        .sign(key),

    verify: async (token) => {
      if (token.length > TOKEN_LENGTH_MAX) return undefined;
      const known = verified.get(token);
      if (known !== undefined) return known.expiresAt > now() ? known : undefined;
      try {
        const { payload } = await jwtVerify(token, key, {
          algorithms: [ALGORITHM],
          issuer: ISSUER,
          currentDate: new Date(now()),
        });
        const { sub, sid, role, exp } = claimsSchema.parse(payload);
        const claims: TokenClaims = { userId: sub, sessionId: sid, role, expiresAt: exp * 1_000 };
        verified.set(token, claims);
        return claims;
      } catch {
        // Forged, expired, another algorithm, another issuer: for us they are all no token.
        return undefined;
      }
    },
  };
}

/** 256 random bits in a letter; nobody guesses them, so a plain hash keeps them as well as a slow one would. */
export const resetTokens: ResetTokens = {
  create: () => randomBytes(32).toString('base64url'),
  digest: (token) => createHash('sha256').update(token, 'utf8').digest('hex'),
};
