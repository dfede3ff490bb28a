import { createEffect, createSignal, onCleanup, type Accessor } from 'solid-js';

/** Milliseconds until `until()` (epoch ms), ticking about once a second; 0 when over or null. */
function createRemaining(until: Accessor<number | null | undefined>): Accessor<number> {
  const [remaining, setRemaining] = createSignal(0);
  createEffect(() => {
    const target = until() ?? 0;
    const tick = () => {
      const left = Math.max(0, target - Date.now());
      setRemaining(left);
      if (left === 0) clearInterval(timer);
    };
    const timer = setInterval(tick, 250);
    tick();
    onCleanup(() => clearInterval(timer));
  });
  return remaining;
}

/** Whole seconds until `until()` (epoch ms), rounded up; 0 when over or null. */
export function createCountdown(until: Accessor<number | null | undefined>): Accessor<number> {
  const remaining = createRemaining(until);
  return () => Math.ceil(remaining() / 1000);
}
