import type { GatewayLedger, LedgerEntry } from '../../../core/services/payments/gateway-ledger.ts';
import type { Queryable } from '../database.ts';

interface StoredEntry {
  readonly key: string;
  readonly amount_cents: number;
  readonly currency: string;
  readonly transaction_id: string | null;
  readonly reason: string | null;
  readonly refund_id: string | null;
}

const RECORD = `
insert into simulated_gateway.ledger (key, amount_cents, currency, transaction_id, reason)
select distinct on (key) key, amount_cents, currency, transaction_id, reason
from unnest($1::text[], $2::bigint[], $3::text[], $4::text[], $5::text[])
  with ordinality as given(key, amount_cents, currency, transaction_id, reason, position)
order by key, position
on conflict (key) do nothing
returning key, amount_cents, currency, transaction_id, reason, refund_id`;

const FIND = `
select key, amount_cents, currency, transaction_id, reason, refund_id
from simulated_gateway.ledger where key = any($1::text[])`;

/** Rows are locked in the order of their keys, so that two groups can't wait for each other in a circle. */
const REFUND = `
with given as (
  select distinct on (key) key, refund_id from unnest($1::text[], $2::text[]) as given(key, refund_id) order by key
), locked as (
  select ledger.key, given.refund_id from simulated_gateway.ledger join given using (key)
  where ledger.transaction_id is not null and ledger.refund_id is null
  order by ledger.key for no key update of ledger
)
update simulated_gateway.ledger set refund_id = locked.refund_id, refunded_at = now()
from locked where ledger.key = locked.key and ledger.refund_id is null`;

/** The simulated gateway's memory in Postgres, in the schema that `simulatedGatewayMigrations` builds. */
export function createGatewayLedger(db: Queryable): GatewayLedger {
  const find = async (keys: readonly string[]): Promise<readonly (LedgerEntry | undefined)[]> => {
    const rows = await db.query<StoredEntry>(FIND, [keys], 'simulated_gateway.find');
    const byKey = new Map(rows.map((row) => [row.key, readEntry(row)]));
    return keys.map((key) => byKey.get(key));
  };
  return {
    record: async (entries) => {
      const values = [
        entries.map(({ key }) => key),
        entries.map(({ amountCents }) => amountCents),
        entries.map(({ currency }) => currency),
        entries.map(({ transactionId }) => transactionId),
        entries.map(({ reason }) => reason),
      ];
      const inserted = await db.query<StoredEntry>(RECORD, values, 'simulated_gateway.record');
      const standing = new Map(inserted.map((row) => [row.key, readEntry(row)]));
      const older = [...new Set(entries.map(({ key }) => key))].filter((key) => !standing.has(key));
      // A key that is not new was committed before our insert ended, so a later statement sees it.
      if (older.length > 0) {
        for (const entry of await find(older)) if (entry !== undefined) standing.set(entry.key, entry);
      }
      return entries.map((entry) => standing.get(entry.key) ?? entry);
    },
    find,
    refund: async (refunds) => {
      const keys = refunds.map(({ key }) => key);
      await db.query(REFUND, [keys, refunds.map(({ refundId }) => refundId)], 'simulated_gateway.refund');
      return await find(keys);
    },
  };
}

function readEntry(row: StoredEntry): LedgerEntry {
  return {
    key: row.key,
    amountCents: row.amount_cents,
    currency: row.currency,
    transactionId: row.transaction_id,
    reason: row.reason,
    refundId: row.refund_id,
  };
}
