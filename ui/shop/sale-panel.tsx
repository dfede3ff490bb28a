import { useLocation, useNavigate } from '@solidjs/router';
import { createEffect, createSignal, Match, on, Show, Switch, type JSX } from 'solid-js';
import { addToCart, cart } from '../api/cart.ts';
import { asApiError, type ApiError } from '../api/client.ts';
import { createLineFeed } from '../api/line.ts';
import { liveState } from '../api/live.ts';
import { user } from '../api/session.ts';
import type { LinePlace, Product } from '../api/types.ts';
import { announce } from '../components/announcer.tsx';
import { createCountdown } from '../components/countdown.ts';
import { duration } from '../components/format.ts';
import { Problem, WaitingButton } from '../components/problem.tsx';
import { texts } from '../texts.ts';
import './sale-panel.css';

/** Buying in a flash sale that runs: the line, one's place in it, and what to do when the turn has come. */
export function SalePanel(props: {
  readonly product: Product;
  readonly sale: NonNullable<Product['flashSale']>;
}): JSX.Element {
  const location = useLocation();
  const line = createLineFeed(() => (user() ? props.sale.id : undefined));
  const toEnd = createCountdown(() => Date.parse(props.sale.endsAt));
  createEffect(
    on(
      () => line.place()?.state,
      (state, before) => {
        if (state === 'turn' && before === 'waiting') announce(texts.sale.turnTitle);
        if (state === 'sold_out') announce(texts.sale.gone);
      },
    ),
  );
  return (
    <section class="sale-panel" aria-label={texts.sale.title} data-testid="sale-panel">
      <header>
        <strong>{texts.sale.title}</strong>
        <span class="faint figure">{texts.sale.endsIn(duration(toEnd()))}</span>
      </header>
      <Switch fallback={<div class="sale-wait skeleton" aria-hidden="true" />}>
        <Match when={user() === null}>
          <p class="soft">{texts.sale.joinHint}</p>
          <a
            class="button primary large wide"
            href={`/sign-in?next=${encodeURIComponent(location.pathname)}`}
          >
            {texts.sale.signIn}
          </a>
        </Match>
        <Match when={line.place() === null}>
          <p class="soft">{texts.sale.joinHint}</p>
          <WaitingButton
            type="button"
            class="primary large wide"
            until={line.error()?.retryAt}
            busy={line.busy()}
            onClick={() => void line.join()}
          >
            {texts.sale.join}
          </WaitingButton>
        </Match>
        <Match when={line.place()}>
          {(place) => (
            <Switch>
              <Match when={place().state === 'waiting'}>
                <Waiting place={place()} onLeave={() => void line.leave()} busy={line.busy()} />
              </Match>
              <Match when={place().state === 'turn'}>
                <Turn product={props.product} until={place().turnUntil} />
              </Match>
              <Match when={place().state === 'used'}>
                <div role="status">
                  <strong>{texts.sale.usedTitle}</strong>
                  <p class="soft">{texts.sale.used}</p>
                </div>
                <a class="button wide" href="/orders">
                  {texts.sale.toOrders}
                </a>
              </Match>
              <Match when={place().state === 'sold_out'}>
                <div role="status">
                  <strong>{texts.sale.goneTitle}</strong>
                  <p class="soft">{texts.sale.gone}</p>
                </div>
              </Match>
            </Switch>
          )}
        </Match>
      </Switch>
      <Show when={line.error()} keyed>
        {(error) => <Problem error={error} />}
      </Show>
    </section>
  );
}

function Waiting(props: {
  readonly place: LinePlace;
  readonly busy: boolean;
  readonly onLeave: () => void;
}): JSX.Element {
  return (
    <>
      <div class="sale-place">
        <span class="faint">{props.place.position === 1 ? texts.sale.next : texts.sale.place}</span>
        <output class="figure" data-testid="place-in-line">
          {props.place.position.toLocaleString('en')}
        </output>
        <span class="faint figure">{texts.sale.eta(duration(props.place.etaSeconds))}</span>
      </div>
      <p class="soft">{liveState() === 'down' ? texts.sale.asking : texts.sale.kept}</p>
      <button type="button" class="link-button" aria-disabled={props.busy} onClick={() => props.onLeave()}>
        {texts.sale.leave}
      </button>
    </>
  );
}

function Turn(props: { readonly product: Product; readonly until: string | null }): JSX.Element {
  const navigate = useNavigate();
  const [busy, setBusy] = createSignal(false);
  const [failure, setFailure] = createSignal<ApiError | null>(null);
  const left = createCountdown(() => (props.until === null ? null : Date.parse(props.until)));
  const buy = async () => {
    setBusy(true);
    try {
      const there = cart()?.items.some(({ productId }) => productId === props.product.id) ?? false;
      if (!there) await addToCart(props.product.id, 1);
      navigate('/checkout');
    } catch (thrown) {
      setFailure(asApiError(thrown));
    }
    setBusy(false);
  };
  return (
    <>
      <div role="status">
        <strong>{texts.sale.turnTitle}</strong>
        <p class="soft figure">{texts.sale.turn(duration(left()))}</p>
      </div>
      <WaitingButton
        type="button"
        class="primary large wide"
        until={failure()?.retryAt}
        busy={busy()}
        onClick={() => void buy()}
      >
        {texts.sale.buy}
      </WaitingButton>
      <Show when={failure()} keyed>
        {(error) => <Problem error={error} />}
      </Show>
    </>
  );
}
