import { For, Show, type JSX } from 'solid-js';
import type { OrderView } from '../api/types.ts';
import { money } from '../components/format.ts';
import { texts } from '../texts.ts';

/** What was bought, how it was paid, where it goes. */
export function OrderFacts(props: { readonly order: OrderView }): JSX.Element {
  const amount = (cents: number) => money(cents, props.order.currency);
  return (
    <section class="card facts" aria-labelledby="facts">
      <h2 id="facts">{texts.order.items}</h2>
      <ul class="fact-lines">
        <For each={props.order.items}>
          {(item) => (
            <li>
              <span>
                <a href={`/products/${encodeURIComponent(item.productId)}`}>{item.name}</a>
                <span class="faint figure"> × {item.quantity}</span>
              </span>
              <span class="figure">{amount(item.priceCents * item.quantity)}</span>
            </li>
          )}
        </For>
      </ul>
      <dl class="pairs">
        <div class="total">
          <dt>{texts.cart.total}</dt>
          <dd>{amount(props.order.totalCents)}</dd>
        </div>
        <div>
          <dt>{texts.order.payment}</dt>
          <dd>
            {texts.order.method[props.order.payment.method]}
            {' · '}
            <span data-testid="payment-status">{texts.order.paymentStatus[props.order.payment.status]}</span>
          </dd>
        </div>
        <Show when={props.order.payment.refundedCents > 0}>
          <div>
            <dt>{texts.order.refundedAmount}</dt>
            <dd>{amount(props.order.payment.refundedCents)}</dd>
          </div>
        </Show>
        <div>
          <dt>{texts.order.address}</dt>
          <dd>
            {props.order.customerName}
            <br />
            {props.order.shippingAddress.street}
            <br />
            {props.order.shippingAddress.zip} {props.order.shippingAddress.city}
            <br />
            {props.order.shippingAddress.state}, {props.order.shippingAddress.country}
          </dd>
        </div>
      </dl>
    </section>
  );
}
