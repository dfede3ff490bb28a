import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { AuditTrail } from '../../../core/services/audit/ports.ts';
import type { FlashSale, FlashSales } from '../../../core/services/catalog/ports.ts';
import type { WaitingLines } from '../../../core/services/gateway/line/waiting-lines.ts';
import type { App } from '../app.ts';
import { type Access, identityOf } from '../authentication.ts';
import { HttpProblem } from '../problem.ts';
import { id, instant, queueToken } from '../schemas.ts';

const UNITS_MAX = 1_000_000;
/** Sales an admin sees at once. */
const LIST_MAX = 200;

export interface FlashSaleRoutesDeps {
  readonly sales: FlashSales;
  readonly lines: WaitingLines;
  readonly audit: AuditTrail;
  readonly access: Access;
}

const tokenHeader = z.object({ 'queue-token': queueToken.optional() });

/** Flash sales and their waiting lines; `POST /api/orders/checkout` is where a turn is used. */
export function flashSaleRoutes(app: App, deps: FlashSaleRoutesDeps): void {
  shopperRoutes(app, deps);
  adminRoutes(app, deps);
}

function shopperRoutes(app: App, { sales, lines, access }: FlashSaleRoutesDeps): void {
  const params = z.object({ id });

  app.get(
    '/api/flash-sales',
    {
      onRequest: access.anyone,
      schema: { tags: ['flash sales'], summary: 'The sales that run or are to come, the next first' },
    },
    async () => ({
      items: (await sales.current()).map((sale) => ({
        ...presentSale(sale),
        soldOut: lines.soldOut(sale.id),
      })),
    }),
  );

  app.post(
    '/api/flash-sales/:id/line',
    {
      onRequest: access.user,
      schema: {
        tags: ['flash sales'],
        summary:
          'Gives a place in the line; whoever has one keeps it. Ask again with Queue-Token from pollAfter on',
        params,
        headers: tokenHeader,
      },
    },
    async (request, reply) =>
      reply
        .code(202)
        .send(await lines.join(request.params.id, identityOf(request).user.id, tokenOf(request))),
  );

  app.get(
    '/api/flash-sales/:id/line',
    { onRequest: access.user, schema: { tags: ['flash sales'], params, headers: tokenHeader } },
    async (request) => {
      const place = await lines.place(request.params.id, identityOf(request).user.id, tokenOf(request));
      if (place === undefined) throw new HttpProblem(404, 'no_place', 'you have no place in this line');
      return place;
    },
  );

  app.delete(
    '/api/flash-sales/:id/line',
    { onRequest: access.user, schema: { tags: ['flash sales'], summary: 'Gives the place up', params } },
    async (request, reply) => {
      await lines.leave(request.params.id, identityOf(request).user.id);
      return reply.code(204).send();
    },
  );
}

function adminRoutes(app: App, { sales, audit, access }: FlashSaleRoutesDeps): void {
  app.post(
    '/api/admin/flash-sales',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        body: z.object({
          productId: id,
          startsAt: instant('start'),
          endsAt: instant('end'),
          units: z
            .int('must be a whole number, as a JSON number')
            .min(1, 'must be at least 1')
            .max(UNITS_MAX, `must be at most ${String(UNITS_MAX)}`),
        }),
      },
    },
    async (request, reply) => {
      const by = identityOf(request).user.id;
      const { productId, ...plan } = request.body;
      await audit.record({
        by,
        action: 'sale.plan',
        subject: { kind: 'product', id: productId },
        detail: plan,
      });
      const sale = await sales.plan({ productId, ...plan, plannedBy: by });
      return reply.code(201).send(presentSale(sale));
    },
  );

  app.get('/api/admin/flash-sales', { onRequest: access.admin, schema: { tags: ['admin'] } }, async () => ({
    items: (await sales.list(LIST_MAX)).map(presentSale),
  }));

  app.post(
    '/api/admin/flash-sales/:id/end',
    { onRequest: access.admin, schema: { tags: ['admin'], params: z.object({ id }) } },
    async (request) => {
      const saleId = request.params.id;
      await audit.record({
        by: identityOf(request).user.id,
        action: 'sale.end',
        subject: { kind: 'sale', id: saleId },
      });
      return presentSale(await sales.end(saleId));
    },
  );
}

function presentSale({ id: saleId, productId, startsAt, endsAt, units }: FlashSale) {
  return { id: saleId, productId, startsAt, endsAt, units };
}

function tokenOf(request: FastifyRequest): string | undefined {
  const token = request.headers['queue-token'];
  return typeof token === 'string' ? token : undefined;
}
