import { createSignal, createUniqueId, onCleanup, onMount, Show, type JSX } from 'solid-js';
import { openStripe, type CardElement, type StripePage } from '../api/stripe.ts';
import { texts } from '../texts.ts';

/** A card that was typed into the field. */
export interface CardSource {
  /** The id of a payment method for it, the same until the card is changed; or what is wrong, which the field shows. */
  readonly methodId: () => Promise<string | undefined>;
}

/** Stripe's own field for a card: number, date and code go from its frame to Stripe. */
export function CardField(props: {
  readonly publishableKey: string;
  readonly onReady: (source: CardSource) => void;
}): JSX.Element {
  const id = createUniqueId();
  const [state, setState] = createSignal<'loading' | 'ready' | 'away'>('loading');
  const [fault, setFault] = createSignal<string | undefined>();
  let place: HTMLDivElement | undefined;
  let stripe: StripePage | undefined;
  let card: CardElement | undefined;
  let known: string | undefined;
  let gone = false;

  const open = async () => {
    setState('loading');
    setFault(undefined);
    try {
      stripe = await openStripe(props.publishableKey);
    } catch {
      setState('away');
      return;
    }
    if (gone || place === undefined) return;
    card = stripe.elements({ locale: 'en' }).create('card', { style: styleOf(place), hidePostalCode: true });
    card.on('change', ({ error }) => {
      known = undefined;
      setFault(error?.message);
    });
    card.mount(place);
    setState('ready');
  };
  const wrong = (message: string): undefined => {
    setFault(message);
    card?.focus();
    return undefined;
  };
  const methodId = async (): Promise<string | undefined> => {
    if (known !== undefined) return known;
    if (stripe === undefined || card === undefined) {
      wrong(texts.checkout.cardAway);
      return;
    }
    try {
      const { paymentMethod, error } = await stripe.createPaymentMethod({ type: 'card', card });
      if (paymentMethod === undefined) {
        wrong(error?.message ?? texts.checkout.cardRefused);
        return;
      }
      setFault(undefined);
      known = paymentMethod.id;
      return known;
    } catch {
      wrong(texts.checkout.cardUnanswered);
      return;
    }
  };
  onMount(() => {
    props.onReady({ methodId });
    void open();
  });
  onCleanup(() => {
    gone = true;
    card?.destroy();
  });
  return (
    <div class="field" role="group" aria-labelledby={id}>
      <span class="field-label" id={id}>
        {texts.checkout.cardDetails}
      </span>
      <div
        class="input card-field"
        hidden={state() === 'away'}
        ref={(element) => (place = element)}
        classList={{ invalid: fault() !== undefined }}
        aria-busy={state() === 'loading'}
        data-testid="card"
      />
      <Show
        when={state() === 'away' ? undefined : fault()}
        fallback={
          <Show when={state() !== 'away'}>
            <span class="hint">{texts.checkout.cardHint}</span>
          </Show>
        }
      >
        <span class="wrong" role="alert">
          {fault()}
        </span>
      </Show>
      <Show when={state() === 'away'}>
        <div class="notice bad" role="alert">
          <strong>{texts.checkout.cardAwayTitle}</strong>
          <p>{texts.checkout.cardAway}</p>
          <div class="actions">
            <button type="button" class="button small" onClick={() => void open()}>
              {texts.retry}
            </button>
          </div>
        </div>
      </Show>
    </div>
  );
}

/** The frame knows nothing of our style sheets. */
function styleOf(place: HTMLElement): object {
  const { color, fontSize } = getComputedStyle(place);
  return { base: { color, iconColor: color, fontSize }, invalid: { color, iconColor: color } };
}
