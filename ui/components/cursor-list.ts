/** A list read page by page with a cursor, each page added to those before. */
import { createEffect, createSignal, on, onCleanup } from 'solid-js';
import { asApiError, call, type ApiError } from '../api/client.ts';

interface CursorPage<Item> {
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
  readonly more: () => void;
  readonly restart: () => void;
}

/** `path(cursor)` says where a page is; a change of `path('')` starts over. */
export function createCursorList<Item>(path: (cursor: string | null) => string): CursorList<Item> {
  const [items, setItems] = createSignal<readonly Item[] | undefined>(undefined);
  const [next, setNext] = createSignal<string | null>(null);
  const [error, setError] = createSignal<ApiError | null>(null);
  const [loading, setLoading] = createSignal(true);
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
      setError(null);
    } catch (thrown) {
      if (controller.signal.aborted) return;
      const failure = asApiError(thrown);
      setError(failure);
      if (failure.retryAt !== null) timer = setTimeout(() => void read(cursor), failure.retryAt - Date.now());
    }
    setLoading(false);
  };
  createEffect(
    on(
      () => path(null),
      () => {
        setItems(undefined);
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
    more: () => void read(next()),
    restart: () => void read(null),
  };
}
