/**
 * The console's list: rows of one height, of which only those near the eye exist.
 *
 * Owns: which rows exist, where the bar stands, keeping the active row in sight.
 * Does not own: reading (it says what is seen), what is selected, keys.
 */
import ArrowDown from 'lucide-solid/icons/arrow-down';
import ArrowUp from 'lucide-solid/icons/arrow-up';
import {
  batch,
  createEffect,
  createMemo,
  createSignal,
  For,
  on,
  onCleanup,
  onMount,
  Show,
  untrack,
  type JSX,
} from 'solid-js';
import type { OrderView } from '../../api/types.ts';
import { money, shortId, time } from '../../components/format.ts';
import { Moment } from '../../components/moment.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { consoleTexts } from '../texts/console.ts';
import type { OrderList } from './order-list.ts';
import type { Sort } from './query.ts';
import { follow, placeAt, placeOf, sight, windowOf, type Place } from './window.ts';

const ROW_PX = 40;
const ROW_PX_PHONE = 60;
const PHONE = '(max-width: 44rem)';
/** Once nobody scrolls any more the bar goes where it belongs. */
const REST_MS = 150;
/** Orders may be of several currencies; the place in the list is of the number alone. */
const CURRENCY = 'USD';

export function OrderTable(props: {
  readonly orders: OrderList;
  readonly active: number;
  readonly opened: string | undefined;
  readonly sort: Sort;
  readonly isSelected: (id: string) => boolean;
  readonly onSort: (sort: Sort) => void;
  /** Told how many rows are wholly seen. */
  readonly onPageRows: (rows: number) => void;
  readonly onOpen: (row: number) => void;
  readonly onSelect: (id: string) => void;
}): JSX.Element {
  const frame = createFrame(props);
  const indexes = createMemo(() => {
    const { from, to } = frame.shown();
    return Array.from({ length: Math.max(0, to - from) }, (_, at) => from + at);
  });
  const isCounted = () => props.orders.count()?.endsWith('+') === false;
  return (
    <div
      class="orders-grid"
      role="grid"
      aria-label={consoleTexts.title}
      aria-rowcount={isCounted() ? (props.orders.rows() ?? 0) + 1 : -1}
      aria-multiselectable="true"
      data-testid="admin-orders"
    >
      <Head sort={props.sort} onSort={props.onSort} />
      <div
        class="orders-frame"
        role="rowgroup"
        tabIndex={0}
        aria-label={consoleTexts.title}
        ref={frame.ref}
        onScroll={frame.onScroll}
      >
        <div
          class="orders-track"
          style={{ height: `${String(frame.shown().trackPx)}px` }}
          role="presentation"
        >
          <For each={indexes()}>
            {(index) => {
              const topPx = () => frame.shown().topPx + (index - frame.shown().from) * frame.rowPx();
              return (
                <Show when={props.orders.at(index)} fallback={<UnreadRow topPx={topPx()} />}>
                  {(order) => (
                    <OrderRow
                      order={order()}
                      index={index}
                      topPx={topPx()}
                      active={index === props.active}
                      opened={order().id === props.opened}
                      selected={props.isSelected(order().id)}
                      onSelect={() => props.onSelect(order().id)}
                      onOpen={() => props.onOpen(index)}
                    />
                  )}
                </Show>
              );
            }}
          </For>
        </div>
      </div>
      <Show when={frame.passing()}>
        {(row) => (
          <p class="orders-passing figure" aria-hidden="true" data-testid="passing">
            {passingWords(props.orders, row(), props.sort)}
          </p>
        )}
      </Show>
    </div>
  );
}

/** About where one is while the rows there are not read yet. */
function passingWords(orders: OrderList, row: number, sort: Sort): string {
  const value = orders.about(row);
  const about = Math.round(row / 100) * 100;
  if (value === undefined) return consoleTexts.passing(about);
  return sort.endsWith('total') ? money(value, CURRENCY) : time(new Date(value).toISOString(), 'day');
}

/** What scrolls: how much of the list it shows and where, as the browser, keys and new rows move it. */
function createFrame(props: {
  readonly orders: OrderList;
  readonly active: number;
  readonly onPageRows: (rows: number) => void;
}) {
  let element: HTMLDivElement | undefined;
  let resting: ReturnType<typeof setTimeout> | undefined;
  const phone = window.matchMedia(PHONE);
  const [rowPx, setRowPx] = createSignal(phone.matches ? ROW_PX_PHONE : ROW_PX);
  const [heightPx, setHeightPx] = createSignal(600);
  const [place, setPlace] = createSignal<Place>({ scrollPx: 0, listPx: 0 });
  const sheet = () => ({ rows: props.orders.rows() ?? 0, rowPx: rowPx(), heightPx: heightPx() });
  const shown = createMemo(() => windowOf(sheet(), place()));
  const goTo = (wanted: Place) => {
    setPlace(wanted);
    // The track has its new height by now; what the browser makes of it comes back as a scroll of no length.
    if (element !== undefined && Math.abs(element.scrollTop - wanted.scrollPx) >= 1)
      element.scrollTop = wanted.scrollPx;
  };

  onMount(() => {
    const look = () => setRowPx(phone.matches ? ROW_PX_PHONE : ROW_PX);
    const size = new ResizeObserver(() => setHeightPx(element?.clientHeight ?? 600));
    if (element !== undefined) size.observe(element);
    phone.addEventListener('change', look);
    onCleanup(() => {
      clearTimeout(resting);
      size.disconnect();
      phone.removeEventListener('change', look);
    });
  });
  createEffect(() => props.onPageRows(Math.floor(heightPx() / rowPx()) - 1));
  createEffect(() => {
    const { from, to } = sight(sheet(), place().listPx);
    // What is read for it, or fails, is no reason to look again.
    untrack(() => props.orders.see(from, to));
  });
  createEffect(on(props.orders.begun, () => goTo({ scrollPx: 0, listPx: 0 }), { defer: true }));
  createEffect(
    on(
      [sheet, props.orders.moved],
      ([now, moved], before) => {
        // The same rows stay before the eye, wherever in the list they prove to stand.
        const by = before === undefined ? 0 : moved - before[1];
        goTo(placeAt(now, place().listPx + by * now.rowPx));
      },
      { defer: true },
    ),
  );
  createEffect(
    on(
      () => props.active,
      (row) => {
        const wanted = row < 0 ? undefined : placeOf(sheet(), row, place());
        if (wanted !== undefined) goTo(wanted);
      },
      { defer: true },
    ),
  );
  const passing = () => {
    const { from } = sight(sheet(), place().listPx);
    return props.orders.at(from) === undefined && (props.orders.rows() ?? 0) > 0 ? { row: from } : undefined;
  };
  return {
    rowPx,
    shown,
    passing: () => passing()?.row,
    ref: (given: HTMLDivElement) => (element = given),
    onScroll: (event: { readonly currentTarget: HTMLDivElement }) => {
      const { scrollTop } = event.currentTarget;
      batch(() => setPlace((before) => follow(sheet(), before, scrollTop)));
      clearTimeout(resting);
      resting = setTimeout(() => goTo(placeAt(sheet(), place().listPx)), REST_MS);
    },
  };
}

function Head(props: { readonly sort: Sort; readonly onSort: (sort: Sort) => void }): JSX.Element {
  const { columns } = consoleTexts;
  return (
    <div role="rowgroup" class="orders-head-frame">
      <div class="orders-row orders-head" role="row" aria-rowindex={1}>
        <span role="columnheader">
          <span class="unseen">{columns.select}</span>
        </span>
        <span role="columnheader">{columns.order}</span>
        <span role="columnheader">{columns.customer}</span>
        <span role="columnheader" class="grid-items">
          {columns.items}
        </span>
        <span role="columnheader">{columns.status}</span>
        <SortHeader name={columns.placed} by="created_at" sort={props.sort} onSort={props.onSort} />
        <SortHeader name={columns.total} by="total" sort={props.sort} onSort={props.onSort} amount />
      </div>
    </div>
  );
}

/** Where an order will be once it is read. */
function UnreadRow(props: { readonly topPx: number }): JSX.Element {
  return (
    <div
      class="orders-row unread"
      role="presentation"
      style={{ transform: `translateY(${String(props.topPx)}px)` }}
    >
      <span />
      <span class="bar" />
      <span class="bar" />
    </div>
  );
}

function SortHeader(props: {
  readonly name: string;
  readonly by: 'created_at' | 'total';
  readonly sort: Sort;
  readonly onSort: (sort: Sort) => void;
  readonly amount?: boolean;
}): JSX.Element {
  const descending = () => props.sort === `-${props.by}`;
  const sorted = () => (descending() ? 'descending' : props.sort === props.by ? 'ascending' : 'none');
  return (
    <span role="columnheader" aria-sort={sorted()} classList={{ amount: props.amount === true }}>
      <button
        type="button"
        class="sort-button"
        title={consoleTexts.sortBy(props.name)}
        onClick={() => props.onSort(descending() ? props.by : `-${props.by}`)}
      >
        {props.name}
        <Show when={sorted() !== 'none'}>
          <Show when={descending()} fallback={<ArrowUp size={13} aria-hidden="true" />}>
            <ArrowDown size={13} aria-hidden="true" />
          </Show>
        </Show>
      </button>
    </span>
  );
}

function OrderRow(props: {
  readonly order: OrderView;
  readonly index: number;
  readonly topPx: number;
  readonly active: boolean;
  readonly opened: boolean;
  readonly selected: boolean;
  readonly onSelect: () => void;
  readonly onOpen: () => void;
}): JSX.Element {
  const items = () => consoleTexts.items(props.order.items[0]?.name ?? '', props.order.items.length - 1);
  return (
    <div
      class="orders-row"
      role="row"
      aria-rowindex={props.index + 2}
      aria-selected={props.selected}
      data-order={props.order.id}
      classList={{ active: props.active, opened: props.opened, selected: props.selected }}
      style={{ transform: `translateY(${String(props.topPx)}px)` }}
      onClick={() => props.onOpen()}
    >
      <span role="gridcell" class="grid-select" onClick={(event) => event.stopPropagation()}>
        <input
          type="checkbox"
          tabIndex={-1}
          aria-label={consoleTexts.selectOrder(shortId(props.order.id))}
          checked={props.selected}
          onChange={() => props.onSelect()}
        />
      </span>
      <span role="gridcell" class="mono grid-id">
        {shortId(props.order.id)}
      </span>
      <span role="gridcell" class="grid-customer">
        {props.order.customerName} <span class="faint">{props.order.email}</span>
      </span>
      <span role="gridcell" class="grid-items soft">
        {items()}
      </span>
      <span role="gridcell" class="grid-status">
        <StatusBadge status={props.order.status} />
      </span>
      <span role="gridcell" class="grid-placed soft">
        <Moment at={props.order.createdAt} as="dayAndTime" />
      </span>
      <span role="gridcell" class="amount figure grid-total">
        {money(props.order.totalCents, props.order.currency)}
      </span>
    </div>
  );
}
