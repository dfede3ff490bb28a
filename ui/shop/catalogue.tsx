import { useSearchParams } from '@solidjs/router';
import { createMemo, For, Match, Show, Switch, type JSX } from 'solid-js';
import { withQuery } from '../api/client.ts';
import { createRemote } from '../api/remote.ts';
import type { Category, Product, ProductList, ProductSort } from '../api/types.ts';
import { Empty } from '../components/empty.tsx';
import { PageHead } from '../components/page.tsx';
import { Problem } from '../components/problem.tsx';
import { texts } from '../texts.ts';
import { ProductCard } from './product-card.tsx';
import './catalogue.css';

/** Fills 2, 3 and 4 columns without a ragged end. */
const PAGE_PRODUCTS = 24;
/** Cards above the fold on a wide screen: their pictures load at once. */
const EAGER_CARDS = 8;

const sorts = Object.keys(texts.catalogue.sorts) as (keyof typeof texts.catalogue.sorts & ProductSort)[];

type Query = { category?: string; sort?: string; page?: string; q?: string };

export function Catalogue(): JSX.Element {
  const [query, setQuery] = useSearchParams<Query>();
  const searched = () => query.q?.trim() ?? '';
  const page = () => Math.max(1, Math.floor(Number(query.page ?? '1')) || 1);
  const sort = () => sorts.find((name) => name === query.sort) ?? 'name';
  const categories = createRemote<{ readonly items: readonly Category[] }>(() => '/api/products/categories');
  const list = createRemote<ProductList | { readonly items: readonly Product[]; readonly total?: undefined }>(
    () =>
      searched() === ''
        ? withQuery('/api/products', {
            category: query.category,
            sort: sort(),
            page: page(),
            limit: PAGE_PRODUCTS,
          })
        : withQuery('/api/products/search', { q: searched() }),
  );
  const categoryName = () => categories.data()?.items.find((one) => one.id === query.category)?.name;
  const title = () => {
    if (searched() !== '') return texts.catalogue.results(searched());
    return query.category === undefined ? texts.catalogue.title : (categoryName() ?? '\u00a0');
  };
  const total = createMemo(() => {
    const data = list.data();
    return data === undefined ? undefined : (data.total ?? data.items.length);
  });
  const pages = () => (searched() === '' ? Math.max(1, Math.ceil((total() ?? 0) / PAGE_PRODUCTS)) : 1);
  const choose = (category: string) =>
    setQuery({ category, page: undefined, q: undefined }, { scroll: true });

  return (
    <div class="catalogue">
      <CategoryList
        categories={categories.data()?.items}
        current={searched() === '' ? query.category : undefined}
      />
      <section>
        <PageHead
          title={title()}
          under={
            <p class="faint figure" aria-live="polite">
              {total() === undefined ? '\u00a0' : texts.catalogue.count(total() ?? 0)}
            </p>
          }
        >
          <div class="catalogue-tools">
            <label class="inline-field small-only">
              <span class="unseen">{texts.catalogue.category}</span>
              <select class="select small" onChange={(event) => choose(event.currentTarget.value)}>
                <option value="">{texts.catalogue.everything}</option>
                <For each={categories.data()?.items}>
                  {(one) => (
                    <option value={one.id} selected={one.id === query.category}>
                      {one.name}
                    </option>
                  )}
                </For>
              </select>
            </label>
            <Show when={searched() === ''}>
              <label class="inline-field">
                <span class="sort-label">{texts.catalogue.sort}</span>
                <select
                  class="select small"
                  onChange={(event) => setQuery({ sort: event.currentTarget.value, page: undefined })}
                >
                  <For each={sorts}>
                    {(name) => (
                      <option value={name} selected={name === sort()}>
                        {texts.catalogue.sorts[name]}
                      </option>
                    )}
                  </For>
                </select>
              </label>
            </Show>
          </div>
        </PageHead>
        <Switch>
          <Match when={list.error() !== null && list.data() === undefined && list.error()} keyed>
            {(error) => <Problem error={error} retry={list.refetch} />}
          </Match>
          <Match when={list.data() === undefined}>
            <ProductSkeletons />
          </Match>
          <Match when={list.data()?.items.length === 0}>
            <Empty
              title={searched() === '' ? texts.catalogue.emptyTitle : texts.catalogue.noResultsTitle}
              body={searched() === '' ? texts.catalogue.empty : texts.catalogue.noResults(searched())}
            >
              <a class="button" href="/">
                {texts.catalogue.showAll}
              </a>
            </Empty>
          </Match>
          <Match when={list.data()}>
            {(data) => (
              <ul class="products" data-testid="products">
                <For each={data().items}>
                  {(product, at) => <ProductCard product={product} eager={at() < EAGER_CARDS} />}
                </For>
              </ul>
            )}
          </Match>
        </Switch>
        <Show when={pages() > 1}>
          <Pager
            page={page()}
            pages={pages()}
            href={(to) => withQuery('/', { ...query, page: to === 1 ? undefined : to })}
          />
        </Show>
      </section>
    </div>
  );
}

function CategoryList(props: {
  readonly categories: readonly Category[] | undefined;
  readonly current: string | undefined;
}): JSX.Element {
  return (
    <nav class="categories" aria-labelledby="categories-title">
      <h2 id="categories-title">{texts.catalogue.categories}</h2>
      <ul>
        <li>
          <a href="/" aria-current={props.current === undefined ? 'page' : undefined}>
            {texts.catalogue.everything}
          </a>
        </li>
        <Show
          when={props.categories}
          fallback={
            <For each={Array.from({ length: 8 })}>
              {() => (
                <li class="pad">
                  <span class="skeleton line" />
                </li>
              )}
            </For>
          }
        >
          {(categories) => (
            <For each={categories()}>
              {(one) => (
                <li>
                  <a
                    href={withQuery('/', { category: one.id })}
                    aria-current={props.current === one.id ? 'page' : undefined}
                  >
                    <span>{one.name}</span>
                    <span class="faint figure">{one.products}</span>
                  </a>
                </li>
              )}
            </For>
          )}
        </Show>
      </ul>
    </nav>
  );
}

function ProductSkeletons(): JSX.Element {
  return (
    <>
      <p class="unseen" role="status">
        {texts.loading}
      </p>
      <ul class="products" aria-hidden="true">
        <For each={Array.from({ length: PAGE_PRODUCTS })}>
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
              </div>
            </li>
          )}
        </For>
      </ul>
    </>
  );
}

function Pager(props: {
  readonly page: number;
  readonly pages: number;
  readonly href: (page: number) => string;
}): JSX.Element {
  return (
    <nav class="pager" aria-label={texts.catalogue.pages}>
      <Show
        when={props.page > 1}
        fallback={
          <span class="button" aria-disabled="true">
            {texts.catalogue.previous}
          </span>
        }
      >
        <a class="button" rel="prev" href={props.href(props.page - 1)}>
          {texts.catalogue.previous}
        </a>
      </Show>
      <span class="faint figure">{texts.catalogue.page(props.page, props.pages)}</span>
      <Show
        when={props.page < props.pages}
        fallback={
          <span class="button" aria-disabled="true">
            {texts.catalogue.next}
          </span>
        }
      >
        <a class="button" rel="next" href={props.href(props.page + 1)}>
          {texts.catalogue.next}
        </a>
      </Show>
    </nav>
  );
}
