import type { Product as CatalogProduct } from '../../core/services/catalog/ports.ts';
import type { OrderItem } from '../../core/messages/shapes.ts';
import type { OrderView as CoreOrderView, SagaLogEntry } from '../../core/services/orders/ports.ts';

export type { SagaLogEntry, Page } from '../../core/services/orders/ports.ts';
export type { OrderStatus } from '../../core/messages/status.ts';
export type { Address } from '../../core/messages/shapes.ts';
export type { NotificationView } from '../../core/services/notifications/ports.ts';
export type { ProductSort } from '../../core/services/catalog/ports.ts';

/** A product as the API shows it: without its cost, with what can be had of it now. Money in integer cents. */
export interface Product extends Omit<CatalogProduct, 'costCents'> {
  readonly available: number;
  readonly flashSale: { readonly id: string; readonly startsAt: string; readonly endsAt: string } | null;
}

/** An order as the API shows it: what the saga waits for is told to admins only. */
export type OrderView = Omit<CoreOrderView, 'waitingFor'> & Partial<Pick<CoreOrderView, 'waitingFor'>>;

export interface ProductList {
  readonly items: readonly Product[];
  readonly page: number;
  readonly limit: number;
  readonly total: number;
}

export interface Category {
  readonly id: string;
  readonly name: string;
  readonly products: number;
}

export interface Cart {
  readonly items: readonly OrderItem[];
  readonly totalCents: number;
  readonly currency: string;
}

export interface User {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: 'customer' | 'admin' | 'ops';
}

export interface CheckoutAnswer {
  readonly orderId: string;
  readonly totalCents: number;
}

/** What the live topic of an order carries. */
export interface OrderUpdate {
  readonly order: OrderView;
  readonly entry?: SagaLogEntry;
}
