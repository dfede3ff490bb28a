import type { PeopleStore, Person, Refused } from '../../../core/services/accounts/people.ts';
import type { Role } from '../../../core/services/accounts/ports.ts';
import type { Database, Queryable } from '../database.ts';
import { decodeKeyset, encodeKeyset, KEYSET_TEXT, KEYSET_TIME } from '../keyset.ts';

interface PersonRow {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  readonly disabled_at: Date | null;
  readonly created_at: Date;
  /** With its microseconds, which a Date has not. */
  readonly created_text: string;
  readonly sessions: number;
  readonly last_seen_at: Date | null;
}

/** `page`: a condition on users `u` with what follows it; sessions are counted for those shown. */
const people = (page: string): string => `
  select u.id, u.name, u.email, u.role, u.disabled_at, u.created_at, s.sessions, s.last_seen_at,
    to_char(u.created_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as created_text
  from (select * from accounts.users u where u.closed_at is null and ${page}) u
  cross join lateral (
    select count(*)::integer as sessions, max(coalesce(last_seen_at, created_at)) as last_seen_at
    from accounts.sessions where user_id = u.id and expires_at > now()
  ) s
  order by u.created_at desc, u.id desc`;

const LIST = people(`
  ($1::text is null or strpos(lower(u.name), lower($1)) > 0 or strpos(u.email, lower($1)) > 0)
  and ($2::text is null or u.role = $2) and ($3::boolean is null or (u.disabled_at is not null) = $3)
  and ($4::timestamptz is null or (u.created_at, u.id) < ($4, $5))
  order by u.created_at desc, u.id desc limit $6::integer`);

const FIND = people('u.id = $1');

/** Admins who lose their role at the same moment wait here for each other, in the order of their ids. */
const LOCK_ADMINS = `
  select id from accounts.users where role = 'admin' and disabled_at is null order by id for update`;

const SET_ROLE = `update accounts.users set role = $2 where id = $1 and closed_at is null returning 1`;

/** Before the sessions go, in a statement of its own: none is made beside it and missed. */
const DISABLE = `
  update accounts.users set disabled_at = coalesce(disabled_at, now()) where id = $1 and closed_at is null returning 1`;
const ENABLE = `update accounts.users set disabled_at = null where id = $1 and closed_at is null returning 1`;
const END_SESSIONS = `delete from accounts.sessions where user_id = $1 returning id`;

export function createPeopleStore(db: Database): PeopleStore {
  return {
    async list({ words, role, disabled, limit, cursor }) {
      const before = cursor === undefined ? [null, null] : decodeKeyset(cursor, [KEYSET_TIME, KEYSET_TEXT]);
      const rows = await db.query<PersonRow>(LIST, [
        words ?? null,
        role ?? null,
        disabled ?? null,
        ...before,
        limit + 1,
      ]);
      const shown = rows.slice(0, limit);
      const last = shown.at(-1);
      const more = rows.length > limit && last !== undefined;
      return {
        items: shown.map(personOf),
        nextCursor: more ? encodeKeyset([last.created_text, last.id]) : null,
      };
    },

    async find(userId) {
      const [row] = await db.query<PersonRow>(FIND, [userId]);
      return row === undefined ? undefined : personOf(row);
    },

    setRole: (userId, role) =>
      db.transaction(async (tx) => {
        if (role !== 'admin' && (await isLastAdmin(tx, userId))) return 'last_admin';
        return unlessNobody(await tx.query(SET_ROLE, [userId, role]));
      }),

    disable: (userId) =>
      db.transaction(async (tx) => {
        if (await isLastAdmin(tx, userId)) return 'last_admin';
        return (
          unlessNobody(await tx.query(DISABLE, [userId])) ?? idsOf(await tx.query(END_SESSIONS, [userId]))
        );
      }),

    enable: async (userId) => unlessNobody(await db.query(ENABLE, [userId])),

    endSessions: async (userId) => idsOf(await db.query(END_SESSIONS, [userId])),
  };
}

async function isLastAdmin(tx: Queryable, userId: string): Promise<boolean> {
  const admins = await tx.query<{ readonly id: string }>(LOCK_ADMINS);
  return admins.length === 1 && admins[0]?.id === userId;
}

function unlessNobody(changed: readonly object[]): Refused | undefined {
  return changed.length === 0 ? 'unknown_person' : undefined;
}

function idsOf(rows: readonly object[]): readonly string[] {
  return (rows as readonly { readonly id: string }[]).map(({ id }) => id);
}

function personOf(row: PersonRow): Person {
  return {
    id: row.id,
    name: row.name,
    email: row.email,
    role: row.role,
    disabledAt: row.disabled_at?.toISOString() ?? null,
    createdAt: row.created_at.toISOString(),
    sessions: row.sessions,
    lastSeenAt: row.last_seen_at?.toISOString() ?? null,
  };
}
