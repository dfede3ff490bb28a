import Plus from 'lucide-solid/icons/plus';
import { createSignal, Show, type JSX } from 'solid-js';
import { addToCart } from '../api/cart.ts';
import { asApiError } from '../api/client.ts';
import { seed } from '../api/remote.ts';
import type { Product } from '../api/types.ts';
import { announce, confirmBriefly } from '../components/announcer.tsx';
import { money } from '../components/format.ts';
import { ProductArt } from '../components/product-art.tsx';
import { createCountdown } from '../components/countdown.ts';
import { texts } from '../texts.ts';

/** Below this many units the shop says how many are left. */
const FEW_UNITS = 10;

/** How much there is of a product; also the class that colours it. */
export function stockOf({ available }: Pick<Product, 'available'>): 'out' | 'few' | 'plenty' {
  if (available <= 0) return 'out';
  return available <= FEW_UNITS ? 'few' : 'plenty';
}

/** What there is of a product, in words. */
export function stockText(product: Product): string {
  const words = {
    out: texts.product.soldOut,
    few: texts.product.left(product.available),
    plenty: texts.product.inStock,
  };
  return words[stockOf(product)];
}

export function saleIsOn(product: Product): boolean {
  const sale = product.flashSale;
  if (sale === null) return false;
  const now = Date.now();
  return Date.parse(sale.startsAt) <= now && now < Date.parse(sale.endsAt);
}

export function ProductCard(props: {
  readonly product: Product;
  readonly eager: boolean;
  /** Why it is shown, if that is told. */
  readonly note?: string | undefined;
}): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const [until, setUntil] = createSignal<number | null>(null);
  const seconds = createCountdown(until);
  const soldOut = () => props.product.available <= 0;
  const add = async () => {
    if (busy() || seconds() > 0) return;
    setBusy(true);
    try {
      await addToCart(props.product.id, 1);
      confirmBriefly(texts.product.added(props.product.name), {
        href: '/cart',
        text: texts.product.viewCart,
      });
    } catch (thrown) {
      const error = asApiError(thrown);
      setUntil(error.retryAt);
      if (error.retryAt === null) confirmBriefly(error.message || texts.problem.unanswered);
      else announce(texts.problem.limit);
    }
    setBusy(false);
  };
  return (
    <li class="product" classList={{ out: soldOut() }}>
      <div class="product-art">
        <ProductArt product={props.product} eager={props.eager} />
        <Show when={saleIsOn(props.product)}>
          <span class="status brass">{texts.product.flash}</span>
        </Show>
        <Show when={!soldOut()}>
          <button
            type="button"
            class="add figure"
            aria-disabled={busy() || seconds() > 0}
            aria-label={seconds() > 0 ? texts.wait(seconds()) : texts.product.addNamed(props.product.name)}
            onClick={() => void add()}
          >
            <Show when={seconds() === 0} fallback={seconds()}>
              <Plus size={19} aria-hidden="true" />
            </Show>
          </button>
        </Show>
      </div>
      <div class="product-words">
        <h2>
          <a
            href={`/products/${encodeURIComponent(props.product.id)}`}
            onClick={() => seed(`/api/products/${encodeURIComponent(props.product.id)}`, props.product)}
          >
            {props.product.name}
          </a>
        </h2>
        <p class="figure price">{money(props.product.priceCents, props.product.currency)}</p>
        <Show when={props.note}>
          <p class="note">{props.note}</p>
        </Show>
        <Show when={stockOf(props.product) !== 'plenty'}>
          <p class="stock">{stockText(props.product)}</p>
        </Show>
      </div>
    </li>
  );
}
