import { randomUUID } from 'node:crypto';
import type {} from '@fastify/cookie';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { loopbackOrigin } from './loopback.ts';
import './request.ts';

/*
 * Over https and on loopback cookies are Secure and their names begin with `__Host-`, so that no other host or path can
 * set them. Browsers refuse such cookies over plain http elsewhere, and those on WebKit on loopback too: there the
 * names are plain, and the start warns (adapters/main/start-warnings.ts).
 */
const SESSION = 'orrery-session';
const GUEST = 'orrery-guest';
const DEVICE = 'orrery-device';
const DEVICE_SECONDS = 365 * 24 * 60 * 60;
const GUEST_SECONDS = 30 * 24 * 60 * 60;
const RANDOM_ID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** WebKit, and nothing that only says so to be taken for it. */
const WEBKIT = /AppleWebKit\/(?!.*(?:Chrome|Chromium)\/)/;

/** Whether the browser keeps a Secure cookie of this request; the same for all requests of one browser to one address. */
function isSecure(request: FastifyRequest): boolean {
  if (loopbackOrigin(request) !== undefined && request.protocol === 'http') {
    return !WEBKIT.test(request.headers['user-agent'] ?? '');
  }
  // A proxy that is not on this machine is not believed when it says https: PUBLIC_URL is.
  return request.protocol === 'https' || request.server.publicUrl?.startsWith('https:') === true;
}

function nameOf(request: FastifyRequest, name: string): string {
  return isSecure(request) ? `__Host-${name}` : name;
}

function attributes(request: FastifyRequest) {
  return { path: '/', httpOnly: true, sameSite: 'lax', secure: isSecure(request) } as const;
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
  return value !== undefined && RANDOM_ID.test(value) ? value : undefined;
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

/** The browser's id, which tells it from others when orders are looked at for fraud, and stands for nothing else. */
export function deviceCookie(request: FastifyRequest): string | undefined {
  const value = request.cookies[nameOf(request, DEVICE)];
  return value !== undefined && RANDOM_ID.test(value) ? value : undefined;
}

export function setDeviceCookie(request: FastifyRequest, reply: FastifyReply): string {
  const deviceId = randomUUID();
  void reply.setCookie(nameOf(request, DEVICE), deviceId, { ...attributes(request), maxAge: DEVICE_SECONDS });
  return deviceId;
}
