/** Keys of a page, and the list of them. */
import { For, onCleanup, onMount, type JSX } from 'solid-js';
import { Dialog } from '../../components/dialog.tsx';
import { consoleTexts } from '../texts/console.ts';

/** By the key as the browser names it: `j`, `Enter`, `?`, and with Shift held `J`, `Shift+ArrowDown`. */
export type Shortcuts = Readonly<Record<string, () => void>>;

const TYPED_INTO = 'input:not([type=checkbox]), textarea, select, [contenteditable]';
/** Enter and Space mean something to these already. */
const PRESSED = 'a, button, input[type=checkbox], summary';

/** Acts on keys wherever the focus is, unless somebody types, a dialog is open, or the key is part of a chord. */
export function useShortcuts(shortcuts: Shortcuts): void {
  const press = (event: KeyboardEvent) => {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return;
    const target = event.target instanceof Element ? event.target : null;
    if (target?.closest(TYPED_INTO) !== null && target !== null) return;
    if ((event.key === 'Enter' || event.key === ' ') && target !== null && target.closest(PRESSED) !== null)
      return;
    if (document.querySelector('dialog[open]') !== null) return;
    // Letters tell by themselves whether Shift is held.
    const name = event.shiftKey && event.key.length > 1 ? `Shift+${event.key}` : event.key;
    const act = shortcuts[name];
    if (act === undefined) return;
    event.preventDefault();
    act();
  };
  onMount(() => document.addEventListener('keydown', press));
  onCleanup(() => document.removeEventListener('keydown', press));
}

export function ShortcutHelp(props: {
  readonly of: 'console' | 'review';
  readonly onClose: () => void;
}): JSX.Element {
  const words = consoleTexts.shortcuts;
  return (
    <Dialog title={words.title} onClose={props.onClose}>
      <dl class="shortcuts">
        <For each={words[props.of]}>
          {([keys, meaning]) => (
            <div>
              <dt>
                <For each={keys.split('  ')}>{(key) => <kbd>{key}</kbd>}</For>
              </dt>
              <dd>{meaning}</dd>
            </div>
          )}
        </For>
      </dl>
      <div class="actions">
        <button type="button" class="button" onClick={() => props.onClose()}>
          {words.close}
        </button>
      </div>
    </Dialog>
  );
}
