import { For, Show, type JSX } from 'solid-js';
import { consoleTexts } from '../texts/console.ts';
import type { Selection } from './selection.ts';
import type { BulkAction } from './types.ts';

const BULK_ACTIONS: readonly BulkAction[] = ['mark_shipped', 'cancel', 'refund'];

/** What is selected, and what one can do to it. */
export function SelectionBar(props: {
  readonly selection: Selection;
  readonly total: string;
  readonly onAct: (action: BulkAction) => void;
}): JSX.Element {
  const words = consoleTexts.selection;
  const any = () => props.selection.all() || props.selection.ids().size > 0;
  return (
    <div class="selection" role="group" aria-label={words.label}>
      <Show
        when={any()}
        fallback={
          <button type="button" class="link-button" onClick={() => props.selection.selectAll()}>
            {words.selectAll(props.total)}
          </button>
        }
      >
        <span class="figure" role="status" data-testid="selection">
          {props.selection.all() ? words.all(props.total) : words.some(props.selection.ids().size)}
        </span>
        <For each={BULK_ACTIONS}>
          {(action) => (
            <button
              type="button"
              class="button small"
              classList={{ danger: action !== 'mark_shipped' }}
              onClick={() => props.onAct(action)}
            >
              {consoleTexts.actions[action]}
            </button>
          )}
        </For>
        <button type="button" class="link-button" onClick={() => props.selection.clear()}>
          {words.clear}
        </button>
      </Show>
    </div>
  );
}
