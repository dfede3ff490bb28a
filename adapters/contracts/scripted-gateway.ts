import type {
  ChargeOutcome,
  KeyedMoney,
  LookupOutcome,
  PaymentGateway,
} from '../../core/services/payments/gateway.ts';

/** Money of one key, at a gateway whose answers the test holds in its hand. */
export class ScriptedGateway implements PaymentGateway {
  readonly approved = new Set<string>();
  readonly refunded = new Set<string>();
  charges = 0;
  refunds = 0;
  /** What happens when a charge arrives; default: it is approved at once. */
  onCharge: (approve: () => ChargeOutcome) => Promise<ChargeOutcome> = (approve) =>
    Promise.resolve(approve());
  onLookup: (found: LookupOutcome) => Promise<LookupOutcome> = (found) => Promise.resolve(found);
  refundError: Error | undefined;

  charge(order: { readonly key: string }): Promise<ChargeOutcome> {
    this.charges += 1;
    return this.onCharge(() => {
      this.approved.add(order.key);
      return { kind: 'approved', transactionId: `tx_${order.key}` };
    });
  }

  lookup({ key }: KeyedMoney): Promise<LookupOutcome> {
    return this.onLookup(
      this.approved.has(key) ? { kind: 'approved', transactionId: `tx_${key}` } : { kind: 'absent' },
    );
  }

  refund({ key }: KeyedMoney) {
    if (this.refundError !== undefined) return Promise.reject(this.refundError);
    if (!this.refunded.has(key)) this.refunds += 1;
    this.refunded.add(key);
    return Promise.resolve({ kind: 'refunded' as const, refundId: `re_${key}` });
  }

  /** Money taken and not given back. */
  get held(): number {
    return [...this.approved].filter((key) => !this.refunded.has(key)).length;
  }
}
