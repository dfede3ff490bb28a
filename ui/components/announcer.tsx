/** Says things to screen readers, and shows short confirmations to everyone. */
import { createSignal, onCleanup, Show, type JSX } from 'solid-js';

const TOAST_MS = 5_000;

const [spoken, setSpoken] = createSignal('');
const [toast, setToast] = createSignal<{
  readonly text: string;
  readonly link?: { href: string; text: string };
} | null>(null);
let timer: ReturnType<typeof setTimeout> | undefined;

/** Has a screen reader say it, politely. */
export function announce(text: string): void {
  // The same text twice would not be said again; an ever different invisible end makes it new.
  setSpoken((before) => (before === text ? `${text}\u00a0` : text));
}

/** Shows it for a few seconds and says it. */
export function confirmBriefly(text: string, link?: { href: string; text: string }): void {
  clearTimeout(timer);
  setToast(link === undefined ? { text } : { text, link });
  announce(text);
  timer = setTimeout(() => setToast(null), TOAST_MS);
}

/** Takes the confirmation away: always, or once people have come where its link leads. */
export function hideConfirmation(leadingTo?: string): void {
  if (leadingTo !== undefined && toast()?.link?.href !== leadingTo) return;
  clearTimeout(timer);
  setToast(null);
}

export function Announcer(): JSX.Element {
  onCleanup(() => hideConfirmation());
  return (
    <>
      <div class="unseen" role="status" aria-live="polite" data-testid="announcer">
        {spoken()}
      </div>
      <div class="toast">
        <Show when={toast()} keyed>
          {(shown) => (
            <div data-testid="toast">
              <span>{shown.text}</span>
              <Show when={shown.link} fallback={<span />}>
                {(link) => <a href={link().href}>{link().text}</a>}
              </Show>
            </div>
          )}
        </Show>
      </div>
    </>
  );
}
