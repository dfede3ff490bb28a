import { z } from 'zod';
import {
  STOCK_LEVELS,
  type StockFilter,
  type StockItem,
  THRESHOLD_MAX,
} from '../../../../../core/services/inventory/board.ts';
import { DEMO_WAREHOUSES, warehouseName } from '../../../../../core/services/inventory/warehouses.ts';
import { saleByProduct } from '../../../../../core/services/catalog/flash-sales.ts';
import type { App } from '../../../app.ts';
import { identityOf } from '../../../authentication.ts';
import { HttpProblem } from '../../../problem.ts';
import { cursor, id, text, wholeNumber } from '../../../schemas.ts';
import { given } from '../../orders.ts';
import type { OfficeRoutesDeps, ShopOffice } from './deps.ts';

const LIMIT_DEFAULT = 50;
/** Units that one transfer may move. */
const QUANTITY_MAX = 1_000_000;
/** Products whose names have the words searched for. */
const NAMED_MAX = 200;

/** What narrows the stock, in a query. */
export const stockQuery = z.object({
  q: text(1, 100).optional(),
  warehouse: id.optional(),
  level: z.enum(STOCK_LEVELS, `must be one of ${STOCK_LEVELS.join(', ')}`).optional(),
});

/** Levels per warehouse, their thresholds, the ledger, and moves between warehouses. */
export function stockRoutes(app: App, { office, inventory, sales, audit, access }: OfficeRoutesDeps): void {
  const { board, keeping } = office;
  const params = z.object({ sku: id });
  const admin = { onRequest: access.admin };
  const tags = ['admin'];

  const shown = async (items: readonly StockItem[]) => {
    const [products, current] = await Promise.all([
      keeping.bySku(items.map(({ sku }) => sku)),
      sales.current(),
    ]);
    const saleOf = saleByProduct(current, Date.now());
    return items.map((item) => {
      const product = products.get(item.sku);
      const sale = product === undefined ? undefined : saleOf.get(product.id);
      return {
        ...item,
        warehouses: item.warehouses.map((level) => ({ ...level, name: warehouseName(level.id) })),
        product:
          product === undefined
            ? null
            : { id: product.id, name: product.name, imageUrl: product.imageUrl, active: product.active },
        flashSale:
          sale === undefined ? null : { startsAt: sale.startsAt, endsAt: sale.endsAt, units: sale.units },
      };
    });
  };
  const one = async (sku: string) => {
    const item = (await board.items([sku])).get(sku);
    if (item === undefined) throw new HttpProblem(404, 'unknown_sku', `sku: there is no stock of ${sku}`);
    return (await shown([item]))[0];
  };

  app.get(
    '/api/admin/inventory',
    {
      ...admin,
      schema: {
        tags,
        summary: 'Stock per SKU and warehouse; low: at or below the threshold of the SKU, 10 unless set',
        querystring: stockQuery.extend({ limit: wholeNumber(1, 100).optional(), cursor: cursor.optional() }),
      },
    },
    async (request) => {
      const { limit = LIMIT_DEFAULT, cursor: after, ...query } = request.query;
      const filter = { ...(await stockFilter(office, query)), ...given({ cursor: after }), limit };
      const [{ items, nextCursor }, summary] = await Promise.all([board.list(filter), board.summary()]);
      return { items: await shown(items), nextCursor, summary };
    },
  );

  app.get(
    '/api/admin/inventory/warehouses',
    { ...admin, schema: { tags, summary: 'Where stock may be kept' } },
    () => ({ items: WAREHOUSES }),
  );

  app.get('/api/admin/inventory/:sku', { ...admin, schema: { tags, params } }, async (request) =>
    one(request.params.sku),
  );

  app.get(
    '/api/admin/inventory/:sku/ledger',
    {
      ...admin,
      schema: {
        tags,
        summary: 'Every movement of the SKU with the level after it, the newest first',
        params,
        querystring: z.object({
          warehouse: id.optional(),
          limit: wholeNumber(1, 200).optional(),
          cursor: cursor.optional(),
        }),
      },
    },
    async (request) => {
      const { limit = LIMIT_DEFAULT, ...page } = request.query;
      return board.ledger(request.params.sku, { ...given(page), limit });
    },
  );

  app.post(
    '/api/admin/inventory/:sku/transfer',
    {
      ...admin,
      schema: {
        tags,
        summary: 'Moves units that no order holds to another warehouse, all or none',
        params,
        body: z.object({
          fromWarehouseId: id,
          toWarehouseId: id,
          quantity: z
            .int('must be a whole number, as a JSON number')
            .min(1, 'must be at least 1')
            .max(QUANTITY_MAX, `must be at most ${String(QUANTITY_MAX)}`),
          reason: text(1, 500),
        }),
      },
    },
    async (request) => {
      const { sku } = request.params;
      const { reason, ...move } = request.body;
      const by = identityOf(request).user.id;
      await audit.record({
        by,
        action: 'inventory.transfer',
        subject: { kind: 'sku', id: sku },
        reason,
        detail: move,
      });
      await inventory.transfer({ sku, ...request.body, requestedBy: by });
      return one(sku);
    },
  );

  app.put(
    '/api/admin/inventory/:sku/threshold',
    {
      ...admin,
      schema: {
        tags,
        summary: 'At or below how many units the SKU is low; null: the default',
        params,
        body: z.object({
          units: z
            .int('must be a whole number, as a JSON number, or null')
            .min(0, 'must be at least 0')
            .max(THRESHOLD_MAX, `must be at most ${String(THRESHOLD_MAX)}`)
            .nullable(),
        }),
      },
    },
    async (request) => {
      const { sku } = request.params;
      const { units } = request.body;
      const by = identityOf(request).user.id;
      await one(sku);
      await audit.record({
        by,
        action: 'inventory.threshold',
        subject: { kind: 'sku', id: sku },
        detail: { units },
      });
      await board.setThreshold(sku, units, by);
      return one(sku);
    },
  );
}

const WAREHOUSES = DEMO_WAREHOUSES.map(({ id: warehouseId, name }) => ({ id: warehouseId, name }));

/** The words look for parts of SKUs and of products' names. */
export async function stockFilter(
  { keeping }: Pick<ShopOffice, 'keeping'>,
  { q, warehouse, level = 'all' }: z.output<typeof stockQuery>,
): Promise<Omit<StockFilter, 'limit' | 'cursor'>> {
  const named = q === undefined ? [] : (await keeping.list({ words: q, limit: NAMED_MAX })).items;
  return { ...given({ words: q, warehouse }), skus: named.map(({ sku }) => sku), level };
}
