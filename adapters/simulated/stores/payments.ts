import type { Charge } from '../../../core/services/payments/charge.ts';
import type { GatewayLedger, LedgerEntry } from '../../../core/services/payments/gateway-ledger.ts';
import type { PaymentQueries, TransactionView } from '../../../core/services/payments/ports.ts';
import type { PaymentStore } from '../../../core/services/payments/store.ts';
import { viewsOf } from '../../../core/services/payments/views.ts';
import type { MemoryDatabase } from './database.ts';
import { MemoryRows } from './rows.ts';

/** The payments service's tables in memory. */
export class MemoryPaymentStore extends MemoryRows<Charge> implements PaymentStore, PaymentQueries {
  constructor(database: MemoryDatabase) {
    super({
      tables: database.service('payments'),
      table: 'charge',
      keyOf: (charge) => charge.chargeKey,
      check: isPossibleCharge,
      landed: (writes, outbox) => ({ kind: 'rows', service: 'payments', writes, outbox }),
    });
  }

  transactions(orderId: string): Promise<readonly TransactionView[]> {
    const charges = [...this.rows.values()].filter((charge) => charge.orderId === orderId);
    charges.sort((one, other) => one.createdAtMs - other.createdAtMs);
    return Promise.resolve(charges.flatMap(viewsOf));
  }
}

/** What the table's `check`s say. */
function isPossibleCharge({ amountCents, refundedCents, status, transactionId }: Charge): boolean {
  if (amountCents < 0 || (status === 'processed' && transactionId === null)) return false;
  return refundedCents === null || (refundedCents >= 0 && refundedCents <= amountCents);
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
