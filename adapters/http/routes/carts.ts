import type { FastifyReply, FastifyRequest } from 'fastify';
import { z } from 'zod';
import { DEFAULT_CURRENCY } from '../../../core/kernel/money.ts';
import type { Carts } from '../../../core/services/carts/ports.ts';
import type { App } from '../app.ts';
import type { Access } from '../authentication.ts';
import { cartKeyOf, guestKey } from '../cart-keys.ts';
import { setGuestCookie } from '../cookies.ts';
import { id, quantity } from '../schemas.ts';

export function cartRoutes(app: App, deps: { readonly carts: Carts; readonly access: Access }): void {
  const { carts, access } = deps;
  const params = z.object({ productId: id });

  app.get('/api/cart', { onRequest: access.anyone, schema: { tags: ['carts'] } }, async (request) => {
    const key = cartKeyOf(request);
    // Looking makes no guest: a visitor gets a cookie with the first thing they put in.
    return key === undefined ? { items: [], totalCents: 0, currency: DEFAULT_CURRENCY } : carts.get(key);
  });

  app.post(
    '/api/cart/add',
    { onRequest: access.anyone, schema: { tags: ['carts'], body: z.object({ productId: id, quantity }) } },
    async (request, reply) => {
      const { productId, quantity: units } = request.body;
      return carts.add(ownKey(request, reply), productId, units);
    },
  );

  app.put(
    '/api/cart/items/:productId',
    { onRequest: access.anyone, schema: { tags: ['carts'], params, body: z.object({ quantity }) } },
    async (request, reply) =>
      carts.replace(ownKey(request, reply), request.params.productId, request.body.quantity),
  );

  app.delete(
    '/api/cart/items/:productId',
    { onRequest: access.anyone, schema: { tags: ['carts'], params } },
    async (request, reply) => carts.remove(ownKey(request, reply), request.params.productId),
  );
}

function ownKey(request: FastifyRequest, reply: FastifyReply): string {
  return cartKeyOf(request) ?? guestKey(setGuestCookie(request, reply));
}
