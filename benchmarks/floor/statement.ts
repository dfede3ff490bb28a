import { FEW_ROWS } from '../../adapters/postgres/engine/commit-part.ts';
import { quoteName } from '../../adapters/postgres/names.ts';
import { quoted, type TableShape } from './recording.ts';

/** What one statement does to one table; its rows come as an array of text for each column. */
export interface StatementPart {
  readonly table: TableShape;
  readonly write: 'insert' | 'update' | 'delete';
}

/** One transaction: everything in it is written, or nothing. The first parameter is FIRST_PARAMETER. */
export function statementOf(parts: readonly StatementPart[]): string {
  let parameters = 1;
  const ctes = parts.map(({ table, write }, index) => {
    const columns = write === 'delete' ? keyColumns(table) : table.columns;
    const arrays = columns.map(() => `$${String((parameters += 1))}::text[]`).join(', ');
    return `part_${String(index)} as (${writer(table, write, columns, arrays)})`;
  });
  return `with ${ctes.join(',\n')}\nselect $1::bigint`;
}

/** See FEW_ROWS: rows to change are looked up by their keys. */
export const FIRST_PARAMETER = FEW_ROWS;

function writer(
  table: TableShape,
  write: StatementPart['write'],
  columns: TableShape['columns'],
  arrays: string,
): string {
  const name = quoted(table.name);
  const list = columns.map((column) => quoteName(column.name)).join(', ');
  const values = columns.map((column) => `${quoteName(column.name)}::${column.type}`).join(', ');
  const given = `select ${values} from unnest(${arrays}) as given(${list})`;
  const same = table.key.map((key) => `stored.${quoteName(key)} = changed.${quoteName(key)}`).join(' and ');
  switch (write) {
    case 'insert':
      return `insert into ${name} (${list}) ${given}`;
    case 'update': {
      const others = columns.filter((column) => !table.key.includes(column.name));
      const changes = others.map((column) => `${quoteName(column.name)} = changed.${quoteName(column.name)}`);
      return `update ${name} as stored set ${changes.join(', ')} from (${given} limit $1::bigint) as changed where ${same}`;
    }
    case 'delete':
      return `delete from ${name} as stored using (${given} limit $1::bigint) as changed where ${same}`;
  }
}

/** The columns of a table's key, in the order in which a deletion takes them. */
export function keyColumns({ columns, key }: TableShape): TableShape['columns'] {
  return columns.filter(({ name }) => key.includes(name));
}
