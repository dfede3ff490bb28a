import type { OutboxKey, OutboxRow } from '../../../core/engine/ports.ts';
import { messagesText } from '../../../core/kernel/message-text.ts';
import { partitionName } from '../../../core/kernel/partition.ts';
import { plainArray, textArray } from '../arrays.ts';
import type { Queryable } from '../database.ts';
import { quoteName } from '../names.ts';
import { FEW_ROWS } from './commit-part.ts';
import { LIVING_SINCE } from './members.ts';

/** Epoch of rows taken over from writers that are gone; their sequence is the row's position, which is unique. */
const ADOPTED_EPOCH = -1;

/**
 * Inserts outbox rows into a service's schema within the caller's transaction, so that what is sent becomes
 * durable together with what it is about (P9). Participants and intake call it with the rows of their
 * `OutboxWriter`. Resolves once the rows are written; they exist once the transaction has committed.
 */
export async function insertOutbox(tx: Queryable, schema: string, rows: readonly OutboxRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.query(outboxInsertSql(schema, 1), outboxValues(rows), `${schema}.outbox.insert`);
}

/** The insert of `insertOutbox` for a statement that does more; `first` is the number of the first of its parameters. */
export function outboxInsertSql(schema: string, first: number): string {
  const values = ['text', 'bigint', 'bigint', 'text'].map(
    (type, index) => `$${String(first + index)}::${type}[]`,
  );
  return `insert into ${quoteName(schema)}.outbox (writer, epoch, sequence, messages)
     select writer, epoch, sequence, messages::json
     from unnest(${values.join(', ')}) as row(writer, epoch, sequence, messages)`;
}

/** The parameters of `outboxInsertSql`. */
export function outboxValues(rows: readonly OutboxRow[]): readonly unknown[] {
  return [
    textArray(rows.map((row) => row.writer)),
    plainArray(rows.map((row) => row.epoch)),
    plainArray(rows.map((row) => row.sequence)),
    textArray(rows.map((row) => messagesText(row.messages))),
  ];
}

/** What the last owners of partitions may not have sent, in the order of their commits. */
export function leftovers(
  db: Queryable,
  schema: string,
  partitions: readonly number[],
): Promise<readonly OutboxRow[]> {
  return db.query<OutboxRow>(
    `select writer, epoch, sequence, messages from ${schema}.outbox
     where writer = any($1::text[]) order by writer, epoch, sequence`,
    [partitions.map(partitionName)],
    `${schema}.outbox.leftovers`,
  );
}

/**
 * Makes rows of writers that are gone the caller's own, oldest first; rows it took before and still has not sent come
 * again, for the answer that told of them may have been lost. Two callers at once get different rows. The
 * rows keep their place among all (`position`), so that a second takeover sends them in the same order.
 */
export function adoptOutbox(
  db: Queryable,
  schema: string,
  memberId: string,
  limit: number,
): Promise<readonly OutboxRow[]> {
  return db.query<OutboxRow>(
    `with orphan as materialized (
       select writer, epoch, sequence from ${schema}.outbox as stored
       where (writer = $1 and epoch = ${String(ADOPTED_EPOCH)})
         or (writer <> $1 and writer !~ '^p[0-9]{2,}$' and not exists (
           select from ${schema}.member where member.id = stored.writer and member.seen_at > ${LIVING_SINCE}
         ))
       order by position limit $2 for update skip locked
     ), adopted as (
       update ${schema}.outbox as stored
       set writer = $1, epoch = ${String(ADOPTED_EPOCH)}, sequence = stored.position
       from orphan
       where stored.writer = orphan.writer and stored.epoch = orphan.epoch and stored.sequence = orphan.sequence
       returning stored.writer, stored.epoch, stored.sequence, stored.messages, stored.position
     )
     select writer, epoch, sequence, messages from adopted order by position`,
    [memberId, limit],
    `${schema}.outbox.adopt`,
  );
}

/** A member's own rows of commits whose end it was not told. */
export function findOutbox(
  db: Queryable,
  schema: string,
  memberId: string,
  sequences: readonly number[],
): Promise<readonly OutboxRow[]> {
  return db.query<OutboxRow>(
    `select writer, epoch, sequence, messages from ${schema}.outbox
     where writer = $1 and epoch = 0 and sequence = any($2::bigint[]) order by sequence`,
    [memberId, sequences],
    `${schema}.outbox.find`,
  );
}

/** Removes rows the broker has confirmed. */
export async function confirmOutbox(
  db: Queryable,
  schema: string,
  rows: readonly OutboxKey[],
): Promise<void> {
  if (rows.length === 0) return;
  await db.query(
    `delete from ${schema}.outbox as stored
     using (
       select * from unnest($2::text[], $3::bigint[], $4::bigint[]) as row(writer, epoch, sequence) limit $1::bigint
     ) as row
     where stored.writer = row.writer and stored.epoch = row.epoch and stored.sequence = row.sequence`,
    [
      FEW_ROWS,
      textArray(rows.map((row) => row.writer)),
      plainArray(rows.map((row) => row.epoch)),
      plainArray(rows.map((row) => row.sequence)),
    ],
    `${schema}.outbox.confirm`,
  );
}
