import type { Charge } from '../../../core/services/payments/charge.ts';
import type { GatewayLedger, LedgerEntry } from '../../../core/services/payments/gateway-ledger.ts';
import type { PaymentQueries, TransactionView } from '../../../core/services/payments/ports.ts';
import type { PaymentStore } from '../../../core/services/payments/store.ts';
import { viewsOf } from '../../../core/services/payments/views.ts';
import { MemoryRows, type MemoryOutbox } from './rows.ts';

/** The payments service's tables in memory. */
export class MemoryPaymentStore extends MemoryRows<Charge> implements PaymentStore, PaymentQueries {
  constructor(outbox: MemoryOutbox = []) {
    super((charge) => charge.chargeKey, outbox);
  }

  transactions(orderId: string): Promise<readonly TransactionView[]> {
    const charges = [...this.rows.values()].filter((charge) => charge.orderId === orderId);
    charges.sort((one, other) => one.createdAtMs - other.createdAtMs);
    return Promise.resolve(charges.flatMap(viewsOf));
  }
}

/** The simulated gateway's memory, gone with the process. */
export class MemoryGatewayLedger implements GatewayLedger {
  readonly entries = new Map<string, LedgerEntry>();

  record(entries: readonly LedgerEntry[]): Promise<readonly LedgerEntry[]> {
    return Promise.resolve(
      entries.map((entry) => {
        const standing = this.entries.get(entry.key) ?? entry;
        this.entries.set(entry.key, standing);
        return standing;
      }),
    );
  }

  find(keys: readonly string[]): Promise<readonly (LedgerEntry | undefined)[]> {
    return Promise.resolve(keys.map((key) => this.entries.get(key)));
  }

  refund(
    refunds: readonly { readonly key: string; readonly refundId: string }[],
  ): Promise<readonly (LedgerEntry | undefined)[]> {
    for (const { key, refundId } of refunds) {
      const entry = this.entries.get(key);
      if (entry === undefined || entry.transactionId === null || entry.refundId !== null) continue;
      this.entries.set(key, { ...entry, refundId });
    }
    return this.find(refunds.map(({ key }) => key));
  }
}
