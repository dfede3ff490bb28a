import { For, type JSX } from 'solid-js';
import { texts } from '../texts.ts';

type Method = 'credit_card' | 'paypal';
const methods: readonly { readonly type: Method; readonly name: string }[] = [
  { type: 'credit_card', name: texts.checkout.card },
  { type: 'paypal', name: texts.checkout.paypal },
];

/** How to pay, and how the simulated gateway shall behave: the token that always works comes first. */
export function PaymentFields(props: {
  readonly type: Method;
  readonly token: string;
  readonly onType: (type: Method) => void;
  readonly onToken: (token: string) => void;
}): JSX.Element {
  return (
    <section class="step" aria-labelledby="payment">
      <h2 id="payment">{texts.checkout.payment}</h2>
      <fieldset>
        <legend class="field-label">{texts.checkout.method}</legend>
        <div class="choices side-by-side">
          <For each={methods}>
            {(method) => (
              <label class="choice">
                <input
                  type="radio"
                  name="method"
                  value={method.type}
                  checked={props.type === method.type}
                  onChange={() => props.onType(method.type)}
                />
                <span>{method.name}</span>
              </label>
            )}
          </For>
        </div>
      </fieldset>
      <fieldset>
        <legend class="field-label">{texts.checkout.token}</legend>
        <p class="faint">{texts.checkout.paymentHint}</p>
        <div class="choices">
          <For each={texts.checkout.tokens}>
            {(choice) => (
              <label class="choice">
                <input
                  type="radio"
                  name="token"
                  value={choice.token}
                  checked={props.token === choice.token}
                  onChange={() => props.onToken(choice.token)}
                />
                <span>{choice.name}</span>
                <code>{choice.code}</code>
              </label>
            )}
          </For>
        </div>
      </fieldset>
    </section>
  );
}
