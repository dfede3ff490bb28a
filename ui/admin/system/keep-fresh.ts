import { onCleanup } from 'solid-js';

/** Calls `read` every `everyMs` while the page is in sight, and at once when it comes back into sight. */
export function keepFresh(read: () => void, everyMs: number): void {
  const look = () => {
    if (document.visibilityState === 'visible') read();
  };
  const timer = setInterval(look, everyMs);
  document.addEventListener('visibilitychange', look);
  onCleanup(() => {
    clearInterval(timer);
    document.removeEventListener('visibilitychange', look);
  });
}
