import { isTraceparent, type Span, traceIdOf, type Tracing } from '../../core/kernel/tracing.ts';
import type { App } from './app.ts';
import './request.ts';

/** Asked over and over by machines; nobody reads their traces. */
const UNTRACED: ReadonlySet<string> = new Set([
  '/metrics',
  '/api/health/live',
  '/api/health/ready',
  '/api/live',
]);

/**
 * The trace context of each request, for what it causes and for its log lines: that of its own span, where traces are made,
 * else what the client sent, so that a story begun elsewhere goes on through the orders.
 */
export function traceContexts(app: App, tracing: Tracing | undefined): void {
  app.decorateRequest('traceparent', undefined);
  const spans = new WeakMap<object, Span>();
  app.addHook('onRequest', (request, _reply, done) => {
    const given = request.headers['traceparent'];
    const parent = typeof given === 'string' && isTraceparent(given) ? given : undefined;
    const route = request.routeOptions.url;
    let context = parent;
    if (tracing !== undefined && route?.startsWith('/api/') === true && !UNTRACED.has(route)) {
      const span = tracing.begin({
        kind: 'server',
        name: `${request.method} ${route}`,
        parent,
        attributes: { 'http.request.method': request.method, 'http.route': route },
      });
      if (span !== undefined) {
        spans.set(request, span);
        context = span.traceparent;
      }
    }
    if (context !== undefined) {
      request.traceparent = context;
      request.log = request.log.child({ traceId: traceIdOf(context) });
    }
    done();
  });
  if (tracing === undefined) return;
  app.addHook('onResponse', (request, reply, done) => {
    const { statusCode } = reply;
    spans.get(request)?.end({
      attributes: { 'http.response.status_code': statusCode },
      ...(statusCode >= 500 ? { error: new Error(`answered ${String(statusCode)}`) } : {}),
    });
    done();
  });
}
