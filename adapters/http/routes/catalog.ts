import etag from '@fastify/etag';
import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import { BatchedLookup } from '../../../core/services/batched-lookup.ts';
import { saleByProduct } from '../../../core/services/catalog/flash-sales.ts';
import {
  type CatalogQueries,
  type FlashSales,
  PRODUCT_SORTS,
  type Product,
  type ProductFilter,
  SEARCH_SORTS,
} from '../../../core/services/catalog/ports.ts';
import type { CatalogKeeping } from '../../../core/services/catalog/keeping.ts';
import type { InventoryQueries } from '../../../core/services/inventory/ports.ts';
import type { App } from '../app.ts';
import { type Access, isAdmin } from '../authentication.ts';
import { HttpProblem, invalidFields } from '../problem.ts';
import { presentProduct } from '../present.ts';
import { cents, id, text, wholeNumber, wrongPrices } from '../schemas.ts';
import { given } from './orders.ts';

const PAGE_MAX = 100_000;
const LIMIT_DEFAULT = 24;
const STOCK_KEYS_MAX = 500;
/** How old the list of what is sold out may be, milliseconds; what sells out in between shows as sold out. */
const SOLD_OUT_FRESH_MS = 1_000;
/** Pictures are drawn from the product; a day in caches, and the entity tag tells a change. */
const PICTURE_CACHE = 'public, max-age=86400, stale-while-revalidate=604800';
const PICTURE_POLICY = "default-src 'none'; style-src 'unsafe-inline'";

/** What narrows a list of products, in a query. */
const narrowing = z.object({
  category: text(1, 100).optional(),
  price_min: cents.optional(),
  price_max: cents.optional(),
  in_stock: z.enum(['true', 'false'], 'must be true or false').optional(),
  page: wholeNumber(1, PAGE_MAX).optional(),
  limit: wholeNumber(1, 100).optional(),
});

export interface CatalogRoutesDeps {
  readonly catalog: CatalogQueries;
  readonly inventory: Pick<InventoryQueries, 'available' | 'soldOut'>;
  readonly sales: Pick<FlashSales, 'current'>;
  readonly picture: (product: Product) => string;
  /** Absent: all pictures are drawn. */
  readonly office?: { readonly keeping: Pick<CatalogKeeping, 'picture'> };
  readonly access: Access;
}

export async function catalogRoutes(app: App, deps: CatalogRoutesDeps): Promise<void> {
  await app.register(etag);
  const { catalog, access } = deps;
  const stock = new BatchedLookup((skus) => deps.inventory.available(skus), STOCK_KEYS_MAX);
  const soldOut = recent(() => deps.inventory.soldOut(), SOLD_OUT_FRESH_MS);
  const params = z.object({ id });

  const shown = async (request: FastifyRequest, products: readonly Product[]) => {
    const [sales, ...levels] = await Promise.all([
      deps.sales.current(),
      ...products.map((product) => stock.find(product.sku)),
    ]);
    const saleOf = saleByProduct(sales, Date.now());
    return products.map((product, index) =>
      presentProduct(
        product,
        { available: levels[index] ?? 0, sale: saleOf.get(product.id) },
        isAdmin(request),
      ),
    );
  };
  const filterOf = async ({
    category,
    price_min: priceMinCents,
    price_max: priceMaxCents,
    in_stock: inStock,
    page = 1,
    limit = LIMIT_DEFAULT,
  }: z.output<typeof narrowing>): Promise<ProductFilter> => {
    const wrong = wrongPrices(priceMinCents, priceMaxCents);
    if (wrong.length > 0) throw invalidFields(wrong);
    const withoutSkus = inStock === 'true' ? await soldOut() : undefined;
    return { ...given({ category, priceMinCents, priceMaxCents, withoutSkus }), page, limit };
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
        summary: 'Products by category, price and stock',
        querystring: narrowing.extend({ sort: sortedBy(PRODUCT_SORTS) }),
      },
    },
    async (request) => {
      const { sort = 'name', ...query } = request.query;
      const filter = await filterOf(query);
      const { items, total } = await catalog.list({ ...filter, sort });
      return { items: await shown(request, items), page: filter.page, limit: filter.limit, total };
    },
  );

  app.get(
    '/api/products/categories',
    {
      onRequest: access.anyone,
      schema: { tags: ['catalog'], summary: 'Categories, each with its number of products and a picture' },
    },
    async () => ({ items: await catalog.categories() }),
  );

  app.get(
    '/api/products/search',
    {
      onRequest: access.anyone,
      schema: {
        tags: ['catalog'],
        summary:
          'Products by words, and by the prices and the category among them; the filters narrow what is found',
        querystring: narrowing.extend({ q: text(1, 200), sort: sortedBy(SEARCH_SORTS) }),
      },
    },
    async (request) => {
      const { q, sort = 'relevance', ...query } = request.query;
      const filter = await filterOf(query);
      const { items, total, understood } = await catalog.search(q, { ...filter, sort });
      const { page, limit } = filter;
      return { items: await shown(request, items), page, limit, total, understood };
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
      // Lists that know no more than the id ask for this one.
      if (!product.imageUrl.endsWith('/image.svg')) {
        return reply.header('cache-control', 'public, max-age=60').redirect(product.imageUrl, 302);
      }
      return reply
        .headers({ 'cache-control': PICTURE_CACHE, 'content-security-policy': PICTURE_POLICY })
        .type('image/svg+xml; charset=utf-8')
        .send(deps.picture(product));
    },
  );

  app.get(
    '/api/products/:id/picture',
    {
      schema: {
        tags: ['catalog'],
        summary: 'The picture that was uploaded; imageUrl of the product has its address',
        params,
        querystring: z.object({ v: text(1, 64).optional() }),
      },
    },
    async (request, reply) => {
      const picture = await deps.office?.keeping.picture(request.params.id);
      if (picture === undefined)
        throw new HttpProblem(404, 'unknown_picture', 'this product has no such picture');
      return reply
        .headers({
          // Another picture has another address.
          'cache-control': 'public, max-age=31536000, immutable',
          'content-security-policy': PICTURE_POLICY,
        })
        .type(picture.type)
        .send(Buffer.from(picture.bytes));
    },
  );
}

function sortedBy<const Sorts extends readonly string[]>(sorts: Sorts) {
  return z.enum(sorts, `must be one of ${sorts.join(', ')}`).optional();
}

/** The same answer for all who ask within `freshMs`; what could not be read is not remembered. */
function recent<Answer>(load: () => Promise<Answer>, freshMs: number): () => Promise<Answer> {
  let known: { readonly at: number; readonly answer: Promise<Answer> } | undefined;
  return () => {
    const at = performance.now();
    if (known !== undefined && at - known.at < freshMs) return known.answer;
    const answer = load();
    known = { at, answer };
    answer.catch(() => {
      if (known?.answer === answer) known = undefined;
    });
    return answer;
  };
}
