import { badCell, BadInput } from '../evaluation/bad-input.ts';
import { cellsOf, hasColumn, lineOf, shown, type Table } from '../evaluation/table.ts';

export interface LabelRules {
  /** Names a label column usually has, tried in turn when none is given. */
  readonly usualNames: readonly string[];
  /** Names in lower case of the class to be found, and of the other one. */
  readonly positiveTexts: readonly string[];
  readonly negativeTexts: readonly string[];
  /** Columns named like this say yes to the other class: `success` where failures are to be found. */
  readonly oppositeColumn: RegExp;
}

export interface Labels {
  readonly column: string;
  /** 1 for the class to be found. */
  readonly positive: Uint8Array;
  readonly positives: number;
  /** How the file writes the class to be found. */
  readonly positiveText: string;
  /** Why this class is the one to be found, in words. */
  readonly because: string;
  /** Nothing told which class is to be found: the rarer one was taken. */
  readonly guessed: boolean;
}

/** What means yes: whatever the column is named for. */
const YES_TEXTS = new Set(['1', 'true', 't', 'yes', 'y']);

/** Fewer rows of a class can't be parted into training, validation and test. */
const CLASS_ROWS_MIN = 20;

/**
 * The label of every row. Throws BadInput for no such column, an empty cell, a third class, too few of a class, and a `positive`
 * that is none of the classes.
 *
 * @param positive the class to be found, as the file writes it
 */
export function labelsOf(
  table: Table,
  wanted: string | undefined,
  rules: LabelRules,
  positive?: string,
): Labels {
  const column = wanted ?? usualColumn(table, rules);
  const cells = cellsOf(table, column);
  const classes = twoClasses(table, column, cells);
  const [first, second] = classes;
  const ones = cells.reduce((sum, cell) => sum + (plain(cell) === second ? 1 : 0), 0);
  const rarer = 2 * ones <= cells.length ? second : first;
  const { text, because } = (positive === undefined
    ? toldBy(column, classes, rules)
    : givenBy(positive, column, classes)) ?? { text: rarer, because: 'the rarer one' };
  const labels = Uint8Array.from(cells, (cell) => (plain(cell) === text ? 1 : 0));
  const positives = text === second ? ones : cells.length - ones;
  if (Math.min(positives, cells.length - positives) < CLASS_ROWS_MIN) {
    const few = Math.min(positives, cells.length - positives);
    throw new BadInput(
      `column ${column}: only ${few} rows are ${shown(rarer)}; at least ${CLASS_ROWS_MIN} of each class are needed`,
    );
  }
  return {
    column,
    positive: labels,
    positives,
    positiveText: text,
    because,
    guessed: because === 'the rarer one',
  };
}

interface Told {
  readonly text: string;
  readonly because: string;
}

function givenBy(positive: string, column: string, [first, second]: readonly [string, string]): Told {
  const text = plain(positive.trim());
  if (text === first || text === second) return { text, because: 'as --positive says' };
  throw new BadInput(
    `--positive: ${shown(positive)} is no class of column ${column}, which has ${shown(first)} and ${shown(second)}`,
  );
}

/** A class by its name, else by that of the other one, else by the yes to what the column is named for. */
function toldBy(column: string, classes: readonly [string, string], rules: LabelRules): Told | undefined {
  const [first, second] = classes;
  const other = (text: string) => (text === first ? second : first);
  const only = (holds: (text: string) => boolean): string | undefined => {
    const found = classes.filter(holds);
    return found.length === 1 ? found[0] : undefined;
  };
  const named = only((text) => rules.positiveTexts.includes(text));
  if (named !== undefined) return { text: named, because: 'by its name' };
  const opposite = only((text) => rules.negativeTexts.includes(text));
  if (opposite !== undefined)
    return { text: other(opposite), because: `the other one is ${shown(opposite)}` };
  const yes = only((text) => YES_TEXTS.has(text));
  if (yes === undefined) return undefined;
  return rules.oppositeColumn.test(column)
    ? { text: other(yes), because: `${shown(yes)} in a column of this name is what is not looked for` }
    : { text: yes, because: 'it says yes to the name of the column' };
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
