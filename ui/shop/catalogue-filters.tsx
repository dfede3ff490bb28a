import { createSignal, createUniqueId, For, Show, type JSX } from 'solid-js';
import { withQuery } from '../api/client.ts';
import type { Category, SearchResult, SearchSort, SearchUnderstood, UnderstoodPart } from '../api/types.ts';
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

/** Where the catalogue is. */
export const CATALOGUE = '/products';

const CURRENCY = 'USD';
/** The orders the shop offers, of those the API has. */
type ShownSort = keyof typeof texts.catalogue.sorts & SearchSort;
const sorts = Object.keys(texts.catalogue.sorts) as ShownSort[];

export const wordsIn = ({ q }: CatalogueQuery): string => q?.trim() ?? '';

/** How this list may be sorted, the usual way first: how well something matches is known of a search only. */
function sortsFor(query: CatalogueQuery): readonly ShownSort[] {
  return wordsIn(query) === '' ? sorts.filter((name) => name !== 'relevance') : sorts;
}

export function sortIn(query: CatalogueQuery): ShownSort {
  const [usual = 'name', ...others] = sortsFor(query);
  return others.find((name) => name === query.sort) ?? usual;
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

/** The list without what narrows it; its order and its words stay. */
export function withoutFilters(query: CatalogueQuery): CatalogueChange {
  const none = { min: undefined, max: undefined, stock: undefined, page: undefined };
  return wordsIn(query) === '' ? none : { ...none, category: undefined };
}

/** Whether anything in the address narrows the list; the category does so for a search, and is the list otherwise. */
export function isNarrowed(query: CatalogueQuery): boolean {
  return filtersInUse(query) > 0 || (wordsIn(query) !== '' && query.category !== undefined);
}

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
          <For each={sortsFor(props.query)}>
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
  readonly categories: readonly Category[] | undefined;
  readonly onChange: (change: CatalogueChange) => void;
}): JSX.Element {
  const chips = (): readonly Chip[] => {
    const price = priceRange(props.query.min, props.query.max);
    const text = priceText(price.from, price.to);
    const remove = () => props.onChange({ min: undefined, max: undefined, page: undefined });
    const found: Chip[] = text === undefined ? [] : [{ text, remove }];
    const { category } = props.query;
    if (wordsIn(props.query) !== '' && category !== undefined) {
      found.unshift({
        text: nameOf(props.categories, category),
        remove: () => props.onChange({ category: undefined, page: undefined }),
      });
    }
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
      onClear={() => props.onChange(withoutFilters(props.query))}
    />
  );
}

/** What a search was understood to ask for besides its words; a chip taken away leaves the rest of the search as it was written. */
export function UnderstoodChips(props: {
  readonly understood: SearchUnderstood;
  readonly categories: readonly Category[] | undefined;
  readonly onSearch: (words: string) => void;
}): JSX.Element {
  const textOf = (kind: UnderstoodPart['kind']): string => {
    const { category, color, size, priceMinCents, priceMaxCents } = props.understood;
    switch (kind) {
      case 'category':
        return nameOf(props.categories, category ?? '');
      case 'color':
        return texts.catalogue.color(color ?? '');
      case 'size':
        return texts.catalogue.size(size ?? '');
      case 'price':
        return priceText(priceMinCents, priceMaxCents) ?? '';
    }
  };
  const chips = (): readonly Chip[] =>
    props.understood.parts
      .filter(({ kind }) => !props.understood.relaxed.some((given) => given === kind))
      .map(({ kind, without }) => ({ text: textOf(kind), remove: () => props.onSearch(without) }));
  return <Chips label={texts.catalogue.understood} chips={chips()} />;
}

/** In sentences what was made of a search where it is not plain: other words, what nothing here is, what only comes near. */
export function SearchNotes(props: {
  readonly answer: Pick<SearchResult, 'understood' | 'exact' | 'total'>;
}): JSX.Element {
  const notes = (): readonly string[] => {
    const { understood, exact, total } = props.answer;
    if (total === 0) return [];
    const words = texts.catalogue.notes;
    return [
      ...(understood.corrected.length === 0
        ? []
        : [words.corrected(understood.corrected.map(({ to }) => to))]),
      ...understood.relaxed.map((kind) =>
        kind === 'color' ? words.noColor(understood.color ?? '') : words.noSize(understood.size ?? ''),
      ),
      ...(exact === 0 && understood.relaxed.length === 0 ? [words.near] : []),
      ...(understood.currency === undefined ? [] : [words.currency(CURRENCY)]),
    ];
  };
  return (
    <Show when={notes().length > 0}>
      <p class="search-notes" data-testid="search-notes" aria-live="polite">
        {notes().join(' ')}
      </p>
    </Show>
  );
}

function nameOf(categories: readonly Category[] | undefined, category: string): string {
  return categories?.find(({ id }) => id === category)?.name ?? category;
}

function priceText(min: number | undefined, max: number | undefined): string | undefined {
  if (min === undefined && max === undefined) return undefined;
  const [from, to] = [min, max].map((cents) => (cents === undefined ? undefined : money(cents, CURRENCY)));
  return texts.filters.prices(from, to);
}

/** The panel's own state: open from the start when something in it narrows the list. */
export function createPanel(query: CatalogueQuery) {
  const [open, setOpen] = createSignal(filtersInUse(query) > 0);
  return { id: createUniqueId(), open, toggle: () => setOpen(!open()) };
}

/** The address of one page of the list, with all that narrows it. */
export function pageHref(query: CatalogueQuery, page: number): string {
  return withQuery(CATALOGUE, { ...query, page: page === 1 ? undefined : page });
}
