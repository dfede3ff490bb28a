import { createSignal, createUniqueId, Match, onCleanup, onMount, Show, Switch, type JSX } from 'solid-js';
import type { Because } from '../../core/services/intelligence/recommendations.ts';
import { createRemote } from '../api/remote.ts';
import type { Product } from '../api/types.ts';
import { texts } from '../texts.ts';
import { ProductGrid, ProductSkeletons } from './product-grid.tsx';

/** So far below what is seen it begins to load. */
const AHEAD = '400px';

interface Recommended extends Product {
  readonly because: Because & { readonly name?: string };
}

/**
 * A row of recommended products, each with why. It is read once it comes near what is seen, its place is kept meanwhile,
 * and without any product, or when they can't be had, there is no row: nobody came for it.
 */
export function RecommendedShelf(props: {
  readonly title: string;
  readonly path: string;
  readonly count: number;
  /** Whether each product says why it is here. */
  readonly noted: boolean;
}): JSX.Element {
  const [near, setNear] = createSignal(false);
  const list = createRemote<{ readonly items: readonly Recommended[] }>(() =>
    near() ? props.path : undefined,
  );
  const id = createUniqueId();
  let place: HTMLElement | undefined;
  onMount(() => {
    if (place === undefined) return;
    const watch = new IntersectionObserver(
      (seen) => {
        if (seen.some(({ isIntersecting }) => isIntersecting)) setNear(true);
      },
      { rootMargin: AHEAD },
    );
    watch.observe(place);
    onCleanup(() => {
      watch.disconnect();
    });
  });
  return (
    <Show when={list.error() === null && list.data()?.items.length !== 0}>
      <section
        class="shelf"
        aria-labelledby={id}
        data-testid="recommended"
        ref={(element) => (place = element)}
      >
        <header class="shelf-head">
          <h2 id={id}>{props.title}</h2>
        </header>
        <Switch fallback={<ProductSkeletons count={props.count} noted={props.noted} />}>
          <Match when={list.data()}>
            {(data) => (
              <ProductGrid
                products={data().items}
                eager={0}
                busy={false}
                noteOf={(product) => (props.noted ? noteOf(data().items, product) : '')}
              />
            )}
          </Match>
        </Switch>
      </section>
    </Show>
  );
}

function noteOf(items: readonly Recommended[], { id }: Product): string {
  const because = items.find((item) => item.id === id)?.because;
  if (because === undefined) return '';
  return because.kind === 'goes_with'
    ? texts.recommended.goesWith(because.name ?? '')
    : texts.recommended.because[because.kind];
}
