/** What a language model wrote about the order; nothing where there is none. It may come a moment later. */
import { createEffect, on, onCleanup, Show, type JSX } from 'solid-js';
import { createRemote } from '../../api/remote.ts';
import type { OrderView } from '../../api/types.ts';
import { consoleTexts } from '../texts/console.ts';

const AGAIN_MS = 5_000;
const TIMES_MAX = 3;

interface Summary {
  readonly text: string | null;
  /** False: one of the order as it is may be under way. */
  readonly current: boolean;
}

export function OrderSummary(props: { readonly order: Pick<OrderView, 'id' | 'version'> }): JSX.Element {
  const words = consoleTexts.panel;
  const summary = createRemote<Summary>(
    () => `/api/admin/orders/${encodeURIComponent(props.order.id)}/summary`,
  );
  let times = 0;
  createEffect(
    on(
      () => [props.order.id, props.order.version] as const,
      () => {
        times = 0;
        summary.refetch();
      },
      { defer: true },
    ),
  );
  createEffect(() => {
    if (summary.data()?.current !== false || times >= TIMES_MAX) return;
    times += 1;
    const timer = setTimeout(() => summary.refetch(), AGAIN_MS);
    onCleanup(() => clearTimeout(timer));
  });
  return (
    <Show when={summary.data()?.text}>
      {(text) => (
        <p class="soft" title={words.summaryBy} data-testid="order-summary">
          {words.summary(text())}
        </p>
      )}
    </Show>
  );
}
