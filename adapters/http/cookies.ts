import { randomUUID } from 'node:crypto';
import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';

/*
 * Names follow the scheme: over https `__Host-` and Secure, so that no other host or path can set them; over plain
 * http (loopback, or a trusted network) plain names, because Safari refuses Secure cookies there even on loopback.
 */
const SESSION = 'orrery-session';
const GUEST = 'orrery-guest';
const GUEST_SECONDS = 30 * 24 * 60 * 60;
const GUEST_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

function nameOf(request: FastifyRequest, name: string): string {
  return request.protocol === 'https' ? `__Host-${name}` : name;
}

function attributes(request: FastifyRequest) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: request.protocol === 'https' } as const;
}

/** The session token in the cookie. */
export function sessionCookie(request: FastifyRequest): string | undefined {
  const value = request.cookies[nameOf(request, SESSION)];
  return value === undefined || value === '' ? undefined : value;
}

export function setSessionCookie(
  request: FastifyRequest,
  reply: FastifyReply,
  token: string,
  expiresAt: number,
): void {
  void reply.setCookie(nameOf(request, SESSION), token, {
    ...attributes(request),
    expires: new Date(expiresAt),
  });
}

export function clearSessionCookie(request: FastifyRequest, reply: FastifyReply): void {
  void reply.clearCookie(nameOf(request, SESSION), attributes(request));
}

/** The guest's id, which stands for a cart and nothing else. */
export function guestCookie(request: FastifyRequest): string | undefined {
  const value = request.cookies[nameOf(request, GUEST)];
  return value !== undefined && GUEST_ID.test(value) ? value : undefined;
}

/** Makes the caller a known guest. */
export function setGuestCookie(request: FastifyRequest, reply: FastifyReply): string {
  const guestId = randomUUID();
  void reply.setCookie(nameOf(request, GUEST), guestId, { ...attributes(request), maxAge: GUEST_SECONDS });
  return guestId;
}

export function clearGuestCookie(request: FastifyRequest, reply: FastifyReply): void {
  void reply.clearCookie(nameOf(request, GUEST), attributes(request));
}
