import { onCleanup } from 'solid-js';

/** How long a person's typing has to rest before it counts, milliseconds. */
const REST_MS = 250;

export interface Debounced<Value> {
  /** Has the value acted on once nothing newer has come for a while. */
  readonly later: (value: Value) => void;
  /** Acts at once and drops what waits. */
  readonly now: (value: Value) => void;
}

export function createDebounced<Value>(act: (value: Value) => void): Debounced<Value> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  return {
    later(value) {
      clearTimeout(timer);
      timer = setTimeout(() => act(value), REST_MS);
    },
    now(value) {
      clearTimeout(timer);
      act(value);
    },
  };
}

/** Has it done a while after it was first wished for, however often it is wished for meanwhile. */
export function createSoon(act: () => void, waitMs: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  onCleanup(() => clearTimeout(timer));
  return () => {
    timer ??= setTimeout(() => {
      timer = undefined;
      act();
    }, waitMs);
  };
}
