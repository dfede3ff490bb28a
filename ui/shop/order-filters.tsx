import { createSignal, createUniqueId, Show, type JSX } from 'solid-js';
import type { OrderStatus } from '../api/types.ts';
import {
  Chips,
  FilterInput,
  FiltersButton,
  ListSearch,
  PriceFields,
  type Chip,
} from '../components/filters.tsx';
import { money, time } from '../components/format.ts';
import { dayRange, momentsOf, priceRange } from '../components/ranges.ts';
import { StatusFilter, isStatus } from '../components/status-filter.tsx';
import { texts } from '../texts.ts';

/** The filters as they stand in the address. */
export type OrderQuery = {
  readonly q?: string;
  readonly status?: string;
  readonly from?: string;
  readonly to?: string;
  readonly min?: string;
  readonly max?: string;
};

const NO_FILTERS = {
  q: undefined,
  status: undefined,
  from: undefined,
  to: undefined,
  min: undefined,
  max: undefined,
};
const CURRENCY = 'USD';
const QUERY_CHARACTERS_MAX = 100;

/** What the address asks for, in the API's words; what makes no sense in it counts as absent. */
export function orderParameters(query: OrderQuery): Readonly<Record<string, string | number | undefined>> {
  const { from, to } = momentsOf(dayRange(query.from, query.to));
  const price = priceRange(query.min, query.max);
  return {
    q: query.q?.trim().slice(0, QUERY_CHARACTERS_MAX),
    status: statusIn(query),
    from,
    to,
    price_min: price.from,
    price_max: price.to,
  };
}

export function isFiltered(query: OrderQuery): boolean {
  return Object.values(orderParameters(query)).some((value) => value !== undefined && value !== '');
}

function statusIn({ status }: OrderQuery): OrderStatus | undefined {
  return isStatus(status) ? status : undefined;
}

/**
 * Filters over the order history. A choice makes a step in the browser's history; typing only changes the step it
 * belongs to, or going back would go letter by letter.
 */
export function OrderFilters(props: {
  readonly query: OrderQuery;
  readonly onChange: (change: Partial<Record<keyof OrderQuery, string | undefined>>, typing: boolean) => void;
}): JSX.Element {
  const panel = createUniqueId();
  const days = () => dayRange(props.query.from, props.query.to);
  const price = () => priceRange(props.query.min, props.query.max);
  const inPanel = () =>
    [days().from ?? days().to, price().from ?? price().to].filter((one) => one !== undefined).length;
  const [open, setOpen] = createSignal(inPanel() > 0);
  const typed = (change: Partial<Record<keyof OrderQuery, string | undefined>>) =>
    props.onChange(change, true);
  const chips = (): readonly Chip[] => orderChips(props.query, (change) => props.onChange(change, false));
  return (
    <>
      <div class="filter-bar">
        <ListSearch
          label={texts.orders.search}
          hint={texts.orders.searchHint}
          maxLength={QUERY_CHARACTERS_MAX}
          value={props.query.q ?? ''}
          onChange={(q) => typed({ q })}
        />
        <StatusFilter
          value={statusIn(props.query)}
          onChange={(status) => props.onChange({ status }, false)}
        />
        <FiltersButton count={inPanel()} open={open()} controls={panel} onToggle={() => setOpen(!open())} />
      </div>
      <div class="filter-panel" id={panel} hidden={!open()}>
        <fieldset class="filter-pair">
          <legend class="unseen">{texts.orders.placed}</legend>
          <FilterInput
            type="date"
            label={texts.orders.from}
            value={props.query.from ?? ''}
            onChange={(from) => typed({ from })}
          />
          <FilterInput
            type="date"
            label={texts.orders.to}
            value={props.query.to ?? ''}
            onChange={(to) => typed({ to })}
          />
        </fieldset>
        <PriceFields min={props.query.min ?? ''} max={props.query.max ?? ''} onChange={typed} />
      </div>
      <Show when={chips().length > 0}>
        <Chips
          label={texts.filters.applied}
          chips={chips()}
          onClear={() => props.onChange(NO_FILTERS, false)}
        />
      </Show>
    </>
  );
}

function orderChips(
  query: OrderQuery,
  change: (change: Partial<Record<keyof OrderQuery, string | undefined>>) => void,
): readonly Chip[] {
  const chips: Chip[] = [];
  const days = dayRange(query.from, query.to);
  if (days.from !== undefined || days.to !== undefined) {
    const [from, to] = [days.from, days.to].map((day) =>
      day === undefined ? undefined : time(`${day}T12:00`, 'day'),
    );
    chips.push({
      text: texts.filters.span(from, to),
      remove: () => change({ from: undefined, to: undefined }),
    });
  }
  const price = priceRange(query.min, query.max);
  if (price.from !== undefined || price.to !== undefined) {
    const [from, to] = [price.from, price.to].map((cents) =>
      cents === undefined ? undefined : money(cents, CURRENCY),
    );
    chips.push({
      text: texts.filters.prices(from, to),
      remove: () => change({ min: undefined, max: undefined }),
    });
  }
  return chips;
}

export { NO_FILTERS };
