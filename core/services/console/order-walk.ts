import type { OrderPayment, OrderShipment } from '../orders/ports.ts';
import type { OrderStatus } from '../../messages/status.ts';
import type { OrdersFilter } from './ports.ts';

/** What a bulk action has to know about an order. */
export interface OrderFacts {
  readonly id: string;
  readonly status: OrderStatus;
  readonly sagaState: string;
  readonly version: number;
  readonly payment: OrderPayment['status'];
  readonly shipment: OrderShipment['status'] | null;
  /** False of orders that were seeded: nobody would hear what they are asked. */
  readonly hasSaga: boolean;
}

/** A row of an export. */
export interface ExportRow {
  readonly id: string;
  readonly createdAt: string;
  readonly updatedAt: string;
  readonly status: OrderStatus;
  readonly customerName: string;
  readonly email: string;
  readonly userId: string;
  readonly totalCents: number;
  readonly currency: string;
  readonly paymentMethod: string;
  readonly paymentStatus: string;
  readonly refundedCents: number;
  readonly carrier: string | null;
  readonly trackingNumber: string | null;
  readonly city: string;
  readonly country: string;
  readonly reason: string | null;
  /** `2 × Harbor Stoneware Mug; 1 × Crane Arc Lamp` */
  readonly items: string;
}

export interface Walked<Row> {
  readonly rows: readonly Row[];
  /** Where the next batch begins; null: this was the last. */
  readonly next: string | null;
}

export interface WalkStep {
  readonly filter: OrdersFilter;
  /** Orders placed later are left out: so the set has an end. ISO 8601. */
  readonly until: string;
  readonly limit: number;
  readonly after?: string;
}

/** Every order of a filter, the newest first, a batch at a time by keyset. */
export interface OrderWalk {
  facts(step: WalkStep): Promise<Walked<OrderFacts>>;
  rows(step: WalkStep): Promise<Walked<ExportRow>>;
  /** How many there are, up to `max`. */
  count(filter: OrdersFilter, until: string, max: number): Promise<number>;
  /** Those of the orders that exist. */
  factsOf(orderIds: readonly string[]): Promise<ReadonlyMap<string, OrderFacts>>;
}
