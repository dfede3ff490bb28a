import { useLocation } from '@solidjs/router';
import { createEffect, createSignal, on, onCleanup, Show, type JSX } from 'solid-js';
import { cart, cartBusy, loadCart } from '../api/cart.ts';
import { checkout, type CheckoutBody } from '../api/checkout-attempt.ts';
import { asApiError, type ApiError } from '../api/client.ts';
import { createRemote } from '../api/remote.ts';
import type { AddressEntry, CheckoutAnswer, PaymentConfig } from '../api/types.ts';
import { focusFirstError } from '../components/field.tsx';
import { money } from '../components/format.ts';
import { Problem, WaitingButton } from '../components/problem.tsx';
import { texts } from '../texts.ts';
import {
  AddressFields,
  addressErrors,
  addressOf,
  emptyAddress,
  type AddressErrors,
} from './address-fields.tsx';
import type { CardSource } from './card-field.tsx';
import { addressBrought } from './order-again.ts';
import { PaymentFields } from './payment-fields.tsx';

/** The server's word on the address, under the name of each field. */
function namedErrors(error: ApiError): AddressErrors {
  const errors: AddressErrors = {};
  for (const { path, message } of error.fields) {
    const name = path.split(/[./]/).at(-1);
    if (name !== undefined && name in emptyAddress) errors[name as keyof AddressErrors] = message;
  }
  return errors;
}

/** Where the order goes and how it is paid; what was typed stays until it is placed. */
export function OrderForm(props: { readonly onDone: (answer: CheckoutAnswer) => void }): JSX.Element {
  const [address, setAddress] = createSignal(addressBrought(useLocation().state) ?? emptyAddress);
  const [errors, setErrors] = createSignal<AddressErrors>({});
  const [type, setType] = createSignal<'credit_card' | 'paypal'>('credit_card');
  const [token, setToken] = createSignal<string>(texts.checkout.tokens[0].token);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const [busy, setBusy] = createSignal(false);
  const payment = createRemote<PaymentConfig>(() => '/api/payments/config');
  let card: CardSource | undefined;
  let form: HTMLFormElement | undefined;
  const book = createRemote<{ readonly items: readonly AddressEntry[] }>(() => '/api/auth/addresses');
  createEffect(
    on(book.data, (data) => {
      // What somebody has begun to type stays.
      const usual = data?.items.find((entry) => entry.isDefault);
      if (usual !== undefined && address() === emptyAddress) setAddress(addressOf(usual));
    }),
  );

  const usesStripe = () => payment.data()?.gateway === 'stripe';
  const canPay = () =>
    payment.data() !== undefined && (!usesStripe() || payment.data()?.publishableKey !== undefined);
  /** Undefined: the card is not right, and its field says so. */
  const paymentMethod = async (): Promise<CheckoutBody['paymentMethod'] | undefined> => {
    if (!usesStripe()) return token() === '' ? { type: type() } : { type: type(), token: token() };
    const method = await card?.methodId();
    return method === undefined ? undefined : { type: 'credit_card', token: method };
  };
  const send = async () => {
    if (busy()) return;
    const wrong = addressErrors(address());
    setErrors(wrong);
    if (Object.keys(wrong).length > 0) {
      focusFirstError(form);
      return;
    }
    setBusy(true);
    try {
      const paid = await paymentMethod();
      if (paid !== undefined) {
        setFailure(null);
        props.onDone(await checkout({ shippingAddress: address(), paymentMethod: paid }));
        return;
      }
    } catch (thrown) {
      const error = asApiError(thrown);
      const named = namedErrors(error);
      setErrors(named);
      if (Object.keys(named).length > 0) focusFirstError(form);
      else setFailure(error);
      if (error.status === 409) void loadCart();
    }
    setBusy(false);
  };

  // In a flash sale's line the shop asks again by itself: people should not have to keep clicking.
  createEffect(
    on(failure, (error) => {
      if (error?.code !== 'queue_required' || error.retryAt === null) return;
      const timer = setTimeout(() => void send(), error.retryAt - Date.now());
      onCleanup(() => clearTimeout(timer));
    }),
  );

  return (
    <form
      ref={(element) => (form = element)}
      noValidate
      onSubmit={(event) => {
        event.preventDefault();
        void send();
      }}
    >
      <AddressFields
        value={address()}
        errors={errors()}
        kept={book.data()?.items ?? []}
        onChange={(next) => {
          setAddress(next);
          setErrors({});
        }}
      />
      <Show when={payment.error()} keyed>
        {(error) => <Problem error={error} retry={payment.refetch} />}
      </Show>
      <Show when={payment.data()}>
        {(config) => (
          <PaymentFields
            config={config()}
            type={type()}
            token={token()}
            onType={setType}
            onToken={setToken}
            onCard={(source) => (card = source)}
          />
        )}
      </Show>
      <Show when={canPay()}>
        <section class="step last">
          <Show when={failure()} keyed>
            {(error) => <CheckoutProblem error={error} />}
          </Show>
          <WaitingButton
            class="primary large wide"
            until={failure()?.retryAt}
            busy={busy() || cartBusy()}
            {...(busy() ? { busyText: texts.checkout.placing } : {})}
          >
            {texts.checkout.place(money(cart()?.totalCents ?? 0, cart()?.currency ?? 'USD'))}
          </WaitingButton>
          <p class="faint once">{texts.checkout.once}</p>
        </section>
      </Show>
    </form>
  );
}

function CheckoutProblem(props: { readonly error: ApiError }): JSX.Element {
  const position = () => Number(props.error.body['position'] ?? 0);
  const words = (): { title?: string; body?: string } => {
    if (props.error.code === 'queue_required') {
      return { title: texts.checkout.queueTitle, body: texts.checkout.queue(position()) };
    }
    if (props.error.status === 429) return { title: texts.checkout.limitTitle, body: texts.checkout.limit };
    if (props.error.status === 409)
      return { title: texts.checkout.soldOutTitle, body: texts.checkout.soldOut };
    return {};
  };
  return <Problem error={props.error} {...words()} />;
}
