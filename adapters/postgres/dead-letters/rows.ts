import type {
  Letter,
  LetterState,
  LetterSummary,
  Replay,
} from '../../../core/services/dead-letters/ports.ts';

/** Letters and replays as Postgres gives them, and as everybody else sees them. */

export interface SummaryRow {
  readonly id: string;
  readonly cause: string;
  readonly service: string;
  readonly queue: string;
  readonly code: string;
  readonly type: string | null;
  readonly letter_reason: string;
  readonly message_id: string | null;
  readonly correlation_id: string | null;
  readonly attempts: number;
  readonly died_at: string;
  readonly state: LetterState;
  readonly changed_by: string | null;
  readonly changed_at: Date | null;
  readonly change_reason: string | null;
  readonly refusal: string | null;
}

/** A message may be huge: a list takes of it what it shows. */
export const SUMMARY_COLUMNS = `
  id, cause, service, queue, code, type, left(letter->>'reason', 500) as letter_reason,
  left(letter->'message'->>'id', 200) as message_id, left(letter->'message'->>'correlationId', 200) as correlation_id,
  coalesce((letter->>'attempts')::integer, 0) as attempts, died_at, state,
  changed_by, changed_at, change_reason, refusal`;

export function summaryOf(row: SummaryRow): LetterSummary {
  return {
    id: row.id,
    group: row.cause,
    service: row.service,
    queue: row.queue,
    code: row.code,
    type: row.type,
    reason: row.letter_reason,
    messageId: row.message_id,
    correlationId: row.correlation_id,
    attempts: row.attempts,
    diedAt: row.died_at,
    state: row.state,
    ...(row.changed_at === null
      ? {}
      : {
          change: {
            by: row.changed_by ?? '',
            at: row.changed_at.toISOString(),
            reason: row.change_reason ?? '',
            ...(row.refusal === null ? {} : { refusal: row.refusal }),
          },
        }),
  };
}

export interface LetterRow extends SummaryRow {
  readonly letter: Pick<Letter, 'message' | 'headers' | 'reason'> & { readonly stack?: string };
  readonly mended: unknown;
}

export function letterOf(row: LetterRow): Letter {
  const { message, headers, reason, stack } = row.letter;
  return {
    ...summaryOf(row),
    reason,
    message,
    headers,
    ...(stack === undefined ? {} : { stack }),
    ...(row.mended === null ? {} : { mended: row.mended }),
  };
}

export interface ReplayRow {
  readonly id: string;
  readonly by_user: string;
  readonly reason: string;
  readonly cause: string | null;
  readonly rate_per_second: number;
  readonly total: number;
  readonly replayed: number;
  readonly returned: number;
  readonly created_at: Date;
  readonly stopping: boolean;
  readonly finished_at: Date | null;
}

export const REPLAY_COLUMNS =
  'id, by_user, reason, cause, rate_per_second, total, replayed, returned, created_at, stopping, finished_at';

export function replayOf(row: ReplayRow): Replay {
  return {
    id: row.id,
    by: row.by_user,
    reason: row.reason,
    group: row.cause,
    ratePerSecond: row.rate_per_second,
    total: row.total,
    replayed: row.replayed,
    returned: row.returned,
    createdAt: row.created_at.toISOString(),
    stopping: row.stopping,
    finishedAt: row.finished_at?.toISOString() ?? null,
  };
}
