import type { OutboxRow } from '../../../core/engine/ports.ts';
import type { Queryable } from '../database.ts';
import { quoteName } from '../names.ts';

/**
 * Inserts outbox rows into a service's schema within the caller's transaction, so that what is sent becomes
 * durable together with what it is about (P9). Participants and intake call it with the rows of their
 * `OutboxWriter`. Resolves once the rows are written; they exist once the transaction has committed.
 */
export async function insertOutbox(tx: Queryable, schema: string, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(
    `insert into ${quoteName(schema)}.outbox (writer, epoch, sequence, messages)
     select writer, epoch, sequence, messages::json
     from unnest($1::text[], $2::bigint[], $3::bigint[], $4::text[]) as row(writer, epoch, sequence, messages)`,
    [
      rows.map((row) => row.writer),
      rows.map((row) => row.epoch),
      rows.map((row) => row.sequence),
      rows.map((row) => JSON.stringify(row.messages)),
    ],
    `${schema}.outbox.insert`,
  );
}
