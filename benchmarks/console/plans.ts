import type { Queryable } from '../../adapters/postgres/database.ts';
import type { Statement } from './ask.ts';

/** A thousand ids in a condition say nothing. */
const PLAN_COLUMNS = 160;

interface Node {
  readonly 'Node Type': string;
  readonly 'Index Name'?: string;
  readonly 'Relation Name'?: string;
  readonly Plans?: readonly Node[];
}

/** How Postgres goes about a statement, run once more, with what it took. */
export async function planOf(db: Queryable, { sql, values }: Statement): Promise<readonly string[]> {
  const rows = await db.query<{ readonly 'QUERY PLAN': string }>(`explain (analyze, buffers) ${sql}`, values);
  return rows.map((row) => row['QUERY PLAN'].slice(0, PLAN_COLUMNS));
}

/** What a statement reads, in the order of its plan: indexes, and tables where they are read as a whole. Not run. */
export async function readsOf(db: Queryable, { sql, values }: Statement): Promise<readonly string[]> {
  // Settings of a transaction have no plan.
  if (!/^\s*(select|with)\b/i.test(sql)) return [];
  const [row] = await db.query<{ readonly 'QUERY PLAN': readonly [{ readonly Plan: Node }] }>(
    `explain (format json) ${sql}`,
    values,
  );
  return row === undefined ? [] : [...new Set(readsIn(row['QUERY PLAN'][0].Plan))];
}

function readsIn(node: Node): readonly string[] {
  const { 'Node Type': type, 'Index Name': index, 'Relation Name': table, Plans = [] } = node;
  const own =
    index !== undefined
      ? [`${index}${type === 'Index Only Scan' ? '' : `, ${table ?? 'then the table'}`}`]
      : type === 'Seq Scan'
        ? [`all of ${String(table)}`]
        : [];
  return [...own, ...Plans.flatMap(readsIn)];
}
