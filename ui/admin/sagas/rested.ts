/** Values that change with every movement of a hand, and that the address learns of once the hand rests. */
import { createEffect, createSignal, on, onCleanup } from 'solid-js';

/** Browsers refuse more than some ten changes of the address a second. */
const REST_MS = 200;

/**
 * `[value, set]`: what was set is shown at once, and told by `write` once nothing was set for a moment. What `read` says
 * meanwhile (another link, going back) outranks it.
 */
export function createRested<Value>(
  read: () => Value,
  write: (value: Value) => void,
): readonly [() => Value, (value: Value) => void] {
  const [value, setValue] = createSignal<Value>(read());
  let timer: ReturnType<typeof setTimeout> | undefined;
  createEffect(
    on(
      read,
      (told) => {
        clearTimeout(timer);
        setValue(() => told);
      },
      { defer: true },
    ),
  );
  onCleanup(() => clearTimeout(timer));
  return [
    value,
    (next) => {
      setValue(() => next);
      clearTimeout(timer);
      timer = setTimeout(() => write(next), REST_MS);
    },
  ];
}
