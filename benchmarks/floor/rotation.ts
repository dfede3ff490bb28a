import { assert } from '../../core/kernel/assert.ts';
import { textArray } from '../../adapters/postgres/arrays.ts';
import { asText } from './prepare.ts';
import type { Row, TableShape } from './recording.ts';
import { keyColumns, type StatementPart } from './statement.ts';

/** One part of a statement with its parameters. */
export interface Part extends StatementPart {
  readonly parameters: readonly Buffer[];
  readonly rows: number;
}

type Texts = readonly (string | null)[];

/** A share of something for each order, in whole pieces: what is left over counts for the next. */
export class Share {
  readonly #each: number;
  #owed = 0;

  constructor(each: number) {
    this.#each = each;
  }

  /** Pieces for so many orders more, which may be a fraction. */
  of(orders: number): number {
    this.#owed += orders * this.#each;
    // Thirds that should add up to one do so in the end.
    const whole = Math.floor(this.#owed + 1e-9);
    this.#owed -= whole;
    return whole;
  }
}

/** Owns: rows that orders share, such as stock, in turn: every key before any comes again, each as it was recorded. */
export class SharedRows {
  readonly #table: TableShape;
  readonly #share: Share;
  readonly #keys: readonly (readonly Texts[])[];
  #turn = 0;

  /** Two lanes never take the same keys, so that they do not wait for each other. */
  constructor(
    table: TableShape,
    rows: readonly Row[],
    { orders, lane, lanes }: { readonly orders: number; readonly lane: number; readonly lanes: number },
  ) {
    this.#table = table;
    this.#share = new Share(rows.length / orders);
    const byKey = new Map<string, Texts[]>();
    for (const row of rows) {
      const key = JSON.stringify(table.key.map((column) => row[column]));
      const versions = byKey.get(key) ?? [];
      versions.push(table.columns.map(({ name }) => asText(row[name])));
      byKey.set(key, versions);
    }
    const sorted = [...byKey.keys()].toSorted();
    this.#keys = sorted.filter((_, index) => index % lanes === lane).map((key) => byKey.get(key) ?? []);
  }

  next(orders: number): readonly Part[] {
    const rows = this.#share.of(orders);
    assert(rows <= this.#keys.length, 'a statement changes a row once');
    if (rows === 0) return [];
    const texts = Array.from({ length: rows }, () => {
      const key = this.#keys[this.#turn % this.#keys.length] ?? [];
      const version = Math.floor(this.#turn / this.#keys.length) % key.length;
      this.#turn += 1;
      return key[version] ?? [];
    });
    return [{ table: this.#table, write: 'update', parameters: arraysOf(this.#table.columns, texts), rows }];
  }
}

/** Owns: rows that are sent and removed: as many, and as long, as were recorded for so many orders. */
export class SentRows {
  readonly #table: TableShape;
  readonly #share: Share;
  readonly #messages: readonly string[];
  readonly #writer: string;
  #sequence = 0;
  #removed = 0;

  constructor(
    table: TableShape,
    rows: readonly Row[],
    options: { readonly orders: number; readonly writer: string },
  ) {
    this.#table = table;
    this.#share = new Share(rows.length / options.orders);
    this.#messages = rows.map(({ messages }) => asText(messages) ?? '');
    this.#writer = options.writer;
  }

  next(orders: number): readonly Part[] {
    const rows = this.#share.of(orders);
    if (rows === 0) return [];
    const texts = Array.from({ length: rows }, () => {
      this.#sequence += 1;
      const messages = this.#messages[this.#sequence % this.#messages.length] ?? '';
      return this.#table.columns.map(({ name }) =>
        name === 'messages' ? messages : this.#keyPart(name, this.#sequence),
      );
    });
    return [{ table: this.#table, write: 'insert', parameters: arraysOf(this.#table.columns, texts), rows }];
  }

  /** What was written since the last removal. */
  remove(): readonly Part[] {
    const rows = this.#sequence - this.#removed;
    if (rows === 0) return [];
    const columns = keyColumns(this.#table);
    const texts = Array.from({ length: rows }, () => {
      this.#removed += 1;
      return columns.map(({ name }) => this.#keyPart(name, this.#removed));
    });
    return [{ table: this.#table, write: 'delete', parameters: arraysOf(columns, texts), rows }];
  }

  #keyPart(column: string, sequence: number): string {
    if (column === 'writer') return this.#writer;
    return column === 'sequence' ? String(sequence) : '0';
  }
}

function arraysOf(columns: TableShape['columns'], rows: readonly Texts[]): readonly Buffer[] {
  return columns.map((_, column) => textArray(rows.map((row) => row[column] ?? null)));
}
