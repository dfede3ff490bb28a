import { useNavigate, useSearchParams } from '@solidjs/router';
import { createMemo, createSignal, For, Match, Show, Switch, type JSX } from 'solid-js';
import { withQuery } from '../api/client.ts';
import { createRemote } from '../api/remote.ts';
import type { Category, ProductList, Sale, SearchResult } from '../api/types.ts';
import { Empty } from '../components/empty.tsx';
import { PageHead } from '../components/page.tsx';
import { Problem } from '../components/problem.tsx';
import { texts } from '../texts.ts';
import {
  CatalogueFilterPanel,
  CatalogueTools,
  createPanel,
  FilterChips,
  filterParameters,
  NO_CATALOGUE_FILTERS,
  pageHref,
  sortIn,
  UnderstoodChips,
  type CatalogueChange,
  type CatalogueQuery,
} from './catalogue-filters.tsx';
import { ProductCard } from './product-card.tsx';
import { SaleBanners } from './sale-banner.tsx';
import './catalogue.css';

/** Fills 2, 3 and 4 columns without a ragged end. */
const PAGE_PRODUCTS = 24;
/** Cards above the fold on a wide screen: their pictures load at once. */
const EAGER_CARDS = 8;
const QUERY_CHARACTERS_MAX = 200;

export function Catalogue(): JSX.Element {
  const [query, setQuery] = useSearchParams<CatalogueQuery>();
  const [typing, setTyping] = createSignal(false);
  const navigate = useNavigate();
  const panel = createPanel(query);
  const searched = () => query.q?.trim() ?? '';
  const page = () => Math.max(1, Math.floor(Number(query.page ?? '1')) || 1);
  const categories = createRemote<{ readonly items: readonly Category[] }>(() => '/api/products/categories');
  const sales = createRemote<{ readonly items: readonly Sale[] }>(() => '/api/flash-sales');
  const list = createRemote<ProductList | SearchResult>(() => listPath(query, searched(), page()), {
    keep: true,
  });
  const categoryName = () => categories.data()?.items.find((one) => one.id === query.category)?.name;
  const title = () => {
    if (searched() !== '') return texts.catalogue.results(searched());
    return query.category === undefined ? texts.catalogue.title : (categoryName() ?? '\u00a0');
  };
  const found = createMemo(() => searchOf(list.data()));
  const total = createMemo(() => totalOf(list.data()));
  const pages = () => (searched() === '' ? Math.max(1, Math.ceil((total() ?? 0) / PAGE_PRODUCTS)) : 1);
  const change = (wanted: CatalogueChange, byTyping = false) => {
    // The first letter makes a step in the history, those after it belong to that step.
    setQuery({ ...wanted, q: undefined }, { replace: byTyping && typing() });
    setTyping(byTyping);
  };
  const narrowed = () => Object.values(filterParameters(query)).some((value) => value !== undefined);

  return (
    <div class="catalogue">
      <CategoryList
        categories={categories.data()?.items}
        current={searched() === '' ? query.category : undefined}
      />
      {/* Nothing below them shows before it is known whether there are banners: then nothing has to move. */}
      <Show when={sales.data() !== undefined || sales.error() !== null} fallback={<section />}>
        <section>
          <Show when={searched() === '' && query.category === undefined && page() === 1 && !narrowed()}>
            <SaleBanners sales={sales.data()?.items} />
          </Show>
          <PageHead
            title={title()}
            under={
              <p class="faint figure" aria-live="polite">
                {total() === undefined ? '\u00a0' : texts.catalogue.count(total() ?? 0)}
              </p>
            }
          >
            <Show when={searched() === ''}>
              <CatalogueTools
                query={query}
                categories={categories.data()?.items}
                panel={panel.id}
                open={panel.open()}
                onToggle={panel.toggle}
                onChange={change}
              />
            </Show>
          </PageHead>
          <Show
            when={searched() === ''}
            fallback={
              <Show when={found()}>
                {(search) => (
                  <UnderstoodChips
                    understood={search().understood}
                    categories={categories.data()?.items}
                    onSearch={(q) => navigate(withQuery('/', { q }))}
                  />
                )}
              </Show>
            }
          >
            <CatalogueFilterPanel id={panel.id} open={panel.open()} query={query} onChange={change} />
            <FilterChips query={query} onChange={change} />
          </Show>
          <Show when={list.error()} keyed>
            {(error) => <Problem error={error} retry={list.refetch} />}
          </Show>
          <Switch>
            <Match when={list.data() === undefined && list.error() === null}>
              <ProductSkeletons />
            </Match>
            <Match when={list.data()?.items.length === 0}>
              <NothingFound
                searched={searched()}
                narrowed={narrowed()}
                onClear={() => change(NO_CATALOGUE_FILTERS)}
              />
            </Match>
            <Match when={list.data()}>
              {(data) => (
                <ul
                  class="products fades"
                  data-testid="products"
                  aria-busy={list.loading() || list.error() !== null}
                >
                  <For each={data().items}>
                    {(product, at) => <ProductCard product={product} eager={at() < EAGER_CARDS} />}
                  </For>
                </ul>
              )}
            </Match>
          </Switch>
          <Show when={pages() > 1}>
            <Pager page={page()} pages={pages()} href={(to) => pageHref(query, to)} />
          </Show>
        </section>
      </Show>
    </div>
  );
}

function listPath(query: CatalogueQuery, searched: string, page: number): string {
  if (searched !== '')
    return withQuery('/api/products/search', { q: searched.slice(0, QUERY_CHARACTERS_MAX) });
  return withQuery('/api/products', {
    category: query.category,
    ...filterParameters(query),
    sort: sortIn(query),
    page,
    limit: PAGE_PRODUCTS,
  });
}

function searchOf(answer: ProductList | SearchResult | undefined): SearchResult | undefined {
  return answer !== undefined && 'understood' in answer ? answer : undefined;
}

function totalOf(answer: ProductList | SearchResult | undefined): number | undefined {
  return answer === undefined || 'total' in answer ? answer?.total : answer.items.length;
}

function NothingFound(props: {
  readonly searched: string;
  readonly narrowed: boolean;
  readonly onClear: () => void;
}): JSX.Element {
  const words = () => {
    if (props.searched !== '')
      return { title: texts.catalogue.noResultsTitle, body: texts.catalogue.noResults(props.searched) };
    if (props.narrowed) return { title: texts.catalogue.noResultsTitle, body: texts.catalogue.noneLike };
    return { title: texts.catalogue.emptyTitle, body: texts.catalogue.empty };
  };
  return (
    <Empty title={words().title} body={words().body}>
      <Show
        when={props.searched === '' && props.narrowed}
        fallback={
          <a class="button" href="/">
            {texts.catalogue.showAll}
          </a>
        }
      >
        <button type="button" class="button" onClick={() => props.onClear()}>
          {texts.filters.clear}
        </button>
      </Show>
    </Empty>
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
