import { For, Match, Show, Switch, createSignal, type JSX } from 'solid-js';
import { cart, cartBusy, cartError, cartUnits, loadCart, removeFromCart, setQuantity } from '../api/cart.ts';
import { asApiError, type ApiError } from '../api/client.ts';
import { user } from '../api/session.ts';
import type { Cart } from '../api/types.ts';
import { announce } from '../components/announcer.tsx';
import { Empty } from '../components/empty.tsx';
import { money } from '../components/format.ts';
import { PageHead } from '../components/page.tsx';
import { LineArt } from '../components/product-art.tsx';
import { Problem } from '../components/problem.tsx';
import { Quantity } from '../components/quantity.tsx';
import { texts } from '../texts.ts';
import { createCartChanges, GoneNotice, LineChanges, type CartChanges } from './cart-changes.tsx';
import './cart-page.css';

const QUANTITY_MAX = 999;

export default function CartPage(): JSX.Element {
  const [error, setError] = createSignal<ApiError | null>(null);
  const changes = createCartChanges();
  const change = async (act: () => Promise<unknown>, said?: string) => {
    try {
      await act();
      setError(null);
      if (said !== undefined) announce(said);
    } catch (thrown) {
      setError(asApiError(thrown));
      // What is shown must be what the server has.
      void loadCart();
    }
  };
  return (
    <>
      <PageHead title={texts.cart.title} />
      <GoneNotice changes={changes} />
      <Switch fallback={<CartSkeleton />}>
        <Match when={cart()?.items.length === 0}>
          <Empty title={texts.cart.emptyTitle} body={texts.cart.empty}>
            <a class="button primary" href="/">
              {texts.cart.browse}
            </a>
          </Empty>
        </Match>
        <Match when={cart()}>
          {(data) => (
            <div class="split">
              <div>
                <Show when={error()} keyed>
                  {(failure) => <Problem error={failure} />}
                </Show>
                <CartLines cart={data()} changes={changes} change={(act, said) => void change(act, said)} />
              </div>
              <aside class="card" aria-labelledby="summary">
                <h2 id="summary">{texts.cart.summary}</h2>
                <Totals cart={data()} units={cartUnits()} />
                <a class="button primary large wide" href="/checkout" aria-busy={cartBusy()}>
                  {texts.cart.checkout}
                </a>
                <Show when={user() === null}>
                  <p class="faint">{texts.cart.guest}</p>
                </Show>
              </aside>
            </div>
          )}
        </Match>
        <Match when={cartError()} keyed>
          {(failure) => <Problem error={failure} retry={() => void loadCart()} />}
        </Match>
      </Switch>
    </>
  );
}

function CartLines(props: {
  readonly cart: Cart;
  readonly changes: CartChanges;
  readonly change: (act: () => Promise<unknown>, said?: string) => void;
}): JSX.Element {
  // Keyed by product, so that a change does not take the focus from the button pressed.
  const ids = () => props.cart.items.map((item) => item.productId);
  const item = (id: string) => props.cart.items.find((one) => one.productId === id);
  return (
    <ul class="lines" data-testid="cart-lines">
      <For each={ids()}>
        {(id) => (
          <Show when={item(id)}>
            {(line) => (
              <li class="line" classList={{ out: (props.changes.available(id) ?? 1) <= 0 }}>
                <LineArt item={line()} />
                <div class="line-words">
                  <a href={`/products/${encodeURIComponent(id)}`}>{line().name}</a>
                  <p class="faint figure">{texts.cart.each(money(line().priceCents, props.cart.currency))}</p>
                  <LineChanges
                    changes={props.changes}
                    line={line()}
                    currency={props.cart.currency}
                    onQuantity={(quantity) => props.change(() => setQuantity(id, quantity))}
                  />
                </div>
                <Quantity
                  value={line().quantity}
                  max={QUANTITY_MAX}
                  of={line().name}
                  onChange={(quantity) => props.change(() => setQuantity(id, quantity))}
                />
                <p class="line-total figure">
                  {money(line().priceCents * line().quantity, props.cart.currency)}
                </p>
                <button
                  type="button"
                  class="link-button"
                  aria-label={texts.cart.removeNamed(line().name)}
                  onClick={() => props.change(() => removeFromCart(id), texts.cart.removed(line().name))}
                >
                  {texts.cart.remove}
                </button>
              </li>
            )}
          </Show>
        )}
      </For>
    </ul>
  );
}

/** What it costs; also shown beside the checkout. */
export function Totals(props: { readonly cart: Cart; readonly units: number }): JSX.Element {
  return (
    <dl class="pairs totals">
      <div>
        <dt>{texts.cart.items(props.units)}</dt>
        <dd>{money(props.cart.totalCents, props.cart.currency)}</dd>
      </div>
      <div>
        <dt>{texts.cart.shipping}</dt>
        <dd>{texts.cart.free}</dd>
      </div>
      <div class="total">
        <dt>{texts.cart.total}</dt>
        <dd>{money(props.cart.totalCents, props.cart.currency)}</dd>
      </div>
    </dl>
  );
}

function CartSkeleton(): JSX.Element {
  return (
    <div class="split">
      <p class="unseen" role="status">
        {texts.loading}
      </p>
      <ul class="lines" aria-hidden="true">
        <For each={[1, 2]}>
          {() => (
            <li class="line">
              <span class="skeleton" style={{ width: '12rem', height: '2.75rem' }} />
            </li>
          )}
        </For>
      </ul>
      <div class="card" aria-hidden="true" style={{ 'min-height': '17rem' }} />
    </div>
  );
}
