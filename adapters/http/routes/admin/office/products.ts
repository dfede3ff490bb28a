import { z } from 'zod';
import type { App } from '../../../app.ts';
import { identityOf } from '../../../authentication.ts';
import { HttpProblem } from '../../../problem.ts';
import { cursor, id, text, wholeNumber } from '../../../schemas.ts';
import { given } from '../../orders.ts';
import type { OfficeRoutesDeps } from './deps.ts';

const LIMIT_DEFAULT = 50;
const CENTS_MAX = 100_000_000;
const SKU = /^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$/;

/** An amount in integer cents, as a body writes it. */
export const bodyCents = z
  .int('must be a whole number of cents, as a JSON number')
  .min(0, 'must be at least 0')
  .max(CENTS_MAX, `must be at most ${String(CENTS_MAX)}`);

const fields = {
  name: text(1, 200),
  description: text(0, 2_000),
  category: id,
  costCents: bodyCents,
  active: z.boolean('must be true or false'),
};

/** Products and categories, those that shoppers see and those they don't. */
export function productRoutes(app: App, deps: OfficeRoutesDeps): void {
  readRoutes(app, deps);
  changeRoutes(app, deps);
  categoryRoutes(app, deps);
}

function readRoutes(app: App, { office, access }: OfficeRoutesDeps): void {
  app.get(
    '/api/admin/products',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary: 'Products by name, for sale or not',
        querystring: z.object({
          q: text(1, 100).optional(),
          category: id.optional(),
          active: z.enum(['true', 'false'], 'must be true or false').optional(),
          limit: wholeNumber(1, 100).optional(),
          cursor: cursor.optional(),
        }),
      },
    },
    async (request) => {
      const { q, active, limit = LIMIT_DEFAULT, ...rest } = request.query;
      const filter = given({
        ...rest,
        words: q,
        active: active === undefined ? undefined : active === 'true',
      });
      const { items, nextCursor } = await office.keeping.list({ ...filter, limit });
      const stock = await office.board.items(items.map(({ sku }) => sku));
      return {
        items: items.map((product) => ({ ...product, available: stock.get(product.sku)?.available ?? null })),
        nextCursor,
      };
    },
  );

  app.get(
    '/api/admin/products/:id',
    { onRequest: access.admin, schema: { tags: ['admin'], params: z.object({ id }) } },
    async (request) => {
      const product = await office.keeping.find(request.params.id);
      if (product === undefined) throw new HttpProblem(404, 'unknown_product', 'there is no such product');
      const stock = (await office.board.items([product.sku])).get(product.sku);
      return { ...product, available: stock?.available ?? null };
    },
  );
}

function changeRoutes(app: App, { office, audit, access }: OfficeRoutesDeps): void {
  const { keeping } = office;

  app.post(
    '/api/admin/products',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary: 'A new product; its stock begins with a correction of its SKU',
        body: z.object({
          ...fields,
          sku: text(1, 64).regex(SKU, 'must be letters, digits, dots, dashes and underscores'),
          priceCents: bodyCents,
          active: fields.active.default(true),
        }),
      },
    },
    async (request, reply) => {
      const by = identityOf(request).user.id;
      const { description: _description, ...detail } = request.body;
      await audit.record({
        by,
        action: 'product.create',
        subject: { kind: 'sku', id: request.body.sku },
        detail,
      });
      return reply.code(201).send(await keeping.create(request.body, by));
    },
  );

  app.patch(
    '/api/admin/products/:id',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary: 'Changes what is given; the price has a call of its own',
        params: z.object({ id }),
        body: z.object(fields).partial(),
      },
    },
    async (request) => {
      const productId = request.params.id;
      const change = given(request.body);
      await audit.record({
        by: identityOf(request).user.id,
        action: 'product.change',
        subject: { kind: 'product', id: productId },
        detail: change,
      });
      return keeping.change(productId, change);
    },
  );
}

function categoryRoutes(app: App, { office, audit, access }: OfficeRoutesDeps): void {
  const body = z.object({ name: text(1, 60) });

  app.post(
    '/api/admin/products/categories',
    { onRequest: access.admin, schema: { tags: ['admin'], body } },
    async (request, reply) => {
      const { name } = request.body;
      await audit.record({
        by: identityOf(request).user.id,
        action: 'category.create',
        subject: { kind: 'category', id: name },
      });
      return reply.code(201).send(await office.keeping.createCategory(name));
    },
  );

  app.patch(
    '/api/admin/products/categories/:id',
    { onRequest: access.admin, schema: { tags: ['admin'], params: z.object({ id }), body } },
    async (request) => {
      await audit.record({
        by: identityOf(request).user.id,
        action: 'category.rename',
        subject: { kind: 'category', id: request.params.id },
        detail: request.body,
      });
      return office.keeping.renameCategory(request.params.id, request.body.name);
    },
  );
}
