import { z } from 'zod';
import type { CatalogQueries } from '../../../core/services/catalog/ports.ts';
import type { App } from '../app.ts';
import type { Access } from '../authentication.ts';
import { cartKeyOf } from '../cart-keys.ts';
import { HttpProblem } from '../problem.ts';
import { id } from '../schemas.ts';

export interface ViewWatch {
  viewed(cartKey: string, productId: string): void;
}

/**
 * A page of a product says that somebody opened it. Asking for a product says nothing of that: lists, banners, programs and
 * whatever loads ahead do so, too.
 */
export function productViewRoute(
  app: App,
  deps: {
    readonly catalog: Pick<CatalogQueries, 'findMany'>;
    readonly views?: ViewWatch;
    readonly access: Access;
  },
): void {
  app.post(
    '/api/products/:id/views',
    {
      onRequest: deps.access.anyone,
      schema: {
        tags: ['catalog'],
        summary:
          'Says that the caller opened the page of a product: counted once in ten minutes, by account or by the cookie of a cart; of others, of those who run the shop and of pages loaded ahead nothing is counted',
        params: z.object({ id }),
      },
    },
    async (request, reply) => {
      const { id: productId } = request.params;
      if (!(await deps.catalog.findMany([productId])).has(productId)) {
        throw new HttpProblem(404, 'unknown_product', 'there is no such product');
      }
      const role = request.identity?.user.role ?? 'customer';
      const ahead = request.headers['sec-purpose']?.includes('prefetch') === true;
      const cartKey = cartKeyOf(request);
      if (cartKey !== undefined && role === 'customer' && !ahead) deps.views?.viewed(cartKey, productId);
      return reply.code(204).send();
    },
  );
}
