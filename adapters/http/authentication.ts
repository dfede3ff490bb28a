import type { FastifyReply, FastifyRequest } from 'fastify';
import { assert } from '../../core/kernel/assert.ts';
import type { Accounts, Identity } from '../../core/services/accounts/ports.ts';
import { sessionCookie } from './cookies.ts';
import { HttpProblem } from './problem.ts';
import './request.ts';

/** Hooks for a route's `onRequest`: they run before the body is read. */
export interface Access {
  /** Anyone; a token that is sent must be valid, a stale cookie makes a guest. */
  readonly anyone: AccessHook;
  /** 401 for guests. */
  readonly user: AccessHook;
  /** 401 for guests, 403 for everybody but admins. */
  readonly admin: AccessHook;
  /** 401 for guests, 403 for shoppers: for those who keep the system running, admins among them. */
  readonly operator: AccessHook;
}

export type AccessHook = (request: FastifyRequest, reply: FastifyReply) => Promise<void>;

/** Methods that change nothing. */
const SAFE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'OPTIONS']);

export function createAccess(accounts: Pick<Accounts, 'authenticate'>): Access {
  const identify = async (request: FastifyRequest): Promise<void> => {
    const bearer = bearerToken(request);
    if (bearer !== undefined) {
      request.identity = (await accounts.authenticate(bearer)) ?? null;
      if (request.identity === null)
        throw unauthenticated('the token is not valid, or its session has ended');
      return;
    }
    const cookie = sessionCookie(request);
    if (!SAFE_METHODS.has(request.method)) requireOwnOrigin(request, cookie !== undefined);
    if (cookie !== undefined) request.identity = (await accounts.authenticate(cookie)) ?? null;
  };
  const user: AccessHook = async (request) => {
    await identify(request);
    if (request.identity === null) throw unauthenticated('sign in first: Authorization: Bearer <token>');
  };
  return {
    anyone: identify,
    user,
    admin: async (request, reply) => {
      await user(request, reply);
      if (!isAdmin(request)) throw new HttpProblem(403, 'forbidden', 'this is for admins');
    },
    operator: async (request, reply) => {
      await user(request, reply);
      if (!isAdmin(request) && request.identity?.user.role !== 'ops') {
        throw new HttpProblem(403, 'forbidden', 'this is for admins and operators');
      }
    },
  };
}

/** Who asks, on a route whose hook has made sure that somebody does. */
export function identityOf(request: FastifyRequest): Identity {
  assert(request.identity !== null, 'a route that needs an identity has an access hook');
  return request.identity;
}

export function isAdmin(request: FastifyRequest): boolean {
  return request.identity?.user.role === 'admin';
}

/**
 * Whether the request comes from a page of this very origin, by what browsers say and pages can't forge;
 * `unknown` when the client says nothing, which browsers never do for requests that change something.
 */
export function originOf(request: FastifyRequest): 'own' | 'foreign' | 'unknown' {
  const site = request.headers['sec-fetch-site'];
  if (site !== undefined) return site === 'same-origin' || site === 'none' ? 'own' : 'foreign';
  const { origin } = request.headers;
  if (origin === undefined) return 'unknown';
  // Parsed, so that a default port that is written out makes no difference.
  const own = `${request.protocol}://${request.host}`;
  if (!URL.canParse(origin) || !URL.canParse(own)) return 'foreign';
  return new URL(origin).host === new URL(own).host ? 'own' : 'foreign';
}

/** Keeps other sites from acting with a visitor's cookies (CSRF); tokens in a header need no such check. */
function requireOwnOrigin(request: FastifyRequest, hasSession: boolean): void {
  const origin = originOf(request);
  if (origin === 'foreign') {
    throw new HttpProblem(403, 'foreign_origin', 'requests with cookies are taken from this site only');
  }
  if (origin === 'unknown' && hasSession) {
    throw new HttpProblem(
      403,
      'origin_required',
      'a change with the session cookie needs an Origin or Sec-Fetch-Site header; or send Authorization: Bearer <token>',
    );
  }
}

function bearerToken(request: FastifyRequest): string | undefined {
  const header = request.headers.authorization;
  if (header === undefined) return undefined;
  const token = /^Bearer +(\S+) *$/i.exec(header)?.[1];
  if (token === undefined) throw unauthenticated('the Authorization header must be: Bearer <token>');
  return token;
}

function unauthenticated(detail: string): HttpProblem {
  return new HttpProblem(401, 'unauthenticated', detail, { headers: { 'www-authenticate': 'Bearer' } });
}
