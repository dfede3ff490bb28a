import { createSignal, createUniqueId, Show, type JSX } from 'solid-js';
import {
  Chips,
  FilterInput,
  FiltersButton,
  ListSearch,
  PriceFields,
  type Chip,
} from '../../components/filters.tsx';
import { money, time } from '../../components/format.ts';
import { dayRange, priceRange } from '../../components/ranges.ts';
import { isStatus, StatusFilter } from '../../components/status-filter.tsx';
import { texts } from '../../texts.ts';
import { consoleTexts } from '../texts/console.ts';
import { NO_FILTERS, type ConsoleQuery } from './query.ts';

type Change = Partial<Record<keyof ConsoleQuery, string | undefined>>;
/** Orders of several currencies are narrowed by the number alone; this one writes it. */
const CURRENCY = 'USD';

export function ConsoleFilters(props: {
  readonly query: ConsoleQuery;
  readonly onChange: (change: Change) => void;
  /** Further tools at the end of the bar. */
  readonly children: JSX.Element;
}): JSX.Element {
  const id = createUniqueId();
  const chips = () => chipsOf(props.query, props.onChange);
  const [open, setOpen] = createSignal(false);
  return (
    <>
      <div class="filter-bar console-bar">
        <ListSearch
          label={consoleTexts.search}
          hint={consoleTexts.searchHint}
          value={props.query.q ?? ''}
          onChange={(q) => props.onChange({ q: q === '' ? undefined : q })}
        />
        <FiltersButton count={chips().length} open={open()} controls={id} onToggle={() => setOpen(!open())} />
        {props.children}
      </div>
      <div class="filter-panel console-filters" id={id} hidden={!open()}>
        <StatusFilter
          value={isStatus(props.query.status) ? props.query.status : undefined}
          onChange={(status) => props.onChange({ status: status === '' ? undefined : status })}
        />
        <FilterInput
          type="date"
          label={consoleTexts.from}
          value={props.query.from ?? ''}
          onChange={(from) => props.onChange({ from: from === '' ? undefined : from })}
        />
        <FilterInput
          type="date"
          label={consoleTexts.to}
          value={props.query.to ?? ''}
          onChange={(to) => props.onChange({ to: to === '' ? undefined : to })}
        />
        <PriceFields
          min={props.query.min ?? ''}
          max={props.query.max ?? ''}
          onChange={(range) => props.onChange(range)}
        />
        <FilterInput
          type="text"
          label={consoleTexts.customer}
          value={props.query.customer ?? ''}
          onChange={(customer) => props.onChange({ customer: customer === '' ? undefined : customer })}
        />
        <FilterInput
          type="text"
          label={consoleTexts.product}
          value={props.query.product ?? ''}
          onChange={(product) => props.onChange({ product: product === '' ? undefined : product })}
        />
      </div>
      <Show when={chips().length > 0}>
        <Chips
          label={consoleTexts.filtersLabel}
          chips={chips()}
          onClear={() => props.onChange({ ...NO_FILTERS, q: props.query.q })}
        />
      </Show>
    </>
  );
}

function chipsOf(query: ConsoleQuery, onChange: (change: Change) => void): readonly Chip[] {
  const words = consoleTexts.chips;
  const chips: Chip[] = [];
  const add = (text: string, change: Change) => chips.push({ text, remove: () => onChange(change) });
  if (isStatus(query.status)) add(texts.order.status[query.status], { status: undefined });
  const days = dayRange(query.from, query.to);
  const day = (date: string | undefined) => (date === undefined ? undefined : time(date, 'day'));
  if (days.from !== undefined || days.to !== undefined) {
    add(texts.filters.span(day(days.from), day(days.to)), { from: undefined, to: undefined });
  }
  const price = priceRange(query.min, query.max);
  const amount = (cents: number | undefined) => (cents === undefined ? undefined : money(cents, CURRENCY));
  if (price.from !== undefined || price.to !== undefined) {
    add(texts.filters.prices(amount(price.from), amount(price.to)), { min: undefined, max: undefined });
  }
  if (query.customer !== undefined) add(words.customer(query.customer), { customer: undefined });
  if (query.product !== undefined) add(words.product(query.product), { product: undefined });
  return chips;
}
