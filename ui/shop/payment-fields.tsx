import { For, Match, Switch, type JSX } from 'solid-js';
import type { PaymentConfig } from '../api/types.ts';
import { texts } from '../texts.ts';
import { CardField, type CardSource } from './card-field.tsx';

type Method = 'credit_card' | 'paypal';
const methods: readonly { readonly type: Method; readonly name: string }[] = [
  { type: 'credit_card', name: texts.checkout.card },
  { type: 'paypal', name: texts.checkout.paypal },
];

interface SimulatedPayment {
  readonly type: Method;
  readonly token: string;
  readonly onType: (type: Method) => void;
  readonly onToken: (token: string) => void;
}

/** How to pay: by a card at Stripe, or as the simulated gateway shall behave. */
export function PaymentFields(
  props: SimulatedPayment & {
    readonly config: PaymentConfig;
    readonly onCard: (card: CardSource) => void;
  },
): JSX.Element {
  return (
    <section class="step" aria-labelledby="payment">
      <h2 id="payment">{texts.checkout.payment}</h2>
      <Switch
        fallback={
          <div class="notice wait" role="status">
            <strong>{texts.checkout.noCardTitle}</strong>
            <p>{texts.checkout.noCard}</p>
          </div>
        }
      >
        <Match when={props.config.gateway === 'simulated'}>
          <SimulatedFields {...props} />
        </Match>
        <Match when={props.config.publishableKey} keyed>
          {(publishableKey) => (
            <>
              <p class="faint">{texts.checkout.stripeHint}</p>
              <CardField publishableKey={publishableKey} onReady={props.onCard} />
            </>
          )}
        </Match>
      </Switch>
    </section>
  );
}

/** The token that always works comes first. */
function SimulatedFields(props: SimulatedPayment): JSX.Element {
  return (
    <>
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
    </>
  );
}
