import { badCell, BadInput } from '../evaluation/bad-input.ts';
import { cellsOf, hasColumn, lineOf, shown, type Table } from '../evaluation/table.ts';

export interface LabelRules {
  /** Names a label column usually has, tried in turn when none is given. */
  readonly usualNames: readonly string[];
  /** Texts in lower case that mean the class to be found. */
  readonly positiveTexts: readonly string[];
}

export interface Labels {
  readonly column: string;
  /** 1 for the class to be found. */
  readonly positive: Uint8Array;
  readonly positives: number;
  /** How the file writes the class to be found. */
  readonly positiveText: string;
  /** Neither text was known: the rarer class was taken. */
  readonly guessed: boolean;
}

/** Fewer rows of a class can't be parted into training, validation and test. */
const CLASS_ROWS_MIN = 20;

/** The label of every row. Throws BadInput for no such column, an empty cell, a third class, too few of a class. */
export function labelsOf(table: Table, wanted: string | undefined, rules: LabelRules): Labels {
  const column = wanted ?? usualColumn(table, rules);
  const cells = cellsOf(table, column);
  const [first, second] = twoClasses(table, column, cells);
  const ones = cells.reduce((sum, cell) => sum + (plain(cell) === second ? 1 : 0), 0);
  const known = [first, second].filter((text) => rules.positiveTexts.includes(text));
  const rarer = 2 * ones <= cells.length ? second : first;
  const positiveText = known.length === 1 ? (known[0] ?? rarer) : rarer;
  const positive = Uint8Array.from(cells, (cell) => (plain(cell) === positiveText ? 1 : 0));
  const positives = positiveText === second ? ones : cells.length - ones;
  if (Math.min(positives, cells.length - positives) < CLASS_ROWS_MIN) {
    const [few, text] =
      positives < cells.length - positives
        ? [positives, positiveText]
        : [cells.length - positives, positiveText === first ? second : first];
    throw new BadInput(
      `column ${column}: only ${few} rows are ${shown(text)}; at least ${CLASS_ROWS_MIN} of each class are needed`,
    );
  }
  return { column, positive, positives, positiveText, guessed: known.length !== 1 };
}

function usualColumn(table: Table, { usualNames }: LabelRules): string {
  const usual = usualNames.map((name) => name.toLowerCase());
  const found = usual
    .map((name) => table.header.find((column) => column.toLowerCase() === name))
    .find((column) => column !== undefined);
  if (found !== undefined && hasColumn(table, found)) return found;
  throw new BadInput(`--label: say which column holds the class; the file has ${table.header.join(', ')}`);
}

function twoClasses(table: Table, column: string, cells: readonly string[]): readonly [string, string] {
  const classes: string[] = [];
  for (const [row, cell] of cells.entries()) {
    if (cell === '') throw badCell(lineOf(table, row), column, 'is empty');
    const text = plain(cell);
    if (classes.includes(text)) continue;
    if (classes.length === 2) {
      const [one = '', other = ''] = classes;
      throw badCell(
        lineOf(table, row),
        column,
        `${shown(cell)} is a third class besides ${shown(one)} and ${shown(other)}`,
      );
    }
    classes.push(text);
  }
  const [first = '', second] = classes;
  if (second === undefined) {
    throw new BadInput(`column ${column}: every row is ${shown(first)}; two classes are needed`);
  }
  return [first, second];
}

/** `1.0` and `1`, `TRUE` and `true` are the same class. */
function plain(cell: string): string {
  const text = cell.toLowerCase();
  return text !== '' && Number.isFinite(Number(text)) ? String(Number(text)) : text;
}
