import cookie from '@fastify/cookie';
import helmet from '@fastify/helmet';
import rateLimit from '@fastify/rate-limit';
import underPressure from '@fastify/under-pressure';
import type { App } from './app.ts';
import type { HttpSettings } from './deps.ts';
import { HttpProblem, pathOf, tooManyRequests } from './problem.ts';

const RETRY_AFTER_SECONDS = 5;
/** IPs whose requests are counted at a time. */
const COUNTED_IPS_MAX = 50_000;

/** Headers, limits and back-pressure that hold for every route. */
export async function protect(app: App, settings: HttpSettings): Promise<void> {
  const stripe = stripeSources(settings);
  await app.register(cookie);
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'self'"],
        baseUri: ["'none'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        // Product pictures are our own; charts are exported through data: URLs.
        imgSrc: ["'self'", 'data:'],
        objectSrc: ["'none'"],
        scriptSrc: ["'self'", ...stripe.scripts],
        ...stripe.more,
        // Components place things with style attributes.
        styleSrc: ["'self'", "'unsafe-inline'"],
      },
    },
    crossOriginEmbedderPolicy: false,
  });
  await app.register(underPressure, {
    maxEventLoopDelay: settings.overloadDelayMs ?? 0,
    retryAfter: RETRY_AFTER_SECONDS,
    // Asynchronous, so that its refusal goes the way of all errors.
    pressureHandler: (request) => {
      // An operator must see what is wrong above all while something is wrong; and the UI's files cost next to nothing,
      // but a page that lacks one of them stays broken when the API is well again.
      if (isObservation(request.url) || !pathOf(request.url).startsWith('/api/')) return Promise.resolve();
      const refusal = new HttpProblem(
        503,
        'overloaded',
        'too much to do right now, please try again in a moment',
        {
          headers: { 'retry-after': String(RETRY_AFTER_SECONDS) },
        },
      );
      return Promise.reject(refusal);
    },
  });
  if (settings.rateLimitPerMinute === 0) return;
  await app.register(rateLimit, {
    max: settings.rateLimitPerMinute,
    timeWindow: 60_000,
    cache: COUNTED_IPS_MAX,
    allowList: (request) => isObservation(request.url),
    errorResponseBuilder: (_request, context) =>
      tooManyRequests(
        'rate_limit',
        `at most ${String(context.max)} requests a minute are taken from one address`,
        context.ttl,
      ),
  });
}

/** What Stripe.js needs where the checkout uses it (docs.stripe.com/security/guide, "Content Security Policy"). */
function stripeSources({ payment }: HttpSettings): {
  readonly scripts: readonly string[];
  readonly more: Readonly<Record<string, readonly string[]>>;
} {
  if (payment?.publishableKey === undefined) return { scripts: [], more: {} };
  const scripts = ['https://js.stripe.com', 'https://*.js.stripe.com'];
  return {
    scripts,
    more: {
      connectSrc: ["'self'", 'https://api.stripe.com'],
      frameSrc: ["'self'", ...scripts, 'https://hooks.stripe.com'],
    },
  };
}

function isObservation(url: string): boolean {
  const path = pathOf(url);
  return path === '/metrics' || path.startsWith('/api/health/');
}
