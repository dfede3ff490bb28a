import { messagesText } from '../../../core/kernel/message-text.ts';
import { type CommitPart, columnsOf } from './commit-part.ts';

/** A row per message handled, unique by the message's id (P6). */
export function logPart(schema: string): CommitPart {
  return {
    name: 'logged',
    types: ['text', 'text', 'bigint', 'text', 'text', 'text', 'text', 'text', 'bigint', 'text'],
    columns: (commit) =>
      columnsOf(
        commit.log,
        (row) => row.kind,
        (row) => row.id,
        (row) => row.version,
        (row) => row.messageId,
        (row) => row.type,
        (row) => row.causationId,
        (row) => row.from,
        (row) => row.to,
        (row) => row.atMs,
        (row) => JSON.stringify(row.detail),
      ),
    sql: (rows) => `
      insert into ${schema}.actor_log (kind, id, version, message_id, type, causation_id, from_state, to_state, at,
        detail)
      select kind, id, version, message_id, type, causation_id, from_state, to_state,
        to_timestamp(at_ms::double precision / 1000), detail::jsonb
      from unnest(${rows}) as row(kind, id, version, message_id, type, causation_id, from_state, to_state, at_ms,
        detail)`,
  };
}

/** The ids of messages handled by behaviours without a log (P6). */
export function inboxPart(schema: string): CommitPart {
  return {
    name: 'remembered',
    types: ['date', 'text'],
    columns: (commit) =>
      columnsOf(
        commit.inbox,
        (row) => row.day,
        (row) => row.messageId,
      ),
    sql: (rows) => `insert into ${schema}.inbox (day, message_id) select * from unnest(${rows})`,
  };
}

/** What the commit sends (P9). */
export function outboxPart(schema: string): CommitPart {
  return {
    name: 'sent',
    types: ['text', 'bigint', 'bigint', 'text'],
    columns: (commit) =>
      columnsOf(
        commit.outbox,
        (row) => row.writer,
        (row) => row.epoch,
        (row) => row.sequence,
        (row) => messagesText(row.messages),
      ),
    sql: (rows) => `
      insert into ${schema}.outbox (writer, epoch, sequence, messages)
      select writer, epoch, sequence, messages::json from unnest(${rows}) as row(writer, epoch, sequence, messages)`,
  };
}

/** Removes outbox rows that the broker has confirmed (P9). */
export function confirmedPart(schema: string): CommitPart {
  return {
    name: 'confirmed',
    types: ['text', 'bigint', 'bigint'],
    columns: (commit) =>
      columnsOf(
        commit.confirmed,
        (row) => row.writer,
        (row) => row.epoch,
        (row) => row.sequence,
      ),
    sql: (rows, fewRows) => `
      delete from ${schema}.outbox as stored
      using (select * from unnest(${rows}) as row(writer, epoch, sequence) limit ${fewRows}) as row
      where stored.writer = row.writer and stored.epoch = row.epoch and stored.sequence = row.sequence`,
  };
}
