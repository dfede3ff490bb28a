import type { FastifyRequest } from 'fastify';
import { guestCookie } from './cookies.ts';
import './request.ts';

/** Whose cart it is. */
export function userKey(userId: string): string {
  return `user:${userId}`;
}

export function guestKey(guestId: string): string {
  return `guest:${guestId}`;
}

/** Of whoever asks; undefined: somebody without an account who has put nothing into a cart. */
export function cartKeyOf(request: FastifyRequest): string | undefined {
  if (request.identity !== null) return userKey(request.identity.user.id);
  const guestId = guestCookie(request);
  return guestId === undefined ? undefined : guestKey(guestId);
}
