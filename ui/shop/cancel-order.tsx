import { createEffect, createSignal, Show, type JSX } from 'solid-js';
import { asApiError, call, type ApiError } from '../api/client.ts';
import type { OrderStatus, OrderView } from '../api/types.ts';
import { announce } from '../components/announcer.tsx';
import { Dialog } from '../components/dialog.tsx';
import { Problem, WaitingButton } from '../components/problem.tsx';
import { texts } from '../texts.ts';

const CANCELLABLE: ReadonlySet<OrderStatus> = new Set([
  'pending',
  'awaiting_payment',
  'in_review',
  'confirmed',
  'processing',
]);

/** Cancels after a second thought; the saga decides, and the page shows what it decided. */
export function CancelOrder(props: { readonly order: OrderView; readonly onSent: () => void }): JSX.Element {
  const [asking, setAsking] = createSignal(false);
  const [sent, setSent] = createSignal(false);
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const possible = () => CANCELLABLE.has(props.order.status);
  // Once shown, its place is kept: what stands below must not jump when the parcel leaves.
  const [shown, setShown] = createSignal(false);
  createEffect(() => {
    if (possible()) setShown(true);
  });
  const cancel = async () => {
    setBusy(true);
    try {
      await call('PUT', `/api/orders/${encodeURIComponent(props.order.id)}/cancel`);
      setSent(true);
      setAsking(false);
      announce(texts.order.cancelSent);
      props.onSent();
    } catch (thrown) {
      const error = asApiError(thrown);
      setFailure(error);
      if (error.status === 409) props.onSent();
    }
    setBusy(false);
  };
  return (
    <>
      <Show
        when={possible()}
        fallback={
          <Show when={shown()}>
            <span class="cancel-place" aria-hidden="true" />
          </Show>
        }
      >
        <button
          type="button"
          class="button danger"
          aria-disabled={sent()}
          onClick={() => !sent() && setAsking(true)}
        >
          {sent() ? texts.order.cancelSent : texts.order.cancel}
        </button>
      </Show>
      <Show when={asking()}>
        <Dialog title={texts.order.cancelTitle} onClose={() => setAsking(false)}>
          <p>{texts.order.cancelBody}</p>
          <Show when={failure()} keyed>
            {(error) => (
              <Problem error={error} {...(error.status === 409 ? { body: texts.order.tooLate } : {})} />
            )}
          </Show>
          <div class="actions">
            <button type="button" class="button" onClick={() => setAsking(false)}>
              {texts.order.keep}
            </button>
            <WaitingButton
              type="button"
              class="danger primary"
              until={failure()?.retryAt}
              busy={busy()}
              onClick={() => void cancel()}
            >
              {texts.order.cancel}
            </WaitingButton>
          </div>
        </Dialog>
      </Show>
    </>
  );
}
