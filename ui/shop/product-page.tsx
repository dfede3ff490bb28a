import { useParams } from '@solidjs/router';
import ArrowLeft from 'lucide-solid/icons/arrow-left';
import { createEffect, createMemo, createSignal, Match, on, Show, Switch, type JSX } from 'solid-js';
import { addToCart } from '../api/cart.ts';
import { asApiError, call, withQuery, type ApiError } from '../api/client.ts';
import { createRemote } from '../api/remote.ts';
import type { Category, Product } from '../api/types.ts';
import { confirmBriefly } from '../components/announcer.tsx';
import { createCountdown } from '../components/countdown.ts';
import { Empty } from '../components/empty.tsx';
import { duration, money } from '../components/format.ts';
import { useTitle } from '../components/page.tsx';
import { Problem, WaitingButton } from '../components/problem.tsx';
import { ProductArt } from '../components/product-art.tsx';
import { Quantity } from '../components/quantity.tsx';
import { texts } from '../texts.ts';
import { CATALOGUE } from './catalogue-filters.tsx';
import { DeliveryLine } from './delivery-line.tsx';
import { stockOf, stockText } from './product-card.tsx';
import { RecommendedShelf } from './recommended-shelf.tsx';
import { SalePanel } from './sale-panel.tsx';
import './product-page.css';

/** Units of one line, as the API allows. */
const QUANTITY_MAX = 999;
/** Products that go with one. */
const GOES_WELL = 4;

export default function ProductPage(): JSX.Element {
  const params = useParams<{ id: string }>();
  const product = createRemote<Product>(() => `/api/products/${encodeURIComponent(params.id)}`);
  useTitle(() => product.data()?.name ?? texts.catalogue.title);
  const opened = createMemo(() => product.data()?.id);
  // The shop counts who looks; the page does not care whether it could.
  createEffect(
    on(opened, (id) => {
      if (id === undefined) return;
      call('POST', `/api/products/${encodeURIComponent(id)}/views`).catch(() => undefined);
    }),
  );
  return (
    <>
      <a class="back" href={CATALOGUE}>
        <ArrowLeft size={16} aria-hidden="true" />
        {texts.product.back}
      </a>
      <Switch fallback={<ProductSkeleton />}>
        <Match when={product.data()} keyed>
          {(data) => (
            <>
              <ProductDetail product={data} />
              <div class="product-more">
                <RecommendedShelf
                  title={texts.recommended.goesWell}
                  path={withQuery('/api/recommendations', { product_id: data.id, limit: GOES_WELL })}
                  count={GOES_WELL}
                  noted
                />
              </div>
            </>
          )}
        </Match>
        <Match when={product.error()?.status === 404}>
          <Empty heading="h1" title={texts.notFound.title} body={texts.product.missing}>
            <a class="button" href="/">
              {texts.notFound.back}
            </a>
          </Empty>
        </Match>
        <Match when={product.error()} keyed>
          {(error) => <Problem error={error} retry={product.refetch} />}
        </Match>
      </Switch>
    </>
  );
}

function ProductDetail(props: { readonly product: Product }): JSX.Element {
  const categories = createRemote<{ readonly items: readonly Category[] }>(() => '/api/products/categories');
  const [quantity, setQuantity] = createSignal(1);
  const [busy, setBusy] = createSignal(false);
  const [error, setError] = createSignal<ApiError | null>(null);
  const soldOut = () => props.product.available <= 0;
  const sale = () => props.product.flashSale;
  const toStart = createCountdown(() => Date.parse(sale()?.startsAt ?? ''));
  const toEnd = createCountdown(() => Date.parse(sale()?.endsAt ?? ''));
  const onSale = () => sale() !== null && toStart() === 0 && toEnd() > 0;
  const categoryName = () =>
    categories.data()?.items.find((one) => one.id === props.product.category)?.name ?? props.product.category;
  const add = async () => {
    if (busy()) return;
    setBusy(true);
    try {
      await addToCart(props.product.id, quantity());
      setError(null);
      setQuantity(1);
      confirmBriefly(texts.product.added(props.product.name), {
        href: '/cart',
        text: texts.product.viewCart,
      });
    } catch (thrown) {
      setError(asApiError(thrown));
    }
    setBusy(false);
  };
  return (
    <article class="product-page">
      <ProductArt product={props.product} eager />
      <div class="product-info">
        <h1>{props.product.name}</h1>
        <p class="product-price figure">{money(props.product.priceCents, props.product.currency)}</p>
        <Show when={!onSale() && props.product.flashSale} keyed>
          {(sale) => <SaleNote startsAt={sale.startsAt} />}
        </Show>
        <p class="product-text">{props.product.description}</p>
        <p class={`product-stock ${stockOf(props.product)}`} data-testid="stock">
          {stockText(props.product)}
        </p>
        <Show when={!soldOut()}>
          <DeliveryLine />
        </Show>
        <Show
          when={onSale() && sale()}
          keyed
          fallback={
            <div class="product-buy">
              <Quantity
                value={quantity()}
                max={Math.min(QUANTITY_MAX, Math.max(1, props.product.available))}
                of={props.product.name}
                onChange={setQuantity}
              />
              <Show
                when={!soldOut()}
                fallback={
                  <button type="button" class="button large wide" disabled>
                    {texts.product.soldOut}
                  </button>
                }
              >
                <WaitingButton
                  type="button"
                  class="primary large wide"
                  until={error()?.retryAt}
                  busy={busy()}
                  onClick={() => void add()}
                >
                  {texts.product.add}
                </WaitingButton>
              </Show>
            </div>
          }
        >
          {(current) => <SalePanel product={props.product} sale={current} />}
        </Show>
        <Show when={error()} keyed>
          {(failure) => <Problem error={failure} />}
        </Show>
        <dl class="pairs product-facts">
          <div>
            <dt>{texts.product.category}</dt>
            <dd>
              <a href={withQuery(CATALOGUE, { category: props.product.category })}>{categoryName()}</a>
            </dd>
          </div>
          <div>
            <dt>{texts.product.delivery}</dt>
            <dd>{texts.product.deliveryValue}</dd>
          </div>
          <div>
            <dt>{texts.product.sku}</dt>
            <dd class="mono">{props.product.sku}</dd>
          </div>
        </dl>
      </div>
    </article>
  );
}

function SaleNote(props: { readonly startsAt: string }): JSX.Element {
  const toStart = createCountdown(() => Date.parse(props.startsAt));
  return (
    <Show when={toStart() > 0}>
      <p class="status brass figure">{texts.product.flashStarts(duration(toStart()))}</p>
    </Show>
  );
}

function ProductSkeleton(): JSX.Element {
  return (
    <div class="product-page">
      <p class="unseen" role="status">
        {texts.loading}
      </p>
      <span class="art skeleton" />
      <div class="product-info" aria-hidden="true">
        <span class="skeleton" style={{ width: '60%', height: '2.25rem' }} />
        <span class="skeleton" style={{ width: '6rem', height: '1.5rem' }} />
        <div>
          <span class="skeleton line" />
          <span class="skeleton line" />
          <span class="skeleton line" style={{ width: '50%' }} />
        </div>
        <span class="skeleton line" style={{ width: '6rem' }} />
        <span class="skeleton" style={{ height: '3.75rem' }} />
        <span class="skeleton" style={{ height: '3rem' }} />
      </div>
    </div>
  );
}
