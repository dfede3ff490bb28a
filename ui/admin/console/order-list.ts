/**
 * The console's list of orders as far as it is known, read where somebody looks.
 *
 * Owns: reading pages on at either end, and from anywhere in between; how long the list is.
 * Does not own: where the eye is (the table says what it shows), what is selected.
 * L1: one read at a time; a look elsewhere ends the one that is under way.
 * L2: what is shown stays until what replaces it is there.
 */
import { batch, createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import { asApiError, call, withQuery, type ApiError } from '../../api/client.ts';
import type { OrderView } from '../../api/types.ts';
import {
  settled,
  valueAt,
  wishOf,
  withAfter,
  withBefore,
  type Marks,
  type Run,
  type Wish,
} from './order-run.ts';
import type { Sort } from './query.ts';
import type { AdminPage, Outline } from './types.ts';

export const PAGE_ORDERS = 100;
/** Numbered pages end here; what is further down is found by its sort value. */
const PAGED_ROWS_MAX = 10_000;
/** Whoever drags the bar is waited for. */
const LOOK_MS = 120;

const OPPOSITE = {
  '-created_at': 'created_at',
  created_at: '-created_at',
  '-total': 'total',
  total: '-total',
} as const;

type Parameters = Readonly<Record<string, string | number | undefined>>;

export interface OrderList {
  /** As many as there are, exactly or about; undefined: nothing is known yet. */
  readonly rows: () => number | undefined;
  /** In the server's words: "10,000+". */
  readonly count: () => string | undefined;
  readonly at: (row: number) => OrderView | undefined;
  /** Where what is known begins, and how much that is. */
  readonly known: () => { readonly first: number; readonly length: number };
  /** About which time or amount stands at a row, of a list whose rows are not all known. */
  readonly about: (row: number) => number | undefined;
  /** By how much known rows stand further down than at first: places that are kept elsewhere move along. */
  readonly moved: () => number;
  /** How often the list was begun anew. */
  readonly begun: () => number;
  readonly loading: () => boolean;
  readonly error: () => ApiError | null;
  /** Tells which rows are seen; what is missing of them is read. */
  readonly see: (from: number, to: number) => void;
  /** Reads the beginning, and goes there. */
  readonly restart: () => void;
  /** Reads the beginning again behind the back of whoever is there. */
  readonly refresh: () => void;
  readonly retry: () => void;
  readonly update: (change: (order: OrderView) => OrderView) => void;
}

export function createOrderList(
  scope: () => { readonly filter: Parameters; readonly sort: Sort },
): OrderList {
  const [run, setRun] = createSignal<Run<OrderView>>();
  const [rows, setRows] = createSignal<number>();
  const [count, setCount] = createSignal<string>();
  const [marks, setMarks] = createSignal<Marks>([]);
  const [moved, setMoved] = createSignal(0);
  const [begun, setBegun] = createSignal(0);
  const [loading, setLoading] = createSignal(true);
  const [error, setError] = createSignal<ApiError | null>(null);
  let running: AbortController | undefined;
  let again: ReturnType<typeof setTimeout> | undefined;
  let looking: ReturnType<typeof setTimeout> | undefined;
  let seen = { from: 0, to: 0 };
  let beginning = false;
  let outline: Promise<Marks> | undefined;
  let last = () => begin(true);

  const pathOf = (where: Parameters, sort = scope().sort) =>
    withQuery('/api/admin/orders', { ...scope().filter, sort, limit: PAGE_ORDERS, ...where });
  const known = () => ({ first: run()?.first ?? 0, length: run()?.items.length ?? 0 });
  const show = (next: Run<OrderView>, thought: number) => {
    const { run: shown, rows: all, moved: by } = settled(next, thought);
    batch(() => {
      setRun(shown);
      setRows(all);
      if (by !== 0) setMoved((sum) => sum + by);
    });
  };

  /** One read; what it does with the answers is its own. */
  const read = async (work: (ask: <Answer>(path: string) => Promise<Answer>) => Promise<void>) => {
    last = () => void read(work);
    running?.abort();
    clearTimeout(again);
    const controller = (running = new AbortController());
    const { signal } = controller;
    setLoading(true);
    try {
      await work(async <Answer>(path: string) => {
        const answer = await call<Answer>('GET', path, { signal });
        signal.throwIfAborted();
        return answer;
      });
      setError(null);
    } catch (thrown) {
      if (signal.aborted) return;
      const failure = asApiError(thrown);
      setError(failure);
      if (failure.retryAt !== null) again = setTimeout(last, failure.retryAt - Date.now());
    }
    running = undefined;
    setLoading(false);
    if (error() === null) look();
  };

  const begin = (anew: boolean) => {
    beginning = true;
    clearTimeout(looking);
    void read(async (ask) => {
      const page = await ask<AdminPage>(pathOf({}));
      beginning = false;
      const exact = isExact(page.count);
      batch(() => {
        setCount(page.count);
        const least = leastOf(page.count);
        const thought = exact || anew ? least : Math.max(least, rows() ?? 0);
        show({ first: 0, items: page.items, before: null, after: page.nextCursor }, thought);
        if (anew) setBegun((times) => times + 1);
      });
      if (!exact) outlined().catch(() => undefined);
    });
  };
  /** Where what stands in a list that is not counted through; asked for once. */
  const outlined = (): Promise<Marks> => {
    outline ??= askForOutline().catch((thrown: unknown) => {
      outline = undefined;
      throw thrown;
    });
    return outline;
  };
  const askForOutline = async (): Promise<Marks> => {
    const { filter, sort } = scope();
    const of = pathOf({});
    const found = await call<Outline>('GET', withQuery('/api/admin/orders/outline', { ...filter, sort }));
    const stands = found.marks.map(({ row, value }) => ({
      row,
      value: typeof value === 'number' ? value : Date.parse(value),
    }));
    if (of !== pathOf({})) return stands;
    batch(() => {
      setMarks(stands);
      setRows(Math.max(rows() ?? 0, found.rows));
    });
    return stands;
  };

  const grow = (side: 'before' | 'after') =>
    void read(async (ask) => {
      const now = run();
      const cursor = now?.[side];
      if (now === undefined || cursor === undefined || cursor === null) return;
      const sort = side === 'after' ? scope().sort : OPPOSITE[scope().sort];
      const page = await ask<AdminPage>(pathOf({ cursor }, sort));
      const more = { items: page.items, next: page.nextCursor };
      const fresh = run() ?? now;
      show(side === 'after' ? withAfter(fresh, more) : withBefore(fresh, more), rows() ?? 0);
    });

  const jump = (row: number) =>
    void read(async (ask) => {
      const all = rows() ?? 0;
      const number = Math.floor(row / PAGE_ORDERS) + 1;
      if (isExact(count() ?? '') || number * PAGE_ORDERS <= PAGED_ROWS_MAX) {
        const page = await ask<AdminPage>(pathOf(number === 1 ? {} : { page: number }));
        if (page.items.length > 0) {
          show(at((number - 1) * PAGE_ORDERS, page), all);
          return;
        }
      }
      if (row < all - PAGE_ORDERS) {
        const value = Math.max(0, valueAt(await outlined(), row) ?? 0);
        const from = scope().sort.endsWith('total') ? value : new Date(value).toISOString();
        const page = await ask<AdminPage>(pathOf({ from }));
        if (page.items.length > 0) {
          show(at(row, page), all);
          return;
        }
      }
      const page = await ask<AdminPage>(pathOf({}, OPPOSITE[scope().sort]));
      const items = [...page.items].reverse();
      show({ first: all - items.length, items, before: page.nextCursor, after: null }, all);
    });
  const at = (first: number, page: AdminPage): Run<OrderView> => ({
    first,
    items: page.items,
    before: first === 0 ? null : page.previousCursor,
    after: page.nextCursor,
  });
  /** Reads what is missing of what is seen, unless something is being read already. */
  const look = () => {
    clearTimeout(looking);
    const here = run();
    // What is read anew takes the place of what is here: nothing is missing of that any more.
    if (here === undefined || beginning) return;
    // A page may be empty and have a next one.
    if (here.items.length === 0 && here.after === null) return;
    const wish: Wish | undefined = wishOf(here, seen);
    if (wish === undefined) return;
    if (wish === 'elsewhere') looking = setTimeout(() => jump(seen.from), LOOK_MS);
    else if (running === undefined && error() === null) grow(wish);
  };
  createEffect(
    on(
      createMemo(() => pathOf({})),
      () => {
        clearTimeout(looking);
        outline = undefined;
        setMarks([]);
        setError(null);
        begin(true);
      },
    ),
  );
  onCleanup(() => {
    running?.abort();
    clearTimeout(again);
    clearTimeout(looking);
  });
  return {
    rows,
    count,
    known,
    moved,
    begun,
    loading,
    error,
    at: (row) => run()?.items[row - known().first],
    about: (row) => (marks().length === 0 ? undefined : valueAt(marks(), row)),
    see: (from, to) => {
      seen = { from, to };
      look();
    },
    restart: () => begin(true),
    refresh: () => begin(false),
    retry: () => last(),
    update: (change) => setRun((now) => (now === undefined ? now : { ...now, items: now.items.map(change) })),
  };
}

function isExact(count: string): boolean {
  return !count.endsWith('+');
}

/** How many there are at the least, of a count in words. */
function leastOf(count: string): number {
  return Number(count.replaceAll(/[,+]/g, ''));
}
