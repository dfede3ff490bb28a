import { useNavigate, useSearchParams } from '@solidjs/router';
import { createMemo, createSignal, Match, Show, Switch, type JSX } from 'solid-js';
import { withQuery } from '../api/client.ts';
import { createRemote } from '../api/remote.ts';
import type { Category, ProductList, Sale, SearchResult } from '../api/types.ts';
import { Empty } from '../components/empty.tsx';
import { PageHead } from '../components/page.tsx';
import { Problem } from '../components/problem.tsx';
import { texts } from '../texts.ts';
import {
  CATALOGUE,
  CatalogueFilterPanel,
  CatalogueTools,
  createPanel,
  FilterChips,
  filterParameters,
  isNarrowed,
  pageHref,
  SearchNotes,
  sortIn,
  UnderstoodChips,
  withoutFilters,
  wordsIn,
  type CatalogueChange,
  type CatalogueQuery,
} from './catalogue-filters.tsx';
import { CategoryList } from './category-list.tsx';
import { ProductGrid, ProductSkeletons } from './product-grid.tsx';
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
  const searched = () => wordsIn(query);
  const page = () => Math.max(1, Math.floor(Number(query.page ?? '1')) || 1);
  const categories = createRemote<{ readonly items: readonly Category[] }>(() => '/api/products/categories');
  const sales = createRemote<{ readonly items: readonly Sale[] }>(() => '/api/flash-sales');
  const list = createRemote<ProductList | SearchResult>(() => listPath(query, page()), {
    keep: true,
  });
  const categoryName = () => categories.data()?.items.find((one) => one.id === query.category)?.name;
  const title = () => {
    if (searched() !== '') return texts.catalogue.results(searched());
    return query.category === undefined ? texts.catalogue.title : (categoryName() ?? '\u00a0');
  };
  const answer = createMemo(() => searchIn(list.data()));
  const total = () => list.data()?.total;
  const pages = () => Math.max(1, Math.ceil((total() ?? 0) / PAGE_PRODUCTS));
  const change = (wanted: CatalogueChange, byTyping = false) => {
    // The first letter makes a step in the history, those after it belong to that step.
    setQuery(wanted, { replace: byTyping && typing() });
    setTyping(byTyping);
  };

  return (
    <div class="catalogue">
      <CategoryList categories={categories.data()?.items} query={query} />
      {/* Nothing below them shows before it is known whether there are banners: then nothing has to move. */}
      <Show when={sales.data() !== undefined || sales.error() !== null} fallback={<section />}>
        <section>
          <Show
            when={searched() === '' && query.category === undefined && page() === 1 && !isNarrowed(query)}
          >
            <SaleBanners sales={sales.data()?.items} />
          </Show>
          <PageHead
            title={title()}
            under={
              <p class="faint figure" aria-live="polite">
                {total() === undefined ? '\u00a0' : countText(list.data())}
              </p>
            }
          >
            <CatalogueTools
              query={query}
              categories={categories.data()?.items}
              panel={panel.id}
              open={panel.open()}
              onToggle={panel.toggle}
              onChange={change}
            />
          </PageHead>
          <CatalogueFilterPanel id={panel.id} open={panel.open()} query={query} onChange={change} />
          <div class="chip-rows">
            <Show when={answer()}>
              {(found) => (
                <UnderstoodChips
                  understood={found().understood}
                  categories={categories.data()?.items}
                  onSearch={(q) =>
                    navigate(withQuery(CATALOGUE, { ...query, page: undefined, q: q === '' ? undefined : q }))
                  }
                />
              )}
            </Show>
            <FilterChips query={query} categories={categories.data()?.items} onChange={change} />
          </div>
          <Show when={answer()}>{(found) => <SearchNotes answer={found()} />}</Show>
          <Show when={list.error()} keyed>
            {(error) => <Problem error={error} retry={list.refetch} />}
          </Show>
          <Switch>
            <Match when={list.data() === undefined && list.error() === null}>
              <ProductSkeletons count={PAGE_PRODUCTS} />
            </Match>
            <Match when={list.data()?.items.length === 0}>
              <NothingFound
                searched={searched()}
                narrowed={isNarrowed(query)}
                onClear={() => change(withoutFilters(query))}
              />
            </Match>
            <Match when={list.data()}>
              {(data) => (
                <ProductGrid
                  products={data().items}
                  eager={EAGER_CARDS}
                  busy={list.loading() || list.error() !== null}
                />
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

function listPath(query: CatalogueQuery, page: number): string {
  const words = wordsIn(query);
  return withQuery(words === '' ? '/api/products' : '/api/products/search', {
    q: words.slice(0, QUERY_CHARACTERS_MAX),
    category: query.category,
    ...filterParameters(query),
    sort: sortIn(query),
    page,
    limit: PAGE_PRODUCTS,
  });
}

function searchIn(answer: ProductList | SearchResult | undefined): SearchResult | undefined {
  return answer !== undefined && 'understood' in answer ? answer : undefined;
}

/** Of a search also how many only come near. */
function countText(answer: ProductList | SearchResult | undefined): string {
  const total = answer?.total ?? 0;
  const exact = searchIn(answer)?.exact ?? total;
  return exact === 0 || exact === total
    ? texts.catalogue.count(total)
    : texts.catalogue.countNear(exact, total - exact);
}

function NothingFound(props: {
  readonly searched: string;
  readonly narrowed: boolean;
  readonly onClear: () => void;
}): JSX.Element {
  const words = () => {
    if (props.narrowed) return { title: texts.catalogue.noResultsTitle, body: texts.catalogue.noneLike };
    if (props.searched !== '')
      return { title: texts.catalogue.noResultsTitle, body: texts.catalogue.noResults(props.searched) };
    return { title: texts.catalogue.emptyTitle, body: texts.catalogue.empty };
  };
  return (
    <Empty title={words().title} body={words().body}>
      <Show
        when={props.narrowed}
        fallback={
          <a class="button" href={CATALOGUE}>
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
