/** The public statuses of an order, in the order of a good life, then the bad endings. */
export const ORDER_STATUSES = [
  'pending',
  'awaiting_payment',
  'in_review',
  'confirmed',
  'processing',
  'shipped',
  'delivered',
  'cancelled',
  'failed',
] as const;
export type OrderStatus = (typeof ORDER_STATUSES)[number];
