/**
 * The part of a long list that is known: rows one after the other, and where about in the list they stand.
 *
 * R1: between the rows of a run none is missing: it grows by what cursors bring, at either end.
 * R2: a run that has come to the list's beginning stands there; its rows are then counted exactly.
 * R3: whoever reads on from the middle never meets an end that is none: a list that proves longer than was thought grows.
 */

/** Cursors of what stands before and after; null: the list begins, or ends, here. */
interface Ends {
  readonly before: string | null;
  readonly after: string | null;
}

export interface Run<Row> extends Ends {
  /** The row, counted from 0, that the first of `items` is. */
  readonly first: number;
  readonly items: readonly Row[];
}

/** A run with the length of its list; `moved`: by how much the rows that were known have come to stand further down. */
export interface Known<Row> {
  readonly run: Run<Row>;
  readonly rows: number;
  readonly moved: number;
}

/** What to read, when these rows are in sight: more at an end, or somewhere else. */
export type Wish = 'before' | 'after' | 'elsewhere';

/** How near to an end of what is known one may come before more is read. */
const AHEAD_ROWS = 60;
/** What is left above a run whose list proved longer than was thought. */
const ROOM_ROWS = 100;

export function wishOf<Row>(
  run: Run<Row>,
  { from, to }: { readonly from: number; readonly to: number },
): Wish | undefined {
  const end = run.first + run.items.length;
  if (to <= run.first || from >= end) {
    if (from >= end && run.after === null) return undefined;
    return from >= end + AHEAD_ROWS || to <= run.first - AHEAD_ROWS
      ? 'elsewhere'
      : from >= end
        ? 'after'
        : 'before';
  }
  if (run.after !== null && to > end - AHEAD_ROWS) return 'after';
  return run.before !== null && from < run.first + AHEAD_ROWS ? 'before' : undefined;
}

export interface More<Row> {
  readonly items: readonly Row[];
  /** Where it goes on in the same direction. */
  readonly next: string | null;
}

export function withAfter<Row extends { readonly id: string }>(run: Run<Row>, more: More<Row>): Run<Row> {
  const fresh = without(more.items, run.items);
  return { ...run, items: [...run.items, ...fresh], after: more.next };
}

/** `more` in the order in which it was read: upwards. */
export function withBefore<Row extends { readonly id: string }>(run: Run<Row>, more: More<Row>): Run<Row> {
  const fresh = [...without(more.items, run.items)].reverse();
  return { ...run, first: run.first - fresh.length, items: [...fresh, ...run.items], before: more.next };
}

/** Brings a run and what is thought of its list's length together. `before`: where the same rows stood until now. */
export function settled<Row>(run: Run<Row>, rows: number): Known<Row> {
  const first = run.before === null ? 0 : run.first < 1 ? ROOM_ROWS : run.first;
  const moved = first - run.first;
  const end = first + run.items.length;
  return {
    run: { ...run, first },
    rows: run.after === null ? end : Math.max(rows + Math.max(0, moved), end + 1),
    moved,
  };
}

/** What came since, or was changed between two reads, may come twice. */
function without<Row extends { readonly id: string }>(
  items: readonly Row[],
  known: readonly Row[],
): readonly Row[] {
  const ids = new Set(known.map(({ id }) => id));
  return items.filter(({ id }) => !ids.has(id));
}

/** What is known of where values stand: rows and the numbers there, in the list's order. */
export type Marks = readonly { readonly row: number; readonly value: number }[];

/** About which value stands at a row, in proportion between the marks around it; undefined: there are none. */
export function valueAt(marks: Marks, row: number): number | undefined {
  const behind = marks.findIndex((mark) => mark.row > row);
  const next = marks[behind === -1 ? marks.length - 1 : behind];
  const last = marks[behind === -1 ? marks.length - 1 : Math.max(0, behind - 1)];
  if (next === undefined || last === undefined) return undefined;
  const way = next.row - last.row;
  return way === 0
    ? last.value
    : Math.round(last.value + ((row - last.row) / way) * (next.value - last.value));
}
