import type { Address, OrderItem } from '../../../core/messages/shapes.ts';
import type { OrderStatus } from '../../../core/messages/status.ts';
import type { OrderPayment, OrderShipment, OrderView } from '../../../core/services/orders/ports.ts';
import type { Queryable } from '../database.ts';

/** An order's row, as `ORDER_COLUMNS` selects it. */
export interface OrderRow {
  readonly id: string;
  readonly user_id: string;
  readonly customer_name: string;
  readonly email: string;
  readonly status: OrderStatus;
  readonly saga_state: string;
  readonly total_cents: number;
  readonly currency: string;
  readonly shipping_address: Address;
  readonly payment: OrderPayment;
  readonly shipment: OrderShipment | null;
  readonly reason: string | null;
  readonly waiting_for: string | null;
  readonly created_at: Date;
  readonly updated_at: Date;
  readonly version: number;
}

export const ORDER_COLUMNS = `o.id, o.user_id, o.customer_name, o.email, o.status, o.saga_state, o.total_cents,
  o.currency, o.shipping_address, o.payment, o.shipment, o.reason, o.waiting_for, o.created_at, o.updated_at,
  o.version`;

interface ItemRow {
  readonly order_id: string;
  readonly product_id: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly price_cents: number;
}

/** The orders as others see them, in the order of the rows; their lines come in one more query. */
export async function withItems(db: Queryable, rows: readonly OrderRow[]): Promise<readonly OrderView[]> {
  const ids = rows.map(({ id }) => id);
  return joined(rows, ids.length === 0 ? [] : await itemsOf(db, ids));
}

/** The orders that exist of those asked for; both reads go at the same time, since lines never change. */
export async function ordersById(db: Queryable, ids: readonly string[]): Promise<readonly OrderView[]> {
  const orders = db.query<OrderRow>(
    `select ${ORDER_COLUMNS} from orders.orders o where o.id = any($1::text[])`,
    [ids],
    'orders.find_many',
  );
  const [rows, items] = await Promise.all([orders, itemsOf(db, ids)]);
  return joined(rows, items);
}

function itemsOf(db: Queryable, orderIds: readonly string[]): Promise<readonly ItemRow[]> {
  return db.query<ItemRow>(
    `select order_id, product_id, sku, name, quantity, price_cents from orders.order_item
     where order_id = any($1::text[]) order by order_id, line`,
    [orderIds],
    'orders.items',
  );
}

function joined(rows: readonly OrderRow[], items: readonly ItemRow[]): readonly OrderView[] {
  const byOrder = new Map<string, OrderItem[]>(rows.map(({ id }) => [id, []]));
  for (const item of items) {
    byOrder.get(item.order_id)?.push({
      productId: item.product_id,
      sku: item.sku,
      name: item.name,
      quantity: item.quantity,
      priceCents: item.price_cents,
    });
  }
  return rows.map((row) => orderView(row, byOrder.get(row.id) ?? []));
}

function orderView(row: OrderRow, items: readonly OrderItem[]): OrderView {
  return {
    id: row.id,
    userId: row.user_id,
    customerName: row.customer_name,
    email: row.email,
    status: row.status,
    sagaState: row.saga_state,
    items,
    totalCents: row.total_cents,
    currency: row.currency,
    shippingAddress: row.shipping_address,
    payment: row.payment,
    shipment: row.shipment,
    reason: row.reason,
    waitingFor: row.waiting_for,
    createdAt: row.created_at.toISOString(),
    updatedAt: row.updated_at.toISOString(),
    version: row.version,
  };
}
