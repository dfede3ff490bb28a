import { useNavigate } from '@solidjs/router';
import Check from 'lucide-solid/icons/check';
import { createSignal, For, Match, Show, Switch, type JSX } from 'solid-js';
import { cart, cartError, cartUnits, loadCart } from '../api/cart.ts';
import { attemptIsOpen, repeatAttempt } from '../api/checkout-attempt.ts';
import { asApiError, type ApiError } from '../api/client.ts';
import { user } from '../api/session.ts';
import type { CheckoutAnswer } from '../api/types.ts';
import { Empty } from '../components/empty.tsx';
import { money } from '../components/format.ts';
import { PageHead } from '../components/page.tsx';
import { Problem, WaitingButton } from '../components/problem.tsx';
import { texts } from '../texts.ts';
import { AccountForm } from './account-form.tsx';
import { createCartChanges, GoneNotice, LineChanges } from './cart-changes.tsx';
import { Totals } from './cart-page.tsx';
import { OrderForm } from './order-form.tsx';
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
