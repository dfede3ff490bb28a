import etag from '@fastify/etag';
import { z } from 'zod';
import {
  type CatalogQueries,
  type FlashSales,
  PRODUCT_SORTS,
  type Product,
  SEARCH_SORTS,
} from '../../../core/services/catalog/ports.ts';
import type { Logger } from '../../../core/kernel/logger.ts';
import { createCatalogSearch, type ProductIndex } from '../../../core/services/catalog/search.ts';
import type { CatalogKeeping } from '../../../core/services/catalog/keeping.ts';
import type { InventoryQueries } from '../../../core/services/inventory/ports.ts';
import type { App } from '../app.ts';
import type { Access } from '../authentication.ts';
import { HttpProblem, invalidFields } from '../problem.ts';
import { cents, id, text, wholeNumber, wrongPrices } from '../schemas.ts';
import { given } from './orders.ts';
import { productViewRoute, type ViewWatch } from './product-views.ts';
import { showsProducts } from './shown-products.ts';

const PAGE_MAX = 100_000;
const LIMIT_DEFAULT = 24;
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
  /** Absent: the database searches. */
  readonly productIndex?: ProductIndex;
  /** Absent: nobody counts who looks. */
  readonly views?: ViewWatch;
  readonly logger: Pick<Logger, 'warn'>;
  readonly access: Access;
}

export async function catalogRoutes(app: App, deps: CatalogRoutesDeps): Promise<void> {
  await app.register(etag);
  const { catalog, access } = deps;
  const soldOut = recent(() => deps.inventory.soldOut(), SOLD_OUT_FRESH_MS);
  const params = z.object({ id });
  const search = createCatalogSearch({
    index: deps.productIndex ?? NO_INDEX,
    catalog,
    soldOut,
    logger: deps.logger,
  });

  const shown = showsProducts(deps);
  const filterOf = ({
    category,
    price_min: priceMinCents,
    price_max: priceMaxCents,
    in_stock: inStock,
    page = 1,
    limit = LIMIT_DEFAULT,
  }: z.output<typeof narrowing>) => {
    const wrong = wrongPrices(priceMinCents, priceMaxCents);
    if (wrong.length > 0) throw invalidFields(wrong);
    return { ...given({ category, priceMinCents, priceMaxCents }), inStock: inStock === 'true', page, limit };
  };
  const existing = async (productId: string): Promise<Product> => {
    const product = await catalog.find(productId);
    if (product === undefined) throw new HttpProblem(404, 'unknown_product', 'there is no such product');
    return product;
  };

  productViewRoute(app, deps);

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
      const { inStock, ...filter } = filterOf(query);
      const without = inStock ? { withoutSkus: await soldOut() } : {};
      const { items, total } = await catalog.list({ ...filter, ...without, sort });
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
          'Products by words, and by the prices, the category, the colour and the size among them, best first; the filters narrow what is found; degraded while the database looks for words alone',
        querystring: narrowing.extend({ q: text(1, 200), sort: sortedBy(SEARCH_SORTS) }),
      },
    },
    async (request) => {
      const { q, sort = 'relevance', ...query } = request.query;
      const filter = filterOf(query);
      const { items, total, exact, understood, degraded } = await search.search(q, { ...filter, sort });
      const { page, limit } = filter;
      return { items: await shown(request, items), page, limit, total, exact, understood, degraded };
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

const NO_INDEX: ProductIndex = { search: () => Promise.resolve(undefined) };

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
