import type { OutboxRow } from '../../core/engine/ports.ts';
import { plainArray, textArray } from './arrays.ts';
import type { Queryable } from './database.ts';
import { FEW_ROWS } from './engine/commit-part.ts';
import { outboxInsertSql, outboxValues } from './engine/outbox.ts';
import { FENCE_LOST_STATE } from './errors.ts';
import { columnArrays, keyedSql, type KeyedTable } from './keyed-table.ts';
import { quoteName } from './names.ts';

/**
 * Owns: one statement, so one transaction and one round trip, that writes what was decided about rows nobody holds, and
 * nothing unless those rows still are what the decision was shown.
 * Does not own: who saw the rows, what happens when they changed.
 *
 * A row's version is its `xmin`, the transaction that wrote it: every write of every build changes it, and no build has
 * to know. One that was compared over two thousand million transactions late could match by accident; versions are
 * kept for as long as a message is handled.
 *
 * I1. What was seen is locked and compared at once (`held`), in the order of the keys, before anything else is touched:
 *     inserts and updates wait for `is_held`, which counts it. Under READ COMMITTED a lock that waited for another
 *     writer looks at the row that one left behind, whose `xmin` is another, and drops it. From then on nobody else can
 *     change the row, so the update meets the very version that was seen; and whoever takes row locks, as builds
 *     without this statement do, waits for it as for their own kind.
 * I2. What was not there is inserted only if it still is not; an insert under way elsewhere under the same key is waited
 *     for. Inserts come after all locks and in the order of their keys, so nobody waits in a circle.
 * I3. A key that was found empty and stays so is looked at once more with the rest, for an answer may depend on it.
 * I4. When any of this fails the whole statement does: FenceLost, nothing written, nothing sent (P9).
 */
export interface KeyedChange<Row> {
  /** Keys and versions of the rows that were seen. */
  readonly seen: readonly { readonly key: string; readonly version: string }[];
  /** Keys without a row that get none. */
  readonly empty: readonly string[];
  readonly inserts: readonly Row[];
  /** Their keys are among `seen`. */
  readonly updates: readonly Row[];
  readonly outbox: OutboxRow | undefined;
}

interface Part<Row> {
  /** Its parameters; undefined when this change has nothing for the part: then it is left out. */
  readonly values: (change: KeyedChange<Row>) => readonly unknown[] | undefined;
  /** Its CTEs; parameters begin at `$first`, and nothing is written unless `condition` holds. */
  readonly sql?: (first: number, condition: string) => string;
  /** What must be true for the change to stand. */
  readonly holds?: (first: number) => string;
}

interface Present<Row> {
  readonly part: Part<Row>;
  readonly first: number;
}

interface Statement {
  readonly name: string;
  readonly sql: string;
}

const IS_HELD = '(select is_held from fence)';

export class KeyedCommit<Row, Stored extends object> {
  readonly #table: KeyedTable<Row, Stored>;
  readonly #parts: readonly Part<Row>[];
  /** By which parts are in: each combination is a prepared statement of its own. */
  readonly #statements = new Map<string, Statement>();

  constructor(table: KeyedTable<Row, Stored>) {
    this.#table = table;
    this.#parts = partsOf(table);
  }

  /** Resolves with the version that the written rows have from now on. */
  async run(db: Queryable, change: KeyedChange<Row>): Promise<string> {
    const values: unknown[] = [FEW_ROWS];
    const present: Present<Row>[] = [];
    let shape = '';
    for (const part of this.#parts) {
      const own = part.values(change);
      shape += own === undefined ? '0' : '1';
      if (own === undefined) continue;
      present.push({ part, first: values.length + 1 });
      values.push(...own);
    }
    const statement = this.#statements.get(shape) ?? this.#assemble(shape, present, change.seen.length > 0);
    this.#statements.set(shape, statement);
    const [answer] = await db.query<{ version: string | null }>(statement.sql, values, statement.name);
    return answer?.version ?? '';
  }

  #assemble(shape: string, present: readonly Present<Row>[], fenced: boolean): Statement {
    const { schema, table } = this.#table;
    const ctes = present.flatMap(({ part, first }) => part.sql?.(first, fenced ? IS_HELD : 'true') ?? []);
    const checks = ['true', ...present.flatMap(({ part, first }) => part.holds?.(first) ?? [])];
    // The checks lock and insert, so there is a transaction id by then. $1 is named for its type, as a part may not do.
    const sql = `${ctes.length === 0 ? '' : `with ${ctes.join(',\n')}`}
      select case when ${checks.join(' and ')} then pg_current_xact_id_if_assigned()::xid::text
        else ${quoteName(schema)}.refuse_commit('${FENCE_LOST_STATE}', 'rows changed meanwhile') end as version
      where $1::bigint > 0`;
    return { name: `${schema}.${table}.commit.${shape}`, sql };
  }
}

function partsOf<Row, Stored extends object>(table: KeyedTable<Row, Stored>): readonly Part<Row>[] {
  const { name, key, insert, update } = keyedSql(table);
  const arrays = (rows: readonly Row[]) => (rows.length === 0 ? undefined : columnArrays(table, rows));
  return [
    {
      values: ({ seen }) =>
        seen.length === 0
          ? undefined
          : [textArray(seen.map((row) => row.key)), plainArray(seen.map((row) => row.version))],
      sql: (first) => `held as (
        select kept.${key} from ${name} as kept join (
          select * from unnest($${String(first)}::text[], $${String(first + 1)}::xid[]) as row(key, version)
          limit $1::bigint
        ) as seen on kept.${key} = seen.key and kept.xmin = seen.version
        order by kept.${key} for no key update of kept
      ), fence as (select count(*) = cardinality($${String(first)}) as is_held from held)`,
      holds: () => IS_HELD,
    },
    {
      values: ({ empty }) => (empty.length === 0 ? undefined : [textArray(empty)]),
      holds: (first) => `not exists (select from ${name} where ${key} = any($${String(first)}::text[]))`,
    },
    {
      values: ({ inserts }) => arrays(inserts),
      sql: (first, condition) => `inserted as (${insert(first, condition)})`,
      holds: (first) => `(select count(*) from inserted) = cardinality($${String(first)})`,
    },
    {
      values: ({ updates }) => arrays(updates),
      sql: (first, condition) => `updated as (${update(first, condition, '$1::bigint')})`,
    },
    {
      values: ({ outbox }) => (outbox === undefined ? undefined : outboxValues([outbox])),
      sql: (first) => `sent as (${outboxInsertSql(table.schema, first)})`,
    },
  ];
}
