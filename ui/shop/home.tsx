import { Navigate, useLocation, useSearchParams } from '@solidjs/router';
import { createUniqueId, For, Match, Show, Switch, type JSX } from 'solid-js';
import { withQuery } from '../api/client.ts';
import { createRemote, type Remote } from '../api/remote.ts';
import { user } from '../api/session.ts';
import type { Category, ProductList } from '../api/types.ts';
import { Empty } from '../components/empty.tsx';
import { money } from '../components/format.ts';
import { useTitle } from '../components/page.tsx';
import { Problem } from '../components/problem.tsx';
import { ProductArt } from '../components/product-art.tsx';
import { texts } from '../texts.ts';
import { CATALOGUE } from './catalogue-filters.tsx';
import { HomeHero } from './home-hero.tsx';
import { ProductGrid, ProductSkeletons } from './product-grid.tsx';
import { RecommendedShelf } from './recommended-shelf.tsx';
import './home.css';

/** Products of one shelf: a row where it is wide, two where it is narrow. */
const SHELF_PRODUCTS = 4;
const CATEGORIES_EXPECTED = 12;
const SMALL_PRICE_DOLLARS = 25;
const SMALL_PRICE = money(SMALL_PRICE_DOLLARS * 100, 'USD').replace(/\.00$/, '');

/** What stood in the address of the catalogue while it was the shop's first page. */
const CATALOGUE_PARAMETERS = ['category', 'q', 'min', 'max', 'stock', 'sort', 'page'] as const;

/** The shop's first page; the addresses the catalogue had here lead to where it is now. */
export function Home(): JSX.Element {
  const location = useLocation();
  const [query] = useSearchParams();
  return (
    <Show when={CATALOGUE_PARAMETERS.some((name) => query[name] !== undefined)} fallback={<HomePage />}>
      <Navigate href={CATALOGUE + location.search} />
    </Show>
  );
}

function HomePage(): JSX.Element {
  useTitle(() => texts.brand);
  const categories = createRemote<{ readonly items: readonly Category[] }>(() => '/api/products/categories');
  return (
    <Show
      when={categories.data()?.items.length !== 0}
      fallback={<Empty heading="h1" title={texts.home.emptyTitle} body={texts.home.empty} />}
    >
      <div class="home">
        <HomeHero />
        <section aria-labelledby="home-categories">
          <ShelfHead
            id="home-categories"
            title={texts.home.categories}
            href={CATALOGUE}
            all={texts.home.all}
          />
          <Show
            when={categories.error() === null || categories.data() !== undefined}
            fallback={<Retry of={categories} />}
          >
            <CategoryTiles categories={categories.data()?.items} />
          </Show>
        </section>
        <Shelf
          title={texts.home.newest}
          all={texts.home.newestAll}
          path={withQuery('/api/products', { sort: 'newest', in_stock: 'true', limit: SHELF_PRODUCTS })}
          href={withQuery(CATALOGUE, { sort: 'newest' })}
        />
        <Shelf
          title={texts.home.small(SMALL_PRICE)}
          all={texts.home.smallAll(SMALL_PRICE)}
          path={withQuery('/api/products', {
            price_max: SMALL_PRICE_DOLLARS * 100,
            in_stock: 'true',
            limit: SHELF_PRODUCTS,
          })}
          href={withQuery(CATALOGUE, { max: SMALL_PRICE_DOLLARS, stock: 1 })}
        />
        <RecommendedShelf
          title={(user() ?? null) === null ? texts.recommended.popular : texts.recommended.forYou}
          path={withQuery('/api/recommendations/personalized', { limit: SHELF_PRODUCTS })}
          count={SHELF_PRODUCTS}
          noted={(user() ?? null) !== null}
        />
      </div>
    </Show>
  );
}

function ShelfHead(props: {
  readonly id: string;
  readonly title: string;
  readonly href: string;
  readonly all: string;
}): JSX.Element {
  return (
    <header class="shelf-head">
      <h2 id={props.id}>{props.title}</h2>
      <a href={props.href}>{props.all}</a>
    </header>
  );
}

/** The categories with their pictures; `categories`: undefined while they are not known. */
function CategoryTiles(props: { readonly categories: readonly Category[] | undefined }): JSX.Element {
  return (
    <Show when={props.categories} fallback={<CategorySkeletons />}>
      {(categories) => (
        <ul class="category-tiles" data-testid="categories">
          <For each={categories()}>{(category) => <CategoryTile category={category} />}</For>
        </ul>
      )}
    </Show>
  );
}

function CategoryTile({ category }: { readonly category: Category }): JSX.Element {
  const { id, name, products, imageUrl } = category;
  return (
    <li>
      <a class="category-tile" href={withQuery(CATALOGUE, { category: id })}>
        <ProductArt product={{ name, sku: id, category: id, imageUrl: imageUrl ?? '' }} eager />
        <span>
          <strong>{name}</strong>
          <span class="faint figure">{texts.catalogue.count(products)}</span>
        </span>
      </a>
    </li>
  );
}

function CategorySkeletons(): JSX.Element {
  return (
    <>
      <p class="unseen" role="status">
        {texts.loading}
      </p>
      <ul class="category-tiles" aria-hidden="true">
        <For each={Array.from({ length: CATEGORIES_EXPECTED })}>
          {() => (
            <li class="category-tile">
              <span class="art skeleton" />
              <span>
                <span class="skeleton line" style={{ width: '75%' }} />
                <span class="skeleton line" style={{ width: '45%' }} />
              </span>
            </li>
          )}
        </For>
      </ul>
    </>
  );
}

/** A few products under a heading that leads to the rest of them; without any there is no shelf. */
function Shelf(props: {
  readonly title: string;
  readonly all: string;
  /** Where the products are read. */
  readonly path: string;
  /** Where all of them are shown. */
  readonly href: string;
}): JSX.Element {
  const list = createRemote<ProductList>(() => props.path);
  const id = createUniqueId();
  return (
    <Show when={list.data()?.items.length !== 0}>
      <section class="shelf" aria-labelledby={id}>
        <ShelfHead id={id} title={props.title} href={props.href} all={props.all} />
        <Switch fallback={<ProductSkeletons count={SHELF_PRODUCTS} />}>
          <Match when={list.data()}>
            {(data) => <ProductGrid products={data().items} eager={0} busy={list.error() !== null} />}
          </Match>
          <Match when={list.error()}>
            <Retry of={list} />
          </Match>
        </Switch>
      </section>
    </Show>
  );
}

function Retry(props: { readonly of: Pick<Remote<unknown>, 'error' | 'refetch'> }): JSX.Element {
  return (
    <Show when={props.of.error()} keyed>
      {(error) => <Problem error={error} retry={() => props.of.refetch()} />}
    </Show>
  );
}
