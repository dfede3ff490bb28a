import { z } from 'zod';
import type { AdjustRequest, StockLevel } from '../../../../core/services/inventory/ports.ts';
import type { App } from '../../app.ts';
import { identityOf } from '../../authentication.ts';
import { id, text } from '../../schemas.ts';
import type { AdminRoutesDeps } from './deps.ts';
import type { ShopOffice } from './office/deps.ts';

/** Units that one correction may add or take. */
const DELTA_MAX = 1_000_000;

/** Corrections of stock by hand. */
export function adminInventoryRoutes(app: App, { inventory, audit, office, access }: AdminRoutesDeps): void {
  app.post(
    '/api/admin/inventory/:sku/adjust',
    {
      onRequest: access.admin,
      schema: {
        tags: ['admin'],
        summary: 'Corrects a count; stock of a product begins with its first correction',
        params: z.object({ sku: id }),
        body: z.object({
          warehouseId: id,
          delta: z
            .int('must be a whole number, as a JSON number')
            .min(-DELTA_MAX)
            .max(DELTA_MAX)
            .refine((delta) => delta !== 0, 'must not be 0'),
          reason: text(1, 500),
        }),
      },
    },
    async (request) => {
      const by = identityOf(request).user.id;
      return adjustStock({ inventory, audit, office }, { sku: request.params.sku, ...request.body }, by);
    },
  );
}

/** Corrects a count through the SKU's stock actor, and tells it in the audit trail. Rejects as `inventory.adjust` does. */
export async function adjustStock(
  {
    inventory,
    audit,
    office,
  }: Pick<AdminRoutesDeps, 'inventory' | 'audit'> & { readonly office: ShopOffice | undefined },
  correction: Omit<AdjustRequest, 'requestedBy' | 'opens'>,
  by: string,
): Promise<StockLevel> {
  const { sku, warehouseId, delta, reason } = correction;
  await audit.record({
    by,
    action: 'inventory.adjust',
    subject: { kind: 'sku', id: sku },
    reason,
    detail: { warehouseId, delta },
  });
  const opens = (await office?.keeping.bySku([sku]))?.has(sku) === true;
  return inventory.adjust({ ...correction, requestedBy: by, opens });
}
