import { useNavigate } from '@solidjs/router';
import { createSignal, Show, type JSX } from 'solid-js';
import { addToCart, cart, loadCart, setQuantity } from '../api/cart.ts';
import { asApiError, type ApiError } from '../api/client.ts';
import type { OrderView, SagaLogEntry } from '../api/types.ts';
import { money, time } from '../components/format.ts';
import { Problem, WaitingButton } from '../components/problem.tsx';
import { texts } from '../texts.ts';
import { orderAgain } from './order-again.ts';
import { refundedAt } from './order-steps.ts';

/** What became of the money of an order that came to nothing. */
function moneyWords(order: OrderView, entries: readonly SagaLogEntry[]): string {
  const { payment, totalCents, currency } = order;
  const payer = texts.order.payer[payment.method];
  switch (payment.status) {
    case 'refunded': {
      if (payment.refundedCents === 0) return texts.order.notCharged;
      const at = refundedAt(entries);
      const when = at === null ? '' : time(at, 'dayAndTime');
      return texts.order.refunded(money(payment.refundedCents, currency), payer, when);
    }
    case 'refunding':
      return texts.order.refunding(money(totalCents, currency), payer);
    case 'failed':
    case 'pending':
      return texts.order.notCharged;
    case 'unsettled':
      return texts.order.unsettled;
    case 'paid':
      return '';
  }
}

function endingWords(order: OrderView, entries: readonly SagaLogEntry[]): string {
  if (order.status === 'cancelled') return moneyWords(order, entries);
  return order.status === 'failed' ? texts.order.helped : '';
}

/** Why an order ended or is held, what became of the money, and what one can do now. */
export function OrderEnding(props: {
  readonly order: OrderView;
  readonly entries: readonly SagaLogEntry[];
}): JSX.Element {
  const reason = () =>
    ['cancelled', 'failed', 'in_review'].includes(props.order.status) ? props.order.reason : null;
  const declined = () => props.order.status === 'cancelled' && props.order.payment.status === 'failed';
  return (
    <Show when={reason()}>
      {(code) => (
        <div
          class="notice ending"
          classList={{ bad: props.order.status === 'failed', wait: props.order.status === 'in_review' }}
        >
          <p data-testid="reason">
            <strong>{texts.order.reason(code())}</strong> {endingWords(props.order, props.entries)}
          </p>
          <Show when={declined()}>
            <AnotherCard order={props.order} />
          </Show>
        </div>
      )}
    </Show>
  );
}

/** At least what the order asked for: pressing twice, or a cart that is filled again already, doubles nothing. */
async function refillCart(order: OrderView): Promise<void> {
  if (cart() === undefined) await loadCart();
  for (const { productId, quantity } of order.items) {
    const inCart = cart()?.items.find((item) => item.productId === productId)?.quantity ?? 0;
    if (inCart === 0) await addToCart(productId, quantity);
    else if (inCart < quantity) await setQuantity(productId, quantity);
  }
}

/** Puts the items of a declined order back into the cart and goes to the checkout, with its address. */
function AnotherCard(props: { readonly order: OrderView }): JSX.Element {
  const navigate = useNavigate();
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const begin = async () => {
    setBusy(true);
    setFailure(null);
    try {
      await refillCart(props.order);
      navigate('/checkout', { state: orderAgain(props.order) });
    } catch (thrown) {
      setFailure(asApiError(thrown));
    }
    setBusy(false);
  };
  return (
    <>
      <Show when={failure()} keyed>
        {(error) => <Problem error={error} />}
      </Show>
      <div class="actions">
        <WaitingButton
          type="button"
          class="primary small"
          until={failure()?.retryAt}
          busy={busy()}
          busyText={texts.order.anotherCardBusy}
          onClick={() => void begin()}
        >
          {texts.order.anotherCard}
        </WaitingButton>
      </div>
    </>
  );
}
