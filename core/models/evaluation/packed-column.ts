/**
 * The cells of one column in little memory: texts that repeat are numbered, and where there are too many of them, numbers are kept
 * as numbers. The texts come back as they were written.
 */
export interface PackedColumn {
  /** One text per row; not to be changed. */
  texts(): string[];
}

/** More distinct texts than this don't fit in the codes of two bytes. */
const NUMBERED_MAX = 65_536;
/** Cells that are not written as numbers usually are; with more of them the texts themselves are kept. */
const ODD_CELLS_MAX = 65_536;
const ROWS_FIRST = 1_024;

/** Takes the cells of a column, one row after another. */
export class ColumnPacker {
  private cells: Numbered | Numbers | Texts = new Numbered();

  push(cell: string): void {
    if (!this.cells.push(cell)) {
      this.cells = widened(this.cells);
      this.push(cell);
    }
  }

  packed(): PackedColumn {
    return this.cells;
  }
}

/** The next wider way to keep what is there: numbers where most of it is, else the texts themselves. */
function widened(before: Numbered | Numbers | Texts): Numbers | Texts {
  const cells = before.texts();
  if (before instanceof Numbered && before.mostlyNumbers()) {
    const numbers = new Numbers();
    if (cells.every((cell) => numbers.push(cell))) return numbers;
  }
  return new Texts(cells);
}

/** A code of two bytes per row. `push` is refused when there is one text too many. */
class Numbered implements PackedColumn {
  private readonly codes = new Map<string, number>();
  private rows = new Uint16Array(ROWS_FIRST);
  private count = 0;

  push(cell: string): boolean {
    let code = this.codes.get(cell);
    if (code === undefined) {
      if (this.codes.size === NUMBERED_MAX) return false;
      code = this.codes.size;
      this.codes.set(cell, code);
    }
    if (this.count === this.rows.length) {
      const wider = new Uint16Array(2 * this.count);
      wider.set(this.rows);
      this.rows = wider;
    }
    this.rows[this.count] = code;
    this.count += 1;
    return true;
  }

  mostlyNumbers(): boolean {
    let numbers = 0;
    for (const text of this.codes.keys()) if (isPlainNumber(text)) numbers += 1;
    return 2 * numbers > this.codes.size;
  }

  texts(): string[] {
    const known = [...this.codes.keys()];
    return Array.from(this.rows.subarray(0, this.count), (code) => known[code] ?? '');
  }
}

/** Eight bytes per row; an empty cell is NaN. `push` is refused when too many cells are neither. */
class Numbers implements PackedColumn {
  private readonly odd = new Map<number, string>();
  private rows = new Float64Array(ROWS_FIRST);
  private count = 0;

  push(cell: string): boolean {
    const plain = isPlainNumber(cell);
    if (!plain && cell !== '') {
      if (this.odd.size === ODD_CELLS_MAX) return false;
      this.odd.set(this.count, cell);
    }
    if (this.count === this.rows.length) {
      const wider = new Float64Array(2 * this.count);
      wider.set(this.rows);
      this.rows = wider;
    }
    this.rows[this.count] = plain ? Number(cell) : Number.NaN;
    this.count += 1;
    return true;
  }

  texts(): string[] {
    return Array.from(this.rows.subarray(0, this.count), (value, row) =>
      Number.isNaN(value) ? (this.odd.get(row) ?? '') : String(value),
    );
  }
}

class Texts implements PackedColumn {
  private readonly rows: string[];

  constructor(rows: string[]) {
    this.rows = rows;
  }

  push(cell: string): boolean {
    this.rows.push(cell);
    return true;
  }

  texts(): string[] {
    return this.rows;
  }
}

/** Whether the number alone gives the text back. */
function isPlainNumber(cell: string): boolean {
  const value = Number(cell);
  return Number.isFinite(value) && String(value) === cell;
}
