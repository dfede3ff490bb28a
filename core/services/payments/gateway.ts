/** The gateway's definite word about a key; `absent`: it never heard of it; `pending`: it can't say yet. */
export type ChargeOutcome =
  | { readonly kind: 'approved'; readonly transactionId: string }
  | { readonly kind: 'declined'; readonly reason: string };
export type LookupOutcome = ChargeOutcome | { readonly kind: 'absent' } | { readonly kind: 'pending' };
export type RefundOutcome =
  | { readonly kind: 'refunded'; readonly refundId: string }
  | { readonly kind: 'refundRefused'; readonly reason: string };

/** The money that a key stands for: the same in every call about it. */
export interface KeyedMoney {
  /** Business key: one charge per key, ever; a repeat gets the first outcome again. */
  readonly key: string;
  readonly orderId: string;
  readonly amountCents: number;
  readonly currency: string;
}

export interface ChargeOrder extends KeyedMoney {
  readonly method: string;
  readonly token?: string;
}

/**
 * Whoever moves the money. A rejected call says nothing about the money: the call may have arrived. Aborting the
 * signal ends the wait, not what the gateway may already be doing.
 */
export interface PaymentGateway {
  /** Idempotent by key. Resolves with a definite verdict. */
  charge(order: ChargeOrder, signal: AbortSignal): Promise<ChargeOutcome>;
  /** Moves no money, and never will. */
  lookup(money: KeyedMoney, signal: AbortSignal): Promise<LookupOutcome>;
  /** Gives back all that was charged under the key, once however often asked. */
  refund(money: KeyedMoney, signal: AbortSignal): Promise<RefundOutcome>;
}
