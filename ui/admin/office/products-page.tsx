import { useSearchParams } from '@solidjs/router';
import Plus from 'lucide-solid/icons/plus';
import { createSignal, For, Show, type JSX } from 'solid-js';
import { withQuery } from '../../api/client.ts';
import { createRemote } from '../../api/remote.ts';
import type { Category } from '../../api/types.ts';
import { createCursorList } from '../../components/cursor-list.ts';
import { Empty } from '../../components/empty.tsx';
import { money, time } from '../../components/format.ts';
import { PageHead } from '../../components/page.tsx';
import { ProductArt } from '../../components/product-art.tsx';
import { FilterSelect } from '../forms/select.tsx';
import { ListFrame } from '../list-frame.tsx';
import '../../shop/list-page.css';
import { funnelTexts } from '../texts/funnel.ts';
import { productTexts as texts } from '../texts/products.ts';
import { CategoriesDialog } from './categories-dialog.tsx';
import { FunnelSection } from './funnel-section.tsx';
import { ListTools } from './list-tools.tsx';
import './office.css';
import type { KeptProduct } from './product-types.ts';

export default function ProductsPage(): JSX.Element {
  const [query, setQuery] = useSearchParams<{
    q?: string;
    category?: string;
    active?: string;
    view?: string;
  }>();
  const [naming, setNaming] = createSignal(false);
  const categories = createRemote<{ readonly items: readonly Category[] }>(() => '/api/products/categories');
  const products = createCursorList<KeptProduct>(
    (cursor) =>
      withQuery('/api/admin/products', {
        q: query.q,
        category: query.category,
        active: query.active,
        cursor: cursor ?? undefined,
      }),
    { keep: true },
  );
  const counted = () => query.view === 'funnel';
  const nameOf = (id: string) => categories.data()?.items.find((category) => category.id === id)?.name ?? id;
  return (
    <>
      <PageHead title={texts.title}>
        <div class="tools">
          <a class="button" href={counted() ? '/admin/products' : '/admin/products?view=funnel'}>
            {counted() ? funnelTexts.hide : funnelTexts.show}
          </a>
          <button type="button" class="button" onClick={() => setNaming(true)}>
            {texts.categories}
          </button>
          <a class="button primary" href="/admin/products/new">
            <Plus size={16} aria-hidden="true" />
            {texts.newProduct}
          </a>
        </div>
      </PageHead>
      <Show when={!counted()} fallback={<FunnelSection />}>
        <ListTools
          search={texts.search}
          hint={texts.searchHint}
          words={query.q}
          onWords={(q) => setQuery({ q })}
        >
          <FilterSelect
            label={texts.category}
            value={query.category ?? ''}
            options={[
              { value: '', text: texts.everyCategory },
              ...(categories.data()?.items ?? []).map(({ id, name }) => ({ value: id, text: name })),
            ]}
            onChange={(category) => setQuery({ category: category === '' ? undefined : category })}
          />
          <FilterSelect
            label={texts.state}
            value={query.active ?? ''}
            options={[
              { value: '', text: texts.states.all },
              { value: 'true', text: texts.states.true },
              { value: 'false', text: texts.states.false },
            ]}
            onChange={(active) => setQuery({ active: active === '' ? undefined : active })}
          />
        </ListTools>
        <ListFrame list={products} empty={<Empty title={texts.noneTitle} body={texts.none} />}>
          {(items) => <ProductTable items={items()} nameOf={nameOf} />}
        </ListFrame>
      </Show>
      <Show when={naming()}>
        <CategoriesDialog
          categories={categories.data()?.items ?? []}
          onClose={() => setNaming(false)}
          onChanged={categories.refetch}
        />
      </Show>
    </>
  );
}

function ProductTable(props: {
  readonly items: readonly KeptProduct[];
  readonly nameOf: (categoryId: string) => string;
}): JSX.Element {
  const columns = texts.columns;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={texts.title}>
      <table class="table" data-testid="kept-products">
        <thead>
          <tr>
            <th scope="col">{columns.product}</th>
            <th scope="col">{columns.category}</th>
            <th scope="col" class="amount">
              {columns.price}
            </th>
            <th scope="col" class="amount">
              {columns.cost}
            </th>
            <th scope="col" class="amount">
              {columns.stock}
            </th>
            <th scope="col">{columns.state}</th>
          </tr>
        </thead>
        <tbody>
          <For each={props.items}>
            {(product) => (
              <tr>
                <td>
                  <div class="product-cell">
                    <ProductArt product={product} />
                    <div>
                      <a href={`/admin/products/${encodeURIComponent(product.id)}`}>{product.name}</a>
                      <span class="soft mono">{product.sku}</span>
                    </div>
                  </div>
                </td>
                <td>{props.nameOf(product.category)}</td>
                <td class="amount figure">
                  {money(product.priceCents, product.currency)}
                  <Show when={product.nextPrice} keyed>
                    {({ priceCents, from }) => (
                      <span class="soft">
                        {texts.comes(money(priceCents, product.currency), time(from, 'dayAndTime'))}
                      </span>
                    )}
                  </Show>
                </td>
                <td class="amount figure soft">{money(product.costCents, product.currency)}</td>
                <td class="amount figure">{product.available?.toLocaleString('en') ?? texts.neverStocked}</td>
                <td>
                  <span class="status" classList={{ good: product.active }}>
                    {product.active ? texts.forSale : texts.notForSale}
                  </span>
                </td>
              </tr>
            )}
          </For>
        </tbody>
      </table>
    </div>
  );
}
