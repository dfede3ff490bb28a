/** Asking again and again, as long as somebody looks. */
import { createEffect, onCleanup } from 'solid-js';

/**
 * Calls `ask` every `everyMs` after the last answer while `wanted()` and the page is in sight, and at once when it comes back
 * into sight. Whoever asks deals with failures.
 */
export function poll(ask: () => unknown, everyMs: () => number, wanted: () => boolean): void {
  createEffect(() => {
    if (!wanted()) return;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let ended = false;
    const next = () => {
      clearTimeout(timer);
      if (ended || document.visibilityState !== 'visible') return;
      timer = setTimeout(once, everyMs());
    };
    const once = () => void Promise.resolve(ask()).finally(next);
    const look = () => {
      clearTimeout(timer);
      if (document.visibilityState === 'visible') once();
    };
    next();
    document.addEventListener('visibilitychange', look);
    onCleanup(() => {
      ended = true;
      clearTimeout(timer);
      document.removeEventListener('visibilitychange', look);
    });
  });
}
