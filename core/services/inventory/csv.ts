import { OrreryError } from '../../kernel/errors.ts';

/** CSV as RFC 4180 has it, and as spreadsheets write it: with a byte order mark, semicolons, any end of line. */

export interface CsvRow {
  /** Where the row begins in the file, from 1. */
  readonly line: number;
  readonly cells: readonly string[];
}

/** What spreadsheets would run as a formula (OWASP, CSV injection). */
const FORMULA = /^[=+\-@\t\r]/;
const GUARDED = /^'[=+\-@\t\r]/;

/** One row, ended by CRLF; no cell of it is taken for a formula. */
export function csvRow(cells: readonly (string | number)[]): string {
  return `${cells.map(csvCell).join(',')}\r\n`;
}

function csvCell(value: string | number): string {
  if (typeof value === 'number') return String(value);
  const safe = FORMULA.test(value) ? `'${value}` : value;
  return /[",;\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** The rows of a file, empty lines left out. Throws OrreryError `bad_csv` with the line for a quote that never ends. */
export function csvRows(text: string): readonly CsvRow[] {
  const source = text.startsWith('\uFEFF') ? text.slice(1) : text;
  const rows: CsvRow[] = [];
  const reader = new CsvReader(source, separatorOf(source));
  for (let row = reader.next(); row !== undefined; row = reader.next()) {
    if (row.cells.some((cell) => cell !== '')) rows.push(row);
  }
  return rows;
}

/** What separates the cells of the first line. */
function separatorOf(source: string): string {
  const head = /^[^\r\n]*/.exec(source)?.[0] ?? '';
  return head.split(';').length > head.split(',').length ? ';' : ',';
}

class CsvReader {
  private readonly source: string;
  private readonly separator: string;
  private at = 0;
  private line = 1;

  constructor(source: string, separator: string) {
    this.source = source;
    this.separator = separator;
  }

  next(): CsvRow | undefined {
    if (this.at >= this.source.length) return undefined;
    const { line } = this;
    const cells = [this.cell()];
    while (this.source[this.at] === this.separator) {
      this.at += 1;
      cells.push(this.cell());
    }
    this.endLine();
    return { line, cells };
  }

  private cell(): string {
    const raw = this.source[this.at] === '"' ? this.quoted() : '';
    const begin = this.at;
    while (this.at < this.source.length && !this.isEnd(this.source[this.at])) this.at += 1;
    const cell = (raw + this.source.slice(begin, this.at)).trim();
    return GUARDED.test(cell) ? cell.slice(1) : cell;
  }

  private quoted(): string {
    const opened = this.line;
    let text = '';
    for (this.at += 1; this.at < this.source.length; this.at += 1) {
      const char = this.source[this.at];
      if (char === '"') {
        if (this.source[this.at + 1] !== '"') {
          this.at += 1;
          return text;
        }
        this.at += 1;
      } else if (char === '\n') this.line += 1;
      text += char ?? '';
    }
    throw new OrreryError('bad_csv', `file: line ${String(opened)}: a quote is opened and never closed`);
  }

  private isEnd(char: string | undefined): boolean {
    return char === this.separator || char === '\n' || char === '\r';
  }

  private endLine(): void {
    if (this.source[this.at] === '\r') this.at += 1;
    if (this.source[this.at] === '\n') this.at += 1;
    this.line += 1;
  }
}
