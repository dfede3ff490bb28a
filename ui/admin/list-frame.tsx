import { Match, Show, Switch, type JSX } from 'solid-js';
import type { CursorList } from '../components/cursor-list.ts';
import { Problem } from '../components/problem.tsx';
import { ListSkeleton } from '../shop/orders-page.tsx';
import { formTexts } from './texts/forms.ts';

/** A list that is read on by cursor: what is known of it, what went wrong, that there is none, or more. */
export function ListFrame<Item>(props: {
  readonly list: CursorList<Item>;
  /** What stands there when nothing does. */
  readonly empty: JSX.Element;
  readonly children: (items: () => readonly Item[]) => JSX.Element;
}): JSX.Element {
  return (
    <>
      <Show when={props.list.error()} keyed>
        {(error) => (
          <Problem
            error={error}
            retry={props.list.items() === undefined ? props.list.restart : props.list.more}
          />
        )}
      </Show>
      <Switch>
        <Match when={props.list.items()?.length === 0}>{props.empty}</Match>
        <Match when={props.list.items()}>{(items) => props.children(items)}</Match>
        <Match when={props.list.error() === null}>
          <ListSkeleton />
        </Match>
      </Switch>
      <Show when={props.list.next() !== null}>
        <div class="pager">
          <button
            type="button"
            class="button"
            aria-disabled={props.list.loading()}
            onClick={() => {
              if (!props.list.loading()) props.list.more();
            }}
          >
            {formTexts.more}
          </button>
        </div>
      </Show>
    </>
  );
}
