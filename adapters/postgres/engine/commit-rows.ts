import type { Commit, SqlType, TableSpec } from '../../../core/engine/ports.ts';
import { assert } from '../../../core/kernel/assert.ts';
import { ValueRefused } from '../../../core/kernel/errors.ts';
import { sentAs } from '../arrays.ts';
import { quoteName } from '../names.ts';
import type { CommitPart } from './commit-part.ts';

/** SQLSTATE of an update that met no row: trying again can't help, so it belongs to the refused values (P8). */
const ROW_MISSING_STATE = '23000';

type Row = Readonly<Record<string, unknown>>;

/** The rows that decisions wrote to one of the service's own tables. */
export function tablePart(schema: string, spec: TableSpec, position: number): CommitPart {
  const columns = Object.entries(spec.columns);
  const names = columns.map(([name]) => name);
  for (const key of spec.key)
    assert(names.includes(key), `key ${key} of table spec ${spec.name} is a column`);
  const sql = rowWriter(schema, spec);
  const part: CommitPart = {
    name: `table_${String(position)}`,
    types: columns.map(([, type]) => sentAs(type)),
    columns: (commit) => {
      const rows = rowsOf(commit, spec);
      if (rows.length === 0) return undefined;
      return columns.map(([name, type]) => rows.map((row) => sqlValue(row[name], type)));
    },
    sql,
  };
  if (spec.write !== 'update') return part;
  return {
    ...part,
    check: {
      holds: (count) => `(select count(*) from ${part.name}) = ${count}`,
      state: ROW_MISSING_STATE,
      reason: `a row to update is missing in ${spec.table}`,
    },
  };
}

function rowWriter(schema: string, spec: TableSpec): CommitPart['sql'] {
  const table = `${schema}.${quoteName(spec.table)}`;
  const columns = Object.entries(spec.columns);
  const list = columns.map(([name]) => quoteName(name)).join(', ');
  const values = columns
    .map(([name, type]) => `${quoteName(name)}${sentAs(type) === type ? '' : `::${type}`}`)
    .join(', ');
  const others = columns.filter(([name]) => !spec.key.includes(name));
  const key = spec.key.map(quoteName);
  switch (spec.write) {
    case 'insert':
      return (rows) => `insert into ${table} (${list}) select ${values} from unnest(${rows}) as row(${list})`;
    case 'upsert': {
      const changes = others.map(([name]) => `${quoteName(name)} = excluded.${quoteName(name)}`).join(', ');
      const conflict = changes === '' ? 'do nothing' : `do update set ${changes}`;
      return (rows) =>
        `insert into ${table} (${list}) select ${values} from unnest(${rows}) as row(${list})
         on conflict (${key.join(', ')}) ${conflict}`;
    }
    case 'update': {
      const changes = others.map(([name]) => `${quoteName(name)} = row.${quoteName(name)}`).join(', ');
      const same = key.map((name) => `stored.${name} = row.${name}`).join(' and ');
      return (rows, fewRows) =>
        `update ${table} as stored set ${changes}
         from (select ${values} from unnest(${rows}) as row(${list}) limit ${fewRows}) as row
         where ${same} returning 1`;
    }
  }
}

/** The batch's rows of one spec; those that replace become one per key: the later wins, column by column. */
function rowsOf(commit: Commit, spec: TableSpec): readonly Row[] {
  const rows: Row[] = [];
  for (const write of commit.rows) if (write.table === spec.name) rows.push(write.row);
  if (spec.write === 'insert' || rows.length === 0) return rows;
  const byKey = new Map<string, Row>();
  for (const row of rows) {
    if (spec.write === 'update') {
      const missing = Object.keys(spec.columns).find((name) => row[name] === undefined);
      if (missing !== undefined) throw new ValueRefused(`a row for ${spec.name} lacks ${missing}`);
    }
    const key = JSON.stringify(spec.key.map((name) => row[name]));
    const earlier = byKey.get(key);
    byKey.set(key, earlier === undefined ? row : { ...earlier, ...given(row) });
  }
  return [...byKey.values()];
}

function given(row: Row): Row {
  return Object.fromEntries(Object.entries(row).filter(([, value]) => value !== undefined));
}

/** A decision's value as the driver takes it: JSON as text, points in time from Date, ISO text or milliseconds. */
function sqlValue(value: unknown, type: SqlType): unknown {
  if (value === undefined || value === null) return null;
  if (type === 'jsonb') return JSON.stringify(value);
  if (type !== 'timestamptz') return value;
  if (value instanceof Date) return value.toISOString();
  return typeof value === 'number' ? new Date(value).toISOString() : value;
}
