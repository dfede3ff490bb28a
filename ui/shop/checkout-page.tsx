import { useNavigate } from '@solidjs/router';
import Check from 'lucide-solid/icons/check';
import { createEffect, createSignal, For, Match, on, onCleanup, Show, Switch, type JSX } from 'solid-js';
import { cart, cartBusy, cartError, cartUnits, loadCart } from '../api/cart.ts';
import { attemptIsOpen, checkout, repeatAttempt, type CheckoutBody } from '../api/checkout-attempt.ts';
import { asApiError, type ApiError } from '../api/client.ts';
import { createRemote } from '../api/remote.ts';
import { user } from '../api/session.ts';
import type { AddressEntry, CheckoutAnswer } from '../api/types.ts';
import { Empty } from '../components/empty.tsx';
import { focusFirstError } from '../components/field.tsx';
import { money } from '../components/format.ts';
import { PageHead } from '../components/page.tsx';
import { Problem, WaitingButton } from '../components/problem.tsx';
import { texts } from '../texts.ts';
import { AccountForm } from './account-form.tsx';
import {
  AddressFields,
  addressErrors,
  addressOf,
  emptyAddress,
  type AddressErrors,
} from './address-fields.tsx';
import { createCartChanges, GoneNotice, LineChanges } from './cart-changes.tsx';
import { Totals } from './cart-page.tsx';
import { PaymentFields } from './payment-fields.tsx';
import './form.css';
import './checkout-page.css';

export default function CheckoutPage(): JSX.Element {
  const navigate = useNavigate();
  const [placed, setPlaced] = createSignal(false);
  const done = (answer: CheckoutAnswer) => {
    setPlaced(true);
    navigate(`/orders/${encodeURIComponent(answer.orderId)}`, { replace: true });
    void loadCart();
  };
  return (
    <>
      <PageHead title={texts.checkout.title} />
      <Switch fallback={<div class="checkout-wait" role="status" aria-label={texts.loading} />}>
        <Match when={user() && attemptIsOpen() && !placed() && cart()?.items.length === 0}>
          <OpenAttempt onDone={done} />
        </Match>
        <Match when={cart()?.items.length === 0 && !placed()}>
          <Empty title={texts.cart.emptyTitle} body={texts.cart.empty}>
            <a class="button primary" href="/">
              {texts.cart.browse}
            </a>
          </Empty>
        </Match>
        <Match when={cart() !== undefined && user() !== undefined}>
          <div class="split">
            <div class="steps">
              <AccountStep />
              <Show when={user()}>
                <OrderForm onDone={done} />
              </Show>
            </div>
            <Summary />
          </div>
        </Match>
        <Match when={cartError()} keyed>
          {(failure) => <Problem error={failure} retry={() => void loadCart()} />}
        </Match>
      </Switch>
    </>
  );
}

function AccountStep(): JSX.Element {
  const [registering, setRegistering] = createSignal(true);
  return (
    <section class="step" aria-labelledby="account">
      <h2 id="account">{texts.checkout.account}</h2>
      <Show
        when={user()}
        fallback={
          <>
            <p class="soft">{texts.checkout.accountHint}</p>
            <AccountForm
              registering={registering()}
              onSwitch={
                <p class="switch">
                  <button type="button" class="link-button" onClick={() => setRegistering(!registering())}>
                    {registering() ? texts.signIn.toSignIn : texts.signIn.toRegister}
                  </button>
                </p>
              }
            />
          </>
        }
      >
        {(person) => (
          <p class="signed-in">
            <Check size={18} aria-hidden="true" />
            <span>
              {texts.checkout.signedInAs} <strong>{person().name}</strong>{' '}
              <span class="soft">({person().email})</span>
            </span>
          </p>
        )}
      </Show>
    </section>
  );
}

/** The server's word on the address, under the name of each field. */
function namedErrors(error: ApiError): AddressErrors {
  const errors: AddressErrors = {};
  for (const { path, message } of error.fields) {
    const name = path.split(/[./]/).at(-1);
    if (name !== undefined && name in emptyAddress) errors[name as keyof AddressErrors] = message;
  }
  return errors;
}

function OrderForm(props: { readonly onDone: (answer: CheckoutAnswer) => void }): JSX.Element {
  const [address, setAddress] = createSignal(emptyAddress);
  const [errors, setErrors] = createSignal<AddressErrors>({});
  const [type, setType] = createSignal<'credit_card' | 'paypal'>('credit_card');
  const [token, setToken] = createSignal<string>(texts.checkout.tokens[0].token);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const [busy, setBusy] = createSignal(false);
  let form: HTMLFormElement | undefined;
  const book = createRemote<{ readonly items: readonly AddressEntry[] }>(() => '/api/auth/addresses');
  createEffect(
    on(book.data, (data) => {
      // What somebody has begun to type stays.
      const usual = data?.items.find((entry) => entry.isDefault);
      if (usual !== undefined && address() === emptyAddress) setAddress(addressOf(usual));
    }),
  );

  const body = (): CheckoutBody => ({
    shippingAddress: address(),
    paymentMethod: token() === '' ? { type: type() } : { type: type(), token: token() },
  });
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
      props.onDone(await checkout(body()));
      return;
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
      <PaymentFields type={type()} token={token()} onType={setType} onToken={setToken} />
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

/** A checkout went out, and no answer came back, not even after a reload: asking again is safe, so it is offered. */
function OpenAttempt(props: { readonly onDone: (answer: CheckoutAnswer) => void }): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const ask = async () => {
    setBusy(true);
    try {
      props.onDone(await repeatAttempt());
    } catch (thrown) {
      setFailure(asApiError(thrown));
      setBusy(false);
    }
  };
  return (
    <div class="narrow-page form">
      <div class="notice wait" role="alert">
        <strong>{texts.checkout.openTitle}</strong>
        <p>{texts.checkout.open}</p>
      </div>
      <Show when={failure()} keyed>
        {(error) => <Problem error={error} />}
      </Show>
      <WaitingButton type="button" until={failure()?.retryAt} busy={busy()} onClick={() => void ask()}>
        {texts.checkout.ask}
      </WaitingButton>
    </div>
  );
}

function Summary(): JSX.Element {
  const changes = createCartChanges();
  return (
    <aside class="card" aria-labelledby="summary">
      <h2 id="summary">{texts.cart.summary}</h2>
      <GoneNotice changes={changes} />
      <Show when={cart()}>
        {(data) => (
          <>
            <ul class="summary-lines">
              <For each={data().items}>
                {(item) => (
                  <li>
                    <span>
                      {item.name}
                      <span class="faint figure"> × {item.quantity}</span>
                      <LineChanges changes={changes} line={item} currency={data().currency} />
                    </span>
                    <span class="figure">{money(item.priceCents * item.quantity, data().currency)}</span>
                  </li>
                )}
              </For>
            </ul>
            <Totals cart={data()} units={cartUnits()} />
          </>
        )}
      </Show>
      <a class="faint" href="/cart">
        {texts.checkout.toCart}
      </a>
    </aside>
  );
}
