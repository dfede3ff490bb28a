import { OrreryError } from '../../../core/kernel/errors.ts';
import type { AuditEntry, AuditFilter, AuditTrail } from '../../../core/services/audit/ports.ts';
import type { Database } from '../database.ts';

interface AuditRow {
  readonly id: string;
  readonly at: Date;
  readonly by_user: string;
  readonly action: string;
  readonly kind: string;
  readonly subject: string;
  readonly reason: string | null;
  readonly detail: Readonly<Record<string, unknown>> | null;
}

/** `newId` makes time-ordered ids: they are the order of the trail. */
export function createAuditTrail(db: Database, newId: () => string): AuditTrail {
  return {
    async record({ by, action, subject, reason, detail }) {
      await db.query(
        `insert into gateway.audit (id, by_user, action, kind, subject, reason, detail)
         values ($1, $2, $3, $4, $5, $6, $7::jsonb)`,
        [
          newId(),
          by,
          action,
          subject.kind,
          subject.id,
          reason ?? null,
          detail === undefined ? null : JSON.stringify(detail),
        ],
        'gateway.audit.record',
      );
    },

    async list(filter) {
      const { conditions, values } = conditionsOf(filter);
      const where = conditions.length > 0 ? `where ${conditions.join(' and ')}` : '';
      const rows = await db.query<AuditRow>(
        `select id, at, by_user, action, kind, subject, reason, detail from gateway.audit ${where}
         order by id desc limit ${String(filter.limit + 1)}`,
        values,
      );
      const items = rows.slice(0, filter.limit).map(entryOf);
      return { items, nextCursor: rows.length > filter.limit ? (items.at(-1)?.id ?? null) : null };
    },
  };
}

function conditionsOf(filter: AuditFilter): {
  readonly conditions: readonly string[];
  readonly values: readonly string[];
} {
  const conditions: string[] = [];
  const values: string[] = [];
  const add = (condition: (place: string) => string, value: string | undefined): void => {
    if (value === undefined) return;
    values.push(value);
    conditions.push(condition(`$${String(values.length)}`));
  };
  add((place) => `by_user = ${place}`, filter.by);
  add(
    (place) =>
      filter.action?.endsWith('.') === true ? `starts_with(action, ${place})` : `action = ${place}`,
    filter.action,
  );
  add((place) => `kind = ${place}`, filter.kind);
  add((place) => `subject = ${place}`, filter.subject);
  if (filter.cursor !== undefined && !/^[\w-]{1,100}$/.test(filter.cursor)) {
    throw new OrreryError('bad_cursor', 'cursor: this is not a cursor of this list');
  }
  add((place) => `id < ${place}`, filter.cursor);
  return { conditions, values };
}

function entryOf({ id, at, by_user: by, action, kind, subject, reason, detail }: AuditRow): AuditEntry {
  return {
    id,
    at: at.toISOString(),
    by,
    action,
    subject: { kind, id: subject },
    ...(reason === null ? {} : { reason }),
    ...(detail === null ? {} : { detail }),
  };
}
