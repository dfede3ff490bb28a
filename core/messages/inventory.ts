import { z } from 'zod';
import { defineMessage } from './define.ts';
import {
  idSchema,
  mergedQuantitySchema,
  orderIdSchema,
  reasonSchema,
  skuSchema,
  timeSchema,
} from './shapes.ts';

const line = z.object({ orderId: orderIdSchema, sku: skuSchema, quantity: mergedQuantitySchema });
const levels = z.object({
  id: idSchema,
  onHand: z.int().min(0),
  reserved: z.int().min(0),
});

/** One per SKU of an order; lines of the same SKU are added up before (P21). */
export const reserveRequested = defineMessage('inventory.reserve.requested', 'commands', line);
export const reserved = defineMessage(
  'inventory.reserved',
  'events',
  line.extend({
    allocations: z.array(z.object({ warehouseId: idSchema, quantity: z.int().min(1) })).min(1),
    /** End of the hold; counts until payment (P17). */
    expiresAt: timeSchema,
  }),
);
export const reserveFailed = defineMessage(
  'inventory.reserve.failed',
  'events',
  line.extend({ available: z.int().min(0), reason: reasonSchema }),
);
export const commitRequested = defineMessage('inventory.commit.requested', 'commands', line);
export const committed = defineMessage('inventory.committed', 'events', line);
export const commitFailed = defineMessage(
  'inventory.commit.failed',
  'events',
  line.extend({ reason: reasonSchema }),
);
export const releaseRequested = defineMessage(
  'inventory.release.requested',
  'commands',
  line.extend({ reason: reasonSchema }),
);
/** `restocked` units had been committed; `freed` units had only been held; both 0: there was nothing (P16). */
export const released = defineMessage(
  'inventory.released',
  'events',
  line.extend({ freed: z.int().min(0), restocked: z.int().min(0) }),
);
export const stockChanged = defineMessage(
  'inventory.stock.changed',
  'events',
  z.object({ sku: skuSchema, available: z.int().min(0), warehouses: z.array(levels) }),
);
/** An operator's correction of one warehouse's count; the answer is a row of the stock ledger. */
export const adjustRequested = defineMessage(
  'inventory.adjust.requested',
  'commands',
  z.object({
    sku: skuSchema,
    warehouseId: idSchema,
    delta: z.int().min(-1_000_000).max(1_000_000),
    reason: reasonSchema,
    requestedBy: idSchema,
    /** Whether a warehouse that has never kept the SKU begins to keep it; absent: it does not. */
    opens: z.boolean().optional(),
  }),
);
/** An operator's move of units from one warehouse to another, in one decision; answered by rows of the stock ledger. */
export const transferRequested = defineMessage(
  'inventory.transfer.requested',
  'commands',
  z.object({
    sku: skuSchema,
    fromWarehouseId: idSchema,
    toWarehouseId: idSchema,
    quantity: z.int().min(1).max(1_000_000),
    reason: reasonSchema,
    requestedBy: idSchema,
    /** Whether a warehouse that has never kept the SKU begins to keep it; absent: it does not. */
    opens: z.boolean().optional(),
  }),
);

export const inventoryMessages = [
  reserveRequested,
  reserved,
  reserveFailed,
  commitRequested,
  committed,
  commitFailed,
  releaseRequested,
  released,
  stockChanged,
  adjustRequested,
  transferRequested,
] as const;
