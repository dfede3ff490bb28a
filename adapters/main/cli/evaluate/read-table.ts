import { createReadStream, existsSync, statSync } from 'node:fs';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CsvError, parse } from 'csv-parse';
import { errorMessage } from '../../../../core/kernel/errors.ts';
import { BadInput } from '../../../../core/models/evaluation/bad-input.ts';
import { ColumnPacker } from '../../../../core/models/evaluation/packed-column.ts';
import type { Table } from '../../../../core/models/evaluation/table.ts';

/** Rows are kept in memory, packed column by column. */
const ROWS_MAX = 5_000_000;
const DELIMITERS = [',', ';', '\t'];

/**
 * Reads a file of comma-separated values (UTF-8, with a header, `,`, `;` or tabs between cells; gzip if its name ends
 * in `.gz`). Rejects with BadInput that names the line of what is wrong: no such file, no header, a column twice, a
 * row with more or fewer cells than the header, a quote never closed, no row at all. `option` is the one that named the
 * file.
 */
export async function readTable(path: string, option = '--input'): Promise<Table> {
  if (!existsSync(path)) throw new BadInput(`${option}: there is no file ${path}`);
  if (!statSync(path).isFile()) throw new BadInput(`${option}: ${path} is not a file`);
  const delimiter = await delimiterOf(path, option);
  const parser = parse({
    bom: true,
    delimiter,
    info: true,
    relax_column_count: true,
    skip_empty_lines: true,
    trim: true,
  });
  const source = openText(path);
  source.on('error', (error) => parser.destroy(error));
  source.pipe(parser);
  let header: readonly string[] | undefined;
  let columns: ColumnPacker[] = [];
  const lines: number[] = [];
  try {
    for await (const { record, info } of parser as AsyncIterable<{
      record: string[];
      info: { lines: number };
    }>) {
      if (header === undefined) {
        header = headerOf(record);
        columns = header.map(() => new ColumnPacker());
        continue;
      }
      if (record.length !== header.length) {
        throw new BadInput(
          `line ${String(info.lines)}: has ${String(record.length)} cells, the header has ${String(header.length)}`,
        );
      }
      if (lines.length >= ROWS_MAX) throw new BadInput(`${option}: more than ${String(ROWS_MAX)} rows`);
      lines.push(info.lines);
      for (const [column, cell] of record.entries()) columns[column]?.push(cell);
    }
  } catch (error) {
    throw error instanceof BadInput ? error : unreadable(path, error, option);
  }
  if (header === undefined) throw new BadInput(`${option}: ${path} is empty`);
  if (lines.length === 0) throw new BadInput(`${option}: ${path} has a header and no row`);
  const packed = header.map((name, index) => [name, columns[index]?.packed() ?? []] as const);
  return { header, columns: new Map(packed), lines };
}

function openText(path: string): Readable {
  const bytes = createReadStream(path);
  if (!path.endsWith('.gz')) return bytes;
  const text = createGunzip();
  bytes.on('error', (error) => text.destroy(error));
  return bytes.pipe(text);
}

/** The delimiter that stands most often in the first line. */
async function delimiterOf(path: string, option: string): Promise<string> {
  let first = '';
  const text = openText(path);
  try {
    for await (const chunk of text) {
      first += String(chunk);
      if (first.includes('\n')) break;
    }
  } catch (error) {
    throw unreadable(path, error, option);
  } finally {
    text.destroy();
  }
  const [line = ''] = first.split('\n');
  const counted = DELIMITERS.map((delimiter) => ({ delimiter, count: line.split(delimiter).length }));
  return counted.reduce((best, next) => (next.count > best.count ? next : best)).delimiter;
}

function headerOf(record: readonly string[]): readonly string[] {
  const empty = record.indexOf('');
  if (empty >= 0) throw new BadInput(`line 1: column ${String(empty + 1)} has no name`);
  const twice = record.find((name, column) => record.indexOf(name) !== column);
  if (twice !== undefined) throw new BadInput(`line 1: column "${twice}" is there twice`);
  return record;
}

function unreadable(path: string, error: unknown, option: string): BadInput {
  if (error instanceof CsvError) {
    const line = 'lines' in error && typeof error.lines === 'number' ? `line ${String(error.lines)}: ` : '';
    return new BadInput(`${line}${error.message}`);
  }
  return new BadInput(`${option}: ${path} can't be read: ${errorMessage(error)}`);
}
