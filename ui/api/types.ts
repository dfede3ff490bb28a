import type { Product as CatalogProduct } from '../../core/services/catalog/ports.ts';
import type { SearchUnderstood } from '../../core/models/search/product-search.ts';
import type { Address, OrderItem } from '../../core/messages/shapes.ts';
import type { OrderView as CoreOrderView, SagaLogEntry } from '../../core/services/orders/ports.ts';

export type { SagaLogEntry, Page } from '../../core/services/orders/ports.ts';
export type { OrderStatus } from '../../core/messages/status.ts';
export type { Address } from '../../core/messages/shapes.ts';
export type { NotificationView } from '../../core/services/notifications/ports.ts';
export type { SearchUnderstood } from '../../core/models/search/product-search.ts';
export type { UnderstoodPart } from '../../core/models/search/understand/understand.ts';
export type { CategoryView as Category, ProductSort, SearchSort } from '../../core/services/catalog/ports.ts';
export type { DeliveryEstimate, ShipmentView } from '../../core/services/shipping/ports.ts';
export type { Session } from '../../core/services/accounts/ports.ts';
export type { LinePlace } from '../../core/services/gateway/line/ports.ts';

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

/** What a search found, and how it was understood. */
export interface SearchResult extends ProductList {
  /** How many of all have every word; the others come near. */
  readonly exact: number;
  readonly understood: SearchUnderstood;
}

/** An address that somebody keeps. */
export interface AddressEntry extends Address {
  readonly id: string;
  readonly label?: string;
  /** Where parcels go unless another one is chosen. */
  readonly isDefault: boolean;
}

/** A flash sale that runs or is to come. */
export interface Sale {
  readonly id: string;
  readonly productId: string;
  readonly startsAt: string;
  readonly endsAt: string;
  readonly units: number;
  readonly soldOut?: boolean;
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

/** Who takes the payments; without a key the page can't ask for a card of Stripe. */
export interface PaymentConfig {
  readonly gateway: 'simulated' | 'stripe';
  readonly publishableKey?: string;
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
