/** The memory of the simulated gateway: it outlives our restarts, as a real gateway's does. */
export interface LedgerEntry {
  readonly key: string;
  readonly amountCents: number;
  readonly currency: string;
  /** Null: declined. */
  readonly transactionId: string | null;
  /** Why it was declined. */
  readonly reason: string | null;
  readonly refundId: string | null;
}

/** Array-shaped; each call is durable once resolved, and safe to repeat. */
export interface GatewayLedger {
  /** Keeps the entries whose keys are new; resolves with what stands under each key, in the order asked. */
  record(entries: readonly LedgerEntry[]): Promise<readonly LedgerEntry[]>;
  /** What stands under each key, in the order asked. */
  find(keys: readonly string[]): Promise<readonly (LedgerEntry | undefined)[]>;
  /** Marks approved charges refunded, the first refund id stays; resolves as `find` does. */
  refund(
    refunds: readonly { readonly key: string; readonly refundId: string }[],
  ): Promise<readonly (LedgerEntry | undefined)[]>;
}
