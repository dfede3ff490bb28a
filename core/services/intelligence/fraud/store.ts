import type { OutboxRow } from '../../../engine/ports.ts';
import type { OrderFacts, PastOrder } from '../../../models/fraud/orders.ts';

/** An order as the fraud score remembers it; addresses, networks and devices are keyed hashes. */
export interface SeenOrder extends Omit<OrderFacts, 'lines' | 'payment' | 'accountCreatedAtMs'> {
  /** What the model was asked about; kept to learn from. */
  readonly values: ArrayLike<number>;
  /** Null: no model served when the order was placed. */
  readonly verdict: KeptVerdict | null;
}

export interface KeptVerdict {
  readonly score: number;
  readonly reasons: readonly string[];
  readonly modelVersion: number;
}

/** What became of an order later on. */
export interface OrderOutcome {
  readonly orderId: string;
  readonly kind: 'declined' | 'refund_asked' | 'disputed' | 'approved' | 'rejected';
  readonly atMs: number;
}

/** What is known before a group of orders is scored. */
export interface FraudHistory {
  /** Of the group's orders those that were seen before. */
  readonly seen: ReadonlyMap<string, KeptVerdict | null>;
  /** Earlier orders of the group's shoppers, addresses, networks and devices, each once. */
  readonly past: readonly PastOrder[];
}

/** Orders seen and what became of them: the counters behind the score, and the rows it learns from. */
export interface FraudStore {
  /** Of each shopper, address, network and device the latest earlier orders (HISTORY_ORDERS_MAX, HISTORY_MS). */
  look(orders: readonly OrderFacts[]): Promise<FraudHistory>;
  /**
   * Keeps orders together with what is sent about them, in one statement. Orders that are kept already stay as they are.
   * Durable once resolved; rejects with ValueRefused (nothing written) or StoreUnavailable (nobody knows).
   */
  keep(orders: readonly SeenOrder[], outbox: OutboxRow | undefined): Promise<void>;
  /** Of several outcomes of one kind the first counts; an order may become known later than its outcome. */
  learn(outcomes: readonly OrderOutcome[]): Promise<void>;
}
