/** One product: what it is, what it costs from when on, its picture, its stock. Or a new one. */
import { useNavigate, useParams } from '@solidjs/router';
import { createSignal, Show, type JSX } from 'solid-js';
import { createRemote } from '../../api/remote.ts';
import { PageHead } from '../../components/page.tsx';
import { Problem } from '../../components/problem.tsx';
import '../../shop/form.css';
import '../../shop/list-page.css';
import { productTexts as texts } from '../texts/products.ts';
import { DemandSection } from '../models/demand-section.tsx';
import { PricingSection } from '../models/pricing-section.tsx';
import './office.css';
import { PictureSection } from './picture-section.tsx';
import { PriceSection } from './price-section.tsx';
import { ProductForm } from './product-form.tsx';
import type { KeptProduct } from './product-types.ts';
import { StockDialog } from './stock-dialogs.tsx';
import { skuPath } from './stock-table.tsx';
import { createWarehouses } from './warehouses.ts';

export default function ProductPage(): JSX.Element {
  const params = useParams<{ id?: string }>();
  const navigate = useNavigate();
  const product = createRemote<KeptProduct>(
    () => (params.id === undefined ? undefined : `/api/admin/products/${encodeURIComponent(params.id)}`),
    { keep: true },
  );
  return (
    <>
      <PageHead
        title={params.id === undefined ? texts.newProduct : (product.data()?.name ?? texts.title)}
        under={
          <p class="faint">
            <a href="/admin/products">{texts.back}</a>
          </p>
        }
      >
        <Show when={product.data()?.active === true}>
          <a class="button" href={`/products/${encodeURIComponent(params.id ?? '')}`}>
            {texts.view}
          </a>
        </Show>
      </PageHead>
      <Show when={product.error()} keyed>
        {(error) => <Problem error={error} retry={product.refetch} />}
      </Show>
      <Show
        when={params.id !== undefined}
        fallback={
          <div class="product-office">
            <div class="card">
              <ProductForm
                onSaved={({ id }) => navigate(`/admin/products/${encodeURIComponent(id)}`, { replace: true })}
              />
            </div>
          </div>
        }
      >
        <Show when={product.data()?.id} keyed>
          {(_id) => (
            <Show when={product.data()}>
              {(shown) => <ProductOffice product={shown()} onChanged={product.refetch} />}
            </Show>
          )}
        </Show>
      </Show>
    </>
  );
}

function ProductOffice(props: {
  readonly product: KeptProduct;
  readonly onChanged: () => void;
}): JSX.Element {
  return (
    <div class="product-office">
      <div>
        <div class="card">
          <ProductForm product={props.product} onSaved={props.onChanged} />
        </div>
        <PriceSection product={props.product} onChanged={props.onChanged} />
        <DemandSection productId={props.product.id} />
      </div>
      <div>
        <PictureSection product={props.product} onChanged={props.onChanged} />
        <StockSection product={props.product} onChanged={props.onChanged} />
        <PricingSection product={props.product} onChanged={props.onChanged} />
      </div>
    </div>
  );
}

function StockSection(props: { readonly product: KeptProduct; readonly onChanged: () => void }): JSX.Element {
  const warehouses = createWarehouses();
  const [beginning, setBeginning] = createSignal(false);
  return (
    <section class="card" aria-labelledby="product-stock">
      <h2 id="product-stock">{texts.stock}</h2>
      <Show
        when={props.product.available !== null}
        fallback={
          <>
            <p class="faint">{texts.noStock}</p>
            <button type="button" class="button" onClick={() => setBeginning(true)}>
              {texts.firstStock}
            </button>
          </>
        }
      >
        <p class="figure">
          {texts.inStock(props.product.available ?? 0)} ·{' '}
          <a href={skuPath(props.product.sku)}>{texts.toStock}</a>
        </p>
      </Show>
      <Show when={beginning()}>
        <StockDialog
          action="adjust"
          item={{ sku: props.product.sku, warehouses: [], threshold: 0, thresholdSet: false }}
          warehouses={warehouses.all()}
          onClose={() => setBeginning(false)}
          onDone={props.onChanged}
        />
      </Show>
    </section>
  );
}
