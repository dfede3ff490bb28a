import { createSignal, createUniqueId, For, type JSX } from 'solid-js';
import { withQuery } from '../api/client.ts';
import type { Category, ProductSort, Understood } from '../api/types.ts';
import { Chips, FiltersButton, PriceFields, type Chip } from '../components/filters.tsx';
import { money } from '../components/format.ts';
import { priceRange } from '../components/ranges.ts';
import { texts } from '../texts.ts';

/** What the catalogue shows, as it stands in the address. */
export type CatalogueQuery = {
  readonly category?: string;
  readonly sort?: string;
  readonly page?: string;
  readonly q?: string;
  readonly min?: string;
  readonly max?: string;
  readonly stock?: string;
};

export type CatalogueChange = Partial<Record<keyof CatalogueQuery, string | undefined>>;

const CURRENCY = 'USD';
const sorts = Object.keys(texts.catalogue.sorts) as (keyof typeof texts.catalogue.sorts & ProductSort)[];

export function sortIn({ sort }: CatalogueQuery): ProductSort {
  return sorts.find((name) => name === sort) ?? 'name';
}

export const onlyInStock = ({ stock }: CatalogueQuery): boolean => stock === '1';

/** Filters beyond the category, in the API's words. */
export function filterParameters(
  query: CatalogueQuery,
): Readonly<Record<string, string | number | undefined>> {
  const price = priceRange(query.min, query.max);
  return {
    price_min: price.from,
    price_max: price.to,
    in_stock: onlyInStock(query) ? 'true' : undefined,
  };
}

/** Without its filters; the category, the order and a search stay. */
export const NO_CATALOGUE_FILTERS = { min: undefined, max: undefined, stock: undefined, page: undefined };

function filtersInUse(query: CatalogueQuery): number {
  const price = priceRange(query.min, query.max);
  return (price.from === undefined && price.to === undefined ? 0 : 1) + (onlyInStock(query) ? 1 : 0);
}

/** Category (where there is no room for the list beside), order, and a panel of further filters. */
export function CatalogueTools(props: {
  readonly query: CatalogueQuery;
  readonly categories: readonly Category[] | undefined;
  readonly panel: string;
  readonly open: boolean;
  readonly onToggle: () => void;
  readonly onChange: (change: CatalogueChange) => void;
}): JSX.Element {
  return (
    <div class="catalogue-tools">
      <label class="inline-field small-only">
        <span class="unseen">{texts.catalogue.category}</span>
        <select
          class="select small"
          onChange={(event) => props.onChange({ category: event.currentTarget.value, page: undefined })}
        >
          <option value="">{texts.catalogue.everything}</option>
          <For each={props.categories}>
            {(one) => (
              <option value={one.id} selected={one.id === props.query.category}>
                {one.name}
              </option>
            )}
          </For>
        </select>
      </label>
      <label class="inline-field">
        <span class="sort-label">{texts.catalogue.sort}</span>
        <select
          class="select small"
          onChange={(event) => props.onChange({ sort: event.currentTarget.value, page: undefined })}
        >
          <For each={sorts}>
            {(name) => (
              <option value={name} selected={name === sortIn(props.query)}>
                {texts.catalogue.sorts[name]}
              </option>
            )}
          </For>
        </select>
      </label>
      <FiltersButton
        count={filtersInUse(props.query)}
        open={props.open}
        controls={props.panel}
        onToggle={() => props.onToggle()}
      />
    </div>
  );
}

export function CatalogueFilterPanel(props: {
  readonly id: string;
  readonly open: boolean;
  readonly query: CatalogueQuery;
  readonly onChange: (change: CatalogueChange, typing: boolean) => void;
}): JSX.Element {
  const stock = createUniqueId();
  return (
    <div class="filter-panel" id={props.id} hidden={!props.open}>
      <PriceFields
        min={props.query.min ?? ''}
        max={props.query.max ?? ''}
        onChange={(range) => props.onChange({ ...range, page: undefined }, true)}
      />
      <label class="check-field" for={stock}>
        <input
          id={stock}
          type="checkbox"
          checked={onlyInStock(props.query)}
          onChange={(event) =>
            props.onChange({ stock: event.currentTarget.checked ? '1' : undefined, page: undefined }, false)
          }
        />
        {texts.catalogue.inStock}
      </label>
    </div>
  );
}

/** The filters of a list as chips. */
export function FilterChips(props: {
  readonly query: CatalogueQuery;
  readonly onChange: (change: CatalogueChange) => void;
}): JSX.Element {
  const chips = (): readonly Chip[] => {
    const price = priceRange(props.query.min, props.query.max);
    const found = priceChip(price.from, price.to, () =>
      props.onChange({ min: undefined, max: undefined, page: undefined }),
    );
    if (onlyInStock(props.query)) {
      found.push({
        text: texts.catalogue.inStock,
        remove: () => props.onChange({ stock: undefined, page: undefined }),
      });
    }
    return found;
  };
  return (
    <Chips
      label={texts.filters.applied}
      chips={chips()}
      onClear={() => props.onChange(NO_CATALOGUE_FILTERS)}
    />
  );
}

/** What a search was understood to ask for besides its words; a chip taken away leaves the rest of the search. */
export function UnderstoodChips(props: {
  readonly understood: Understood;
  readonly categories: readonly Category[] | undefined;
  readonly onSearch: (words: string) => void;
}): JSX.Element {
  const nameOf = (category: string) => props.categories?.find(({ id }) => id === category)?.name ?? category;
  const chips = (): readonly Chip[] => {
    const { category, priceMinCents: min, priceMaxCents: max, ...rest } = props.understood;
    const prices = {
      ...(min === undefined ? {} : { priceMinCents: min }),
      ...(max === undefined ? {} : { priceMaxCents: max }),
    };
    const found = priceChip(min, max, () =>
      props.onSearch(wordsOf({ ...rest, ...(category === undefined ? {} : { category }) })),
    );
    if (category === undefined) return found;
    const chip = { text: nameOf(category), remove: () => props.onSearch(wordsOf({ ...rest, ...prices })) };
    return [chip, ...found];
  };
  return <Chips label={texts.catalogue.understood} chips={chips()} />;
}

function priceChip(min: number | undefined, max: number | undefined, remove: () => void): Chip[] {
  if (min === undefined && max === undefined) return [];
  const [from, to] = [min, max].map((cents) => (cents === undefined ? undefined : money(cents, CURRENCY)));
  return [{ text: texts.filters.prices(from, to), remove }];
}

/** A search in words that are understood as what is given; the counterpart of `understand` on the server. */
function wordsOf({ text, category, priceMinCents, priceMaxCents }: Understood): string {
  const [min, max] = [priceMinCents, priceMaxCents].map((cents) =>
    cents === undefined ? undefined : cents / 100,
  );
  const price = texts.catalogue.priceWords(min, max);
  return [text, category === undefined ? '' : texts.catalogue.categoryWords(category), price]
    .filter((words) => words !== '')
    .join(' ');
}

/** The panel's own state: open from the start when something in it narrows the list. */
export function createPanel(query: CatalogueQuery) {
  const [open, setOpen] = createSignal(filtersInUse(query) > 0);
  return { id: createUniqueId(), open, toggle: () => setOpen(!open()) };
}

/** How to page through the list with its filters. */
export function pageHref(query: CatalogueQuery, page: number): string {
  return withQuery('/', { ...query, page: page === 1 ? undefined : page });
}
