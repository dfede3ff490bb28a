import { For, Show, type JSX } from 'solid-js';
import type { Product } from '../api/types.ts';
import { texts } from '../texts.ts';
import { ProductCard } from './product-card.tsx';
import './product-grid.css';

/** Products as cards. `eager`: so many lie above the fold, and their pictures load at once. */
export function ProductGrid(props: {
  readonly products: readonly Product[];
  readonly eager: number;
  /** What shows is about to be replaced. */
  readonly busy: boolean;
  /** A line under each product. */
  readonly noteOf?: (product: Product) => string;
}): JSX.Element {
  return (
    <ul class="products fades" data-testid="products" aria-busy={props.busy}>
      <For each={props.products}>
        {(product, at) => (
          <ProductCard product={product} eager={at() < props.eager} note={props.noteOf?.(product)} />
        )}
      </For>
    </ul>
  );
}

/** The places of `count` cards that are on their way, as high as the cards will be. */
export function ProductSkeletons(props: { readonly count: number; readonly noted?: boolean }): JSX.Element {
  return (
    <>
      <p class="unseen" role="status">
        {texts.loading}
      </p>
      <ul class="products" aria-hidden="true">
        <For each={Array.from({ length: props.count })}>
          {() => (
            <li class="product">
              <div class="product-art">
                <span class="art skeleton" />
              </div>
              <div class="product-words">
                <h2>
                  <span class="skeleton line" style={{ width: '70%' }} />
                </h2>
                <p class="price">
                  <span class="skeleton line" style={{ width: '30%' }} />
                </p>
                <Show when={props.noted === true}>
                  <p class="note">
                    <span class="skeleton line" style={{ width: '60%' }} />
                  </p>
                </Show>
              </div>
            </li>
          )}
        </For>
      </ul>
    </>
  );
}
