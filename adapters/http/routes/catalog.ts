import etag from '@fastify/etag';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { BatchedLookup } from '../../../core/services/batched-lookup.ts';
import { type CatalogQueries, PRODUCT_SORTS, type Product } from '../../../core/services/catalog/ports.ts';
import type { InventoryQueries } from '../../../core/services/inventory/ports.ts';
import type { App } from '../app.ts';
import { type Access, isAdmin } from '../authentication.ts';
import { HttpProblem } from '../problem.ts';
import { presentProduct } from '../present.ts';
import { id, text, wholeNumber } from '../schemas.ts';

const PAGE_MAX = 100_000;
const LIMIT_DEFAULT = 24;
const STOCK_KEYS_MAX = 500;
/** Pictures are drawn from the product; a day in caches, and the entity tag tells a change. */
const PICTURE_CACHE = 'public, max-age=86400, stale-while-revalidate=604800';
const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

export interface CatalogRoutesDeps {
  readonly catalog: CatalogQueries;
  readonly inventory: Pick<InventoryQueries, 'available'>;
  readonly picture: (product: Product) => string;
  readonly access: Access;
}

export async function catalogRoutes(app: App, deps: CatalogRoutesDeps): Promise<void> {
  await app.register(etag);
  const { catalog, access } = deps;
  const stock = new BatchedLookup((skus) => deps.inventory.available(skus), STOCK_KEYS_MAX);
  const params = z.object({ id });

  const shown = async (request: FastifyRequest, products: readonly Product[]) => {
    const levels = await Promise.all(products.map((product) => stock.find(product.sku)));
    return products.map((product, index) => presentProduct(product, levels[index] ?? 0, isAdmin(request)));
  };
  const existing = async (productId: string): Promise<Product> => {
    const product = await catalog.find(productId);
    if (product === undefined) throw new HttpProblem(404, 'unknown_product', 'there is no such product');
    return product;
  };

  app.get(
    '/api/products',
    {
      onRequest: access.anyone,
      schema: {
        tags: ['catalog'],
        querystring: z.object({
          category: text(1, 100).optional(),
          page: wholeNumber(1, PAGE_MAX).optional(),
          limit: wholeNumber(1, 100).optional(),
          sort: z.enum(PRODUCT_SORTS, `must be one of ${PRODUCT_SORTS.join(', ')}`).optional(),
        }),
      },
    },
    async (request) => {
      const { category, page = 1, limit = LIMIT_DEFAULT, sort = 'name' } = request.query;
      const found = await catalog.list({
        ...(category === undefined ? {} : { category }),
        page,
        limit,
        sort,
      });
      return { items: await shown(request, found.items), page, limit, total: found.total };
    },
  );

  app.get(
    '/api/products/categories',
    { onRequest: access.anyone, schema: { tags: ['catalog'] } },
    async () => ({
      items: await catalog.categories(),
    }),
  );

  app.get(
    '/api/products/search',
    {
      onRequest: access.anyone,
      schema: {
        tags: ['catalog'],
        querystring: z.object({ q: text(1, 200), limit: wholeNumber(1, 100).optional() }),
      },
    },
    async (request) => {
      const { q, limit = LIMIT_DEFAULT } = request.query;
      const { items, understood } = await catalog.search(q, limit);
      return { items: await shown(request, items), understood };
    },
  );

  app.get(
    '/api/products/:id',
    { onRequest: access.anyone, schema: { tags: ['catalog'], params } },
    async (request) => (await shown(request, [await existing(request.params.id)]))[0],
  );

  app.get(
    '/api/products/:id/image.svg',
    { schema: { tags: ['catalog'], params } },
    async (request, reply) => {
      const product = await existing(request.params.id);
      return reply
        .headers({ 'cache-control': PICTURE_CACHE, 'content-security-policy': PICTURE_POLICY })
        .type('image/svg+xml; charset=utf-8')
        .send(deps.picture(product));
    },
  );
}
