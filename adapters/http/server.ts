import { randomUUID } from 'node:crypto';
import websocket from '@fastify/websocket';
import fastify, { LogController, type FastifyInstance, type FastifyRequest } from 'fastify';
import { validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import { HTTP_BODY_BYTES_MAX } from '../../core/kernel/limits.ts';
import { FailOpenLimiter } from '../../core/services/fail-open-limiter.ts';
import { CheckoutDesk } from '../../core/services/gateway/checkout.ts';
import { LocalWindows } from '../../core/services/local-windows.ts';
import type { App } from './app.ts';
import { createAccess } from './authentication.ts';
import type { ServerDeps } from './deps.ts';
import { document } from './documentation.ts';
import { httpMetrics } from './http-metrics.ts';
import { acceptJson } from './json-body.ts';
import { closeSockets } from './live/close-sockets.ts';
import { liveRoute } from './live/route.ts';
import { answerMissingRoutes } from './missing-route.ts';
import { handleError, pathOf } from './problem.ts';
import { protect } from './protection.ts';
import { accountRoutes } from './routes/accounts.ts';
import { adminRoutes } from './routes/admin/routes.ts';
import { cartRoutes } from './routes/carts.ts';
import { catalogRoutes } from './routes/catalog.ts';
import { checkoutRoute } from './routes/checkout.ts';
import { flashSaleRoutes } from './routes/flash-sales.ts';
import { deliveryRoute } from './routes/delivery.ts';
import { fulfilmentRoutes } from './routes/fulfilment.ts';
import { healthRoutes } from './routes/health.ts';
import { opsRoutes } from './routes/ops/routes.ts';
import { orderRoutes } from './routes/orders.ts';
import { paymentConfigRoute } from './routes/payment-config.ts';
import { paymentWebhookRoutes } from './routes/payment-webhooks.ts';
import { traceContexts } from './request-spans.ts';
import { analyticsRoutes } from './routes/analytics.ts';
import { observationRoutes } from './routes/admin/observation.ts';
import { intelligenceRoutes } from './routes/intelligence/routes.ts';
import { asyncApiRoute } from './routes/async-api.ts';
import { refuseWhileStopping } from './stopping.ts';
import { serveUi } from './ui-files.ts';
import './request.ts';

/** What a client may give as its own request id; anything else is replaced. */
const REQUEST_ID = /^[\w.:-]{1,100}$/;
/** Longer than a proxy keeps idle connections, so that it is never us who closes under its next request. */
const KEEP_ALIVE_MS = 75_000;
/** A request that has not arrived completely by then is given up. */
const REQUEST_MS_MAX = 30_000;
const LIVE_MESSAGE_BYTES_MAX = 4_096;

/**
 * The gateway: HTTP API, live updates and the UI on one port. Resolves ready to listen; `close()` ends requests and
 * sockets. It opens no port itself and owns none of its dependencies.
 */
export async function buildServer(deps: ServerDeps): Promise<FastifyInstance> {
  const app: App = fastify({
    loggerInstance: deps.logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: HTTP_BODY_BYTES_MAX,
    keepAliveTimeout: KEEP_ALIVE_MS,
    requestTimeout: REQUEST_MS_MAX,
    forceCloseConnections: true,
    // Its answer would not say when to come back; refuseWhileStopping does.
    return503OnClosing: false,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: 200 },
    // Only a proxy on this machine may say whom it speaks for.
    trustProxy: 'loopback',
    requestIdHeader: false,
    genReqId: (request) => {
      const given = request.headers['x-request-id'];
      return typeof given === 'string' && REQUEST_ID.test(given) ? given : randomUUID();
    },
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  // Answers are typed by their handlers; checking them again at run time would only cost.
  app.setSerializerCompiler(() => JSON.stringify);
  app.setErrorHandler(handleError);
  app.decorate('publicUrl', deps.settings.publicUrl);
  app.decorateRequest('identity', null);
  acceptJson(app);
  answerMissingRoutes(app, deps.uiFolder);
  traceContexts(app, deps.tracing);
  traceRequests(app);
  refuseWhileStopping(app);
  httpMetrics(app, deps.metrics, deps.onAnswered);
  await protect(app, deps.settings);
  await document(app);
  await app.register(websocket, { options: { maxPayload: LIVE_MESSAGE_BYTES_MAX }, preClose: closeSockets });
  await registerRoutes(app, deps);
  if (deps.uiFolder !== undefined) await serveUi(app, deps.uiFolder);
  await app.ready();
  return app;
}

async function registerRoutes(app: App, deps: ServerDeps): Promise<void> {
  const access = createAccess(deps.accounts);
  const now = () => performance.now();
  const limiter = new FailOpenLimiter(deps.limiter, new LocalWindows(now), now, deps.logger);
  const desk = new CheckoutDesk({ ...deps, limiter, limitPerMinute: deps.settings.checkoutLimitPerMinute });
  accountRoutes(app, { ...deps, limiter, limited: deps.settings.rateLimitPerMinute !== 0, access });
  cartRoutes(app, { carts: deps.carts, access });
  checkoutRoute(app, { ...deps, desk, access });
  orderRoutes(app, { orders: deps.orders, audit: deps.audit, access });
  fulfilmentRoutes(app, { ...deps, access });
  deliveryRoute(app, { ...deps, access });
  paymentConfigRoute(app, deps.settings.payment);
  paymentWebhookRoutes(app, deps.paymentWebhooks);
  app.addHook('onClose', () => deps.lines.stop());
  flashSaleRoutes(app, { ...deps, access });
  adminRoutes(app, { ...deps, access });
  opsRoutes(app, { ...deps, access });
  const { analytics, observation, asyncApi, intelligence } = deps;
  if (intelligence !== undefined) intelligenceRoutes(app, { ...deps, intelligence, access });
  if (analytics !== undefined) analyticsRoutes(app, { analytics, access });
  if (observation !== undefined) observationRoutes(app, { observation, access });
  if (asyncApi !== undefined) asyncApiRoute(app, asyncApi);
  healthRoutes(app, deps);
  // Entity tags are for what many read and few change; they stay within this scope.
  await app.register(async (scope: App) => catalogRoutes(scope, { ...deps, access }));
  await liveRoute(app, deps);
}

/** The request id in every log line and every answer, the order's id in every line about one. */
function traceRequests(app: App): void {
  app.addHook('onRequest', (request, reply, done) => {
    void reply.header('x-request-id', request.id);
    const orderId = orderOf(request);
    if (orderId !== undefined) request.log = request.log.child({ orderId });
    done();
  });
  app.addHook('onResponse', (request, reply, done) => {
    request.log.debug(
      {
        method: request.method,
        path: pathOf(request.url),
        status: reply.statusCode,
        ms: Math.round(reply.elapsedTime * 10) / 10,
      },
      'answered',
    );
    done();
  });
}

/** Of routes about one order. */
function orderOf(request: FastifyRequest): string | undefined {
  const { url } = request.routeOptions;
  const { id, orderId } = request.params as { readonly id?: string; readonly orderId?: string };
  return url?.includes('/orders/:id') === true ? id : orderId;
}
