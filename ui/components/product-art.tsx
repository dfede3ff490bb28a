import { createMemo, createSignal, For, Show, type JSX } from 'solid-js';

/** A small stable number from a text (FNV-1a). */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
  return value >>> 0;
}

interface Body {
  readonly x: number;
  readonly y: number;
  readonly r: number;
}

/** Three planets on three orbits, different for every product and always the same for one. */
function bodies(seed: number): readonly Body[] {
  return [44, 74, 104].map((radius, index) => {
    const angle = (((seed >>> (index * 7)) % 360) * Math.PI) / 180;
    return {
      x: 160 + radius * Math.cos(angle),
      y: 160 + radius * Math.sin(angle),
      r: 5 + ((seed >>> (index * 5)) % 6),
    };
  });
}

/** A product's picture in a square that keeps its place; drawn here when there is none or it does not load. */
export function ProductArt(props: {
  readonly product: {
    readonly name: string;
    readonly sku: string;
    readonly category: string;
    readonly imageUrl: string;
  };
  readonly eager?: boolean;
}): JSX.Element {
  const [broken, setBroken] = createSignal(false);
  const hue = createMemo(() => hash(props.product.category) % 360);
  const seed = createMemo(() => hash(props.product.sku));
  return (
    <span class="art" style={{ '--hue': String(hue()) }}>
      <Show
        when={props.product.imageUrl !== '' && !broken()}
        fallback={
          <svg viewBox="0 0 320 320" fill="none" aria-hidden="true">
            <For each={[44, 74, 104]}>
              {(radius) => <circle class="ring" cx="160" cy="160" r={radius} stroke-width="1.5" />}
            </For>
            <circle class="body" cx="160" cy="160" r={14 + (seed() % 8)} />
            <For each={bodies(seed())}>
              {(body) => <circle class="body" cx={body.x} cy={body.y} r={body.r} />}
            </For>
          </svg>
        }
      >
        <img
          src={props.product.imageUrl}
          alt=""
          width="480"
          height="480"
          loading={props.eager === true ? 'eager' : 'lazy'}
          decoding="async"
          onError={() => setBroken(true)}
        />
      </Show>
    </span>
  );
}

/** The picture beside a line of a cart or an order, which names its product but brings no picture along. */
export function LineArt(props: {
  readonly item: { readonly productId: string; readonly name: string; readonly sku: string };
}): JSX.Element {
  return (
    <span class="line-art">
      <ProductArt
        product={{
          name: props.item.name,
          sku: props.item.sku,
          category: '',
          imageUrl: `/api/products/${encodeURIComponent(props.item.productId)}/image.svg`,
        }}
      />
    </span>
  );
}
