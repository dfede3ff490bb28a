/**
 * Reading from the server: what is known is shown at once, then made fresh.
 *
 * Owns: the cache of answers by path, one running request per reader, the wait after a refusal.
 * Does not own: writes, live updates, how a state looks.
 * R1: an answer for an earlier path never shows under a later one (unless asked to keep it while loading).
 * R2: a refusal with a time (429, 503) is tried again at that time, without anyone asking.
 * R3: what failed for lack of a network is tried again when the network is back.
 *
 * A query library would be ten times the size and brings Suspense, which would blank whole pages here.
 */
import { createEffect, createMemo, createSignal, on, onCleanup } from 'solid-js';
import { asApiError, call, type ApiError } from './client.ts';

const CACHE_ENTRIES_MAX = 100;

const cache = new Map<string, unknown>();
const [generation, setGeneration] = createSignal(0);

function remember(path: string, value: unknown): void {
  cache.delete(path);
  cache.set(path, value);
  for (const oldest of cache.keys()) {
    if (cache.size <= CACHE_ENTRIES_MAX) break;
    cache.delete(oldest);
  }
}

/** Forgets every answer and has every reader on the page read again: for when someone signs in or out. */
export function forgetAll(): void {
  cache.clear();
  setGeneration((count) => count + 1);
}

/** What is known under a path, if anything: lets a page show a product that a list has just shown. */
export function seed(path: string, value: unknown): void {
  if (!cache.has(path)) remember(path, value);
}

export interface Remote<Answer> {
  /** The answer for the current path, or with `keep` that of the path before while loading. */
  readonly data: () => Answer | undefined;
  readonly error: () => ApiError | null;
  readonly loading: () => boolean;
  readonly refetch: () => void;
  readonly set: (value: Answer) => void;
}

/** Reads `path()` now and whenever it changes; undefined: nothing to read yet. */
export function createRemote<Answer>(
  path: () => string | undefined,
  options: { keep?: boolean } = {},
): Remote<Answer> {
  const [data, setData] = createSignal<Answer | undefined>(undefined, { equals: false });
  const [error, setError] = createSignal<ApiError | null>(null);
  const [loading, setLoading] = createSignal(true);
  let running: AbortController | undefined;
  let timer: ReturnType<typeof setTimeout> | undefined;

  const stop = () => {
    running?.abort();
    clearTimeout(timer);
  };
  const read = async (target: string) => {
    stop();
    const controller = (running = new AbortController());
    setLoading(true);
    try {
      const answer = await call<Answer>('GET', target, { signal: controller.signal });
      if (controller.signal.aborted) return;
      remember(target, answer);
      setData(() => answer);
      setError(null);
    } catch (thrown) {
      if (controller.signal.aborted) return;
      const failure = asApiError(thrown);
      setError(failure);
      if (failure.retryAt !== null) timer = setTimeout(() => void read(target), failure.retryAt - Date.now());
    }
    setLoading(false);
  };
  // What a path is made of may change without changing it: an order, with each of its steps.
  const wanted = createMemo(path);
  const refetch = () => {
    const target = wanted();
    if (target !== undefined) void read(target);
  };

  createEffect(
    on([wanted, generation], ([target]) => {
      if (target === undefined) {
        stop();
        setLoading(true);
        return;
      }
      const known = cache.get(target) as Answer | undefined;
      if (known !== undefined || options.keep !== true) setData(() => known);
      setError(null);
      void read(target);
    }),
  );
  const online = () => {
    if (error()?.status === 0) refetch();
  };
  window.addEventListener('online', online);
  onCleanup(() => {
    stop();
    window.removeEventListener('online', online);
  });

  return {
    data,
    error,
    loading,
    refetch,
    set(value) {
      const target = wanted();
      if (target !== undefined) remember(target, value);
      setData(() => value);
    },
  };
}
