import type { FastifyRequest } from 'fastify';
import { z } from 'zod';
import type { CatalogQueries, FlashSales } from '../../../../core/services/catalog/ports.ts';
import type { Surface } from '../../../../core/services/intelligence/exposures.ts';
import type { Because, Recommended } from '../../../../core/services/intelligence/recommendations.ts';
import type { InventoryQueries } from '../../../../core/services/inventory/ports.ts';
import type { App } from '../../app.ts';
import type { Access } from '../../authentication.ts';
import { HttpProblem } from '../../problem.ts';
import { id, wholeNumber } from '../../schemas.ts';
import { showsProducts } from '../shown-products.ts';
import type { Intelligence } from './deps.ts';

const LIMIT_DEFAULT = 8;
/** So many times more are looked at than are shown, since what is sold out is left out. */
const SPARE = 2;

const tags = ['intelligence'];
const limit = wholeNumber(1, 24).optional();

/** What goes with a product, and what a shopper may want next. */
export function recommendationRoutes(
  app: App,
  {
    intelligence,
    access,
    ...deps
  }: {
    readonly intelligence: Pick<Intelligence, 'recommendations' | 'exposures'>;
    readonly catalog: Pick<CatalogQueries, 'findMany'>;
    readonly inventory: Pick<InventoryQueries, 'available'>;
    readonly sales: Pick<FlashSales, 'current'>;
    readonly access: Access;
  },
): void {
  const { recommendations, exposures } = intelligence;
  const shown = showsProducts(deps);

  const answer = async (
    request: FastifyRequest,
    recommended: Recommended,
    { surface, most, beside }: { readonly surface: Surface; readonly most: number; readonly beside?: string },
  ) => {
    const partners = recommended.items.flatMap(({ because }) =>
      because.kind === 'goes_with' ? [because.productId] : [],
    );
    const { skus } = recommended;
    // What they are and what there is of them is asked for at the same time.
    const [known, levels] = await Promise.all([
      deps.catalog.findMany([
        ...recommended.items.map(({ productId }) => productId),
        ...partners,
        ...(beside === undefined ? [] : [beside]),
      ]),
      skus.length === 0 ? new Map<string, number>() : deps.inventory.available(skus),
    ]);
    if (beside !== undefined && !known.has(beside)) {
      throw new HttpProblem(404, 'unknown_product', 'product_id: there is no such product');
    }
    const found = recommended.items.flatMap((item) => {
      const product = known.get(item.productId);
      return product === undefined ? [] : [{ ...item, product }];
    });
    const products = await shown(
      request,
      found.map(({ product }) => product),
      levels,
    );
    const there = found.filter((_, index) => (products[index]?.available ?? 0) > 0).slice(0, most);
    const productOf = new Map(products.map((product) => [product.id, product]));
    exposures.shown(request.identity?.user.id, surface, { ...recommended, items: there });
    return {
      items: there.flatMap(({ productId, because }) => {
        const product = productOf.get(productId);
        if (product === undefined) return [];
        const partner = because.kind === 'goes_with' ? known.get(because.productId) : undefined;
        return [
          {
            ...product,
            reason: reasonOf(because, partner?.name),
            because: partner === undefined ? because : { ...because, name: partner.name },
          },
        ];
      }),
      model: recommended.version === null ? 'none' : `version ${String(recommended.version)}`,
      degraded: recommended.degraded,
    };
  };

  app.get(
    '/api/recommendations',
    {
      onRequest: access.anyone,
      schema: {
        tags,
        summary:
          'What goes with a product: significantly often bought with it, then alike; degraded while no model serves',
        querystring: z.object({ product_id: id, limit }),
      },
    },
    (request) => {
      const { product_id: productId, limit: most = LIMIT_DEFAULT } = request.query;
      const recommended = recommendations.together(productId, SPARE * most);
      return answer(request, recommended, { surface: 'product', most, beside: productId });
    },
  );

  app.get(
    '/api/recommendations/personalized',
    {
      onRequest: access.anyone,
      schema: {
        tags,
        summary: 'What the signed-in shopper may want next; for guests and new shoppers what sells of late',
        querystring: z.object({ limit }),
      },
    },
    async (request) => {
      const { limit: most = LIMIT_DEFAULT } = request.query;
      const recommended = await recommendations.personalized(request.identity?.user.id, SPARE * most);
      return answer(request, recommended, { surface: 'home', most });
    },
  );
}

/** In a sentence, for clients that have no words of their own. */
function reasonOf(because: Because, partner: string | undefined): string {
  switch (because.kind) {
    case 'bought_together':
      return `Bought together in ${String(because.orders)} orders, ${because.lift.toFixed(1)} times as often as by chance`;
    case 'alike':
      return 'Alike: same category, similar words';
    case 'bought_before':
      return 'You bought it before';
    case 'goes_with':
      return `Often bought with ${partner ?? 'what you bought'}`;
    case 'shoppers_like_you':
      return 'Bought by shoppers who buy what you buy';
    case 'popular':
      return 'Popular in the last weeks';
  }
}
