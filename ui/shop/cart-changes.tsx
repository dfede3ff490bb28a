import { createEffect, createMemo, createSignal, For, on, onCleanup, Show, type JSX } from 'solid-js';
import { cart } from '../api/cart.ts';
import { asApiError, call } from '../api/client.ts';
import { forgetLine, noteLook, seenLines } from '../api/seen-cart.ts';
import type { Product } from '../api/types.ts';
import { money } from '../components/format.ts';
import { texts } from '../texts.ts';

export interface CartChanges {
  /** What a line cost when it was last seen, if that was something else. */
  readonly priceBefore: (productId: string, priceCents: number) => number | undefined;
  /** Units to be had; undefined while that is not known. */
  readonly available: (productId: string) => number | undefined;
  /** Names of products that left the shop, and with it the cart. */
  readonly gone: () => readonly string[];
}

/** Compares the cart with how the shopper last saw it; what it says stays as long as the page does. */
export function createCartChanges(): CartChanges {
  const before = seenLines();
  const [gone, setGone] = createSignal<readonly string[]>([]);
  const [stock, setStock] = createSignal<ReadonlyMap<string, number>>(new Map());
  const stopped = new AbortController();
  onCleanup(() => stopped.abort());

  const ids = createMemo(() => cart()?.items.map(({ productId }) => productId), undefined, {
    equals: (one, other) => one?.join(' ') === other?.join(' '),
  });
  createEffect(
    on(cart, (data) => {
      if (data !== undefined) noteLook(data);
    }),
  );
  createEffect(
    on(ids, (present) => {
      if (present === undefined) return;
      for (const id of present) void readStock(id);
      for (const [id, line] of seenLines()) if (!present.includes(id)) void lookForMissing(id, line.name);
    }),
  );
  const read = (id: string) =>
    call<Product>('GET', `/api/products/${encodeURIComponent(id)}`, { signal: stopped.signal });
  const readStock = async (id: string) => {
    try {
      const { available } = await read(id);
      setStock((known) => new Map(known).set(id, available));
    } catch {
      // Then nothing is said about its stock: the checkout decides.
    }
  };
  // A line can be missing because it was bought, or taken out elsewhere: only the shop knows whether it is gone.
  const lookForMissing = async (id: string, name: string) => {
    try {
      await read(id);
      forgetLine(id);
    } catch (thrown) {
      if (stopped.signal.aborted || asApiError(thrown).status !== 404) return;
      forgetLine(id);
      setGone((names) => [...names, name]);
    }
  };
  return {
    priceBefore(productId, priceCents) {
      const seen = before.get(productId)?.priceCents;
      return seen === priceCents ? undefined : seen;
    },
    available: (productId) => stock().get(productId),
    gone,
  };
}

/** Says which products are gone from the shop. */
export function GoneNotice(props: { readonly changes: CartChanges }): JSX.Element {
  return (
    <div role="status">
      <Show when={props.changes.gone().length > 0}>
        <div class="notice wait gone" data-testid="gone">
          <For each={props.changes.gone()}>{(name) => <p>{texts.cart.gone(name)}</p>}</For>
        </div>
      </Show>
    </div>
  );
}

/** What has changed about one line, and the way to put it right. */
export function LineChanges(props: {
  readonly changes: CartChanges;
  readonly line: { readonly productId: string; readonly quantity: number; readonly priceCents: number };
  readonly currency: string;
  readonly onQuantity?: (quantity: number) => void;
}): JSX.Element {
  const before = () => props.changes.priceBefore(props.line.productId, props.line.priceCents);
  const available = () => props.changes.available(props.line.productId);
  return (
    <>
      <Show when={before()}>
        {(cents) => (
          <p class="line-change figure" data-testid="price-changed">
            {texts.cart.priceChanged(
              money(cents(), props.currency),
              money(props.line.priceCents, props.currency),
            )}
          </p>
        )}
      </Show>
      <Show when={(available() ?? 1) <= 0}>
        <p class="line-change bad" data-testid="sold-out">
          {texts.cart.soldOut}
        </p>
      </Show>
      <Show when={(available() ?? 0) > 0 && (available() ?? 0) < props.line.quantity}>
        <p class="line-change" data-testid="too-few">
          {texts.product.left(available() ?? 0)}
          <Show when={props.onQuantity}>
            {(change) => (
              <button type="button" class="link-button" onClick={() => change()(available() ?? 1)}>
                {texts.cart.take(available() ?? 0)}
              </button>
            )}
          </Show>
        </p>
      </Show>
    </>
  );
}
