/** A list read page by page with a cursor, each page added to those before. */
import { createEffect, createSignal, on, onCleanup } from 'solid-js';
import { asApiError, call, type ApiError } from '../api/client.ts';

export interface CursorPage<Item> {
  readonly items: readonly Item[];
  readonly nextCursor?: string | null;
  /** What lists that go back in time call it. */
  readonly nextBefore?: string | null;
}

export interface CursorList<Item> {
  readonly items: () => readonly Item[] | undefined;
  /** Set while there is more to read. */
  readonly next: () => string | null;
  readonly error: () => ApiError | null;
  readonly loading: () => boolean;
  /** Puts something newer in the place of items. */
  readonly update: (change: (item: Item) => Item) => void;
  readonly more: () => void;
  readonly restart: () => void;
}

/** A list as far as it was read. */
export interface CursorListState<Item> {
  readonly items: readonly Item[];
  readonly next: string | null;
}

/**
 * `path(cursor)` says where a page is; a change of `path(null)` starts over, with `keep` showing the old list until
 * the new one is there. `initial` is what was read earlier under the first path; `onPage` is told of every page as it came.
 */
export function createCursorList<Item>(
  path: (cursor: string | null) => string,
  options: {
    readonly keep?: boolean;
    readonly initial?: CursorListState<Item> | undefined;
    readonly onPage?: (page: CursorPage<Item>) => void;
  } = {},
): CursorList<Item> {
  const { initial } = options;
  const [items, setItems] = createSignal<readonly Item[] | undefined>(initial?.items);
  const [next, setNext] = createSignal<string | null>(initial?.next ?? null);
  const [error, setError] = createSignal<ApiError | null>(null);
  const [loading, setLoading] = createSignal(initial === undefined);
  let running: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const read = async (cursor: string | null) => {
    running?.abort();
    clearTimeout(timer);
    const controller = (running = new AbortController());
    setLoading(true);
    try {
      const page = await call<CursorPage<Item>>('GET', path(cursor), { signal: controller.signal });
      if (controller.signal.aborted) return;
      setItems(cursor === null ? page.items : [...(items() ?? []), ...page.items]);
      setNext(page.nextCursor ?? page.nextBefore ?? null);
      options.onPage?.(page);
      setError(null);
    } catch (thrown) {
      if (controller.signal.aborted) return;
      const failure = asApiError(thrown);
      if (cursor === null && options.keep === true) setItems(undefined);
      setError(failure);
      if (failure.retryAt !== null) timer = setTimeout(() => void read(cursor), failure.retryAt - Date.now());
    }
    setLoading(false);
  };
  createEffect(
    on(
      () => path(null),
      (_now, before) => {
        if (before === undefined && initial !== undefined) return;
        if (options.keep !== true) setItems(undefined);
        setNext(null);
        setError(null);
        void read(null);
      },
    ),
  );
  onCleanup(() => {
    running?.abort();
    clearTimeout(timer);
  });
  return {
    items,
    next,
    error,
    loading,
    update: (change) => setItems(items()?.map(change)),
    more: () => void read(next()),
    restart: () => void read(null),
  };
}
