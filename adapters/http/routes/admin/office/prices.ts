import { z } from 'zod';
import type { App } from '../../../app.ts';
import { identityOf } from '../../../authentication.ts';
import { id, instant } from '../../../schemas.ts';
import { given } from '../../orders.ts';
import type { OfficeRoutesDeps } from './deps.ts';
import { bodyCents } from './products.ts';

/** Changes of one price that are shown. */
const HISTORY_SHOWN = 100;

/** Prices: those that held, the one that holds, and those to come. Orders keep the price they were placed at. */
export function priceRoutes(app: App, { office, audit, access }: OfficeRoutesDeps): void {
  const { keeping } = office;
  const params = z.object({ id });
  const tags = ['admin'];

  app.get(
    '/api/admin/products/:id/prices',
    { onRequest: access.admin, schema: { tags, params } },
    async (request) => ({ items: await keeping.prices(request.params.id, HISTORY_SHOWN) }),
  );

  app.post(
    '/api/admin/products/:id/prices',
    {
      onRequest: access.admin,
      schema: {
        tags,
        summary: 'Sets the price, from now on or from a moment to come',
        params,
        body: z.object({ priceCents: bodyCents, from: instant('start').optional() }),
      },
    },
    async (request, reply) => {
      const by = identityOf(request).user.id;
      const { id: productId } = request.params;
      const price = { priceCents: request.body.priceCents, ...given({ from: request.body.from }) };
      const before = (await keeping.find(productId))?.priceCents;
      await audit.record({
        by,
        action: 'product.price',
        subject: { kind: 'product', id: productId },
        detail: { ...price, before },
      });
      return reply.code(201).send(await keeping.setPrice(productId, price, by));
    },
  );

  app.delete(
    '/api/admin/products/:id/prices/:changeId',
    {
      onRequest: access.admin,
      schema: {
        tags,
        summary: 'Takes a price back that is to come',
        params: params.extend({ changeId: id }),
      },
    },
    async (request) => {
      const { id: productId, changeId } = request.params;
      await audit.record({
        by: identityOf(request).user.id,
        action: 'product.price.cancel',
        subject: { kind: 'product', id: productId },
        detail: { changeId },
      });
      return keeping.cancelPrice(productId, changeId);
    },
  );
}
