/** How probable it was that an order's payments would go through; nothing while no model serves. */
import { For, type JSX, Show } from 'solid-js';
import type { PaymentOutlook } from '../../../core/services/intelligence/payments/outlook.ts';
import { createRemote } from '../../api/remote.ts';
import { consoleTexts } from '../texts/console.ts';

export function PaymentOutlooks(props: { readonly order: string }): JSX.Element {
  const words = consoleTexts.panel;
  const outlook = createRemote<PaymentOutlook>(
    () => `/api/admin/orders/${encodeURIComponent(props.order)}/payment-outlook`,
  );
  const attempts = () => outlook.data()?.attempts ?? [];
  const percent = (share: number) => `${(100 * share).toFixed(share > 0.99 || share < 0.1 ? 1 : 0)} %`;
  return (
    <Show when={attempts().length > 0}>
      <ul class="lines" data-testid="payment-outlook">
        <For each={attempts()}>
          {(attempt) => (
            <li class="faint" title={attempt.beforeTraining ? words.outlookSeen : undefined}>
              {words.outlook(percent(attempt.success), outlook.data()?.modelVersion ?? 0)}
              {attempt.beforeTraining ? ' *' : ''}
            </li>
          )}
        </For>
      </ul>
    </Show>
  );
}
