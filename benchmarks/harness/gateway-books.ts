import type { GatewayLedger, LedgerEntry } from '../../core/services/payments/gateway-ledger.ts';
import type { Queryable } from '../../adapters/postgres/database.ts';
import { createGatewayLedger } from '../../adapters/postgres/payments/gateway-ledger.ts';

/**
 * A payment gateway is somebody else's computer: during a run its books are kept in memory, and cost us nothing.
 * Afterwards they are written to where the audit of the books looks for them.
 */
export class GatewayBooks implements GatewayLedger {
  readonly #entries = new Map<string, LedgerEntry>();

  record(entries: readonly LedgerEntry[]): Promise<readonly LedgerEntry[]> {
    return Promise.resolve(
      entries.map((entry) => {
        const standing = this.#entries.get(entry.key);
        if (standing === undefined) this.#entries.set(entry.key, entry);
        return standing ?? entry;
      }),
    );
  }

  find(keys: readonly string[]): Promise<readonly (LedgerEntry | undefined)[]> {
    return Promise.resolve(keys.map((key) => this.#entries.get(key)));
  }

  refund(
    refunds: readonly { readonly key: string; readonly refundId: string }[],
  ): Promise<readonly (LedgerEntry | undefined)[]> {
    for (const { key, refundId } of refunds) {
      const entry = this.#entries.get(key);
      if (entry?.transactionId != null && entry.refundId === null)
        this.#entries.set(key, { ...entry, refundId });
    }
    return this.find(refunds.map(({ key }) => key));
  }

  /** Writes everything down; only once nothing moves any more. */
  async writeDown(database: Queryable): Promise<void> {
    const ledger = createGatewayLedger(database);
    const all = [...this.#entries.values()];
    for (let start = 0; start < all.length; start += PORTION) {
      const portion = all.slice(start, start + PORTION);
      await ledger.record(portion);
      await ledger.refund(
        portion.flatMap(({ key, refundId }) => (refundId === null ? [] : [{ key, refundId }])),
      );
    }
  }
}

const PORTION = 1_000;
