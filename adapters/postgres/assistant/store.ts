import { createHash } from 'node:crypto';
import type { Action, ProposalStore, SummaryStore } from '../../../core/services/assistant/ports.ts';
import type { Queryable } from '../database.ts';

const PROPOSAL_MINUTES = 10;

function hashOf(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

export function createProposalStore(db: Queryable): ProposalStore {
  return {
    async add({ token, by, action, text }) {
      await db.query(
        `with lapsed as (delete from assistant.proposal where expires_at < now())
         insert into assistant.proposal (token_hash, by_user, action, text, expires_at)
         values ($1, $2, $3::jsonb, $4, now() + $5::integer * interval '1 minute')`,
        [hashOf(token), by, JSON.stringify(action), text, PROPOSAL_MINUTES],
        'assistant.propose',
      );
    },
    async take(token, by) {
      const [row] = await db.query<{ readonly action: Action; readonly text: string }>(
        `delete from assistant.proposal where token_hash = $1 and by_user = $2 and expires_at >= now()
         returning action, text`,
        [hashOf(token), by],
        'assistant.take',
      );
      return row;
    },
  };
}

export function createSummaryStore(db: Queryable): SummaryStore {
  return {
    async find(orderId) {
      const [row] = await db.query<{ readonly version: number; readonly text: string; readonly at: Date }>(
        'select version, text, at from assistant.order_summary where order_id = $1',
        [orderId],
        'assistant.summary',
      );
      return row === undefined ? undefined : { ...row, at: row.at.toISOString() };
    },
    async keep(orderId, { version, text }) {
      await db.query(
        `insert into assistant.order_summary as known (order_id, version, text) values ($1, $2, $3)
         on conflict (order_id) do update set version = excluded.version, text = excluded.text, at = now()
         where known.version <= excluded.version`,
        [orderId, version, text],
        'assistant.keep_summary',
      );
    },
  };
}
