/**
 * The console's list: rows of one height, of which only those near the eye exist.
 *
 * Owns: which rows exist, reading on near the end, keeping the active row in sight.
 * Does not own: reading itself, what is selected, keys.
 */
import ArrowDown from 'lucide-solid/icons/arrow-down';
import ArrowUp from 'lucide-solid/icons/arrow-up';
import {
  createEffect,
  createMemo,
  createSignal,
  For,
  on,
  onCleanup,
  onMount,
  Show,
  type JSX,
} from 'solid-js';
import type { OrderView } from '../../api/types.ts';
import type { CursorList } from '../../components/cursor-list.ts';
import { money, shortId } from '../../components/format.ts';
import { Moment } from '../../components/moment.tsx';
import { StatusBadge } from '../../components/status-badge.tsx';
import { consoleTexts } from '../texts/console.ts';
import type { Sort } from './query.ts';
import { scrollTo, windowOf } from './window.ts';

const ROW_PX = 40;
const ROW_PX_PHONE = 60;
const PHONE = '(max-width: 44rem)';
const READ_AHEAD_ROWS = 60;

export function OrderTable(props: {
  readonly orders: CursorList<OrderView>;
  readonly active: number;
  readonly opened: string | undefined;
  readonly sort: Sort;
  readonly isSelected: (id: string) => boolean;
  readonly onSort: (sort: Sort) => void;
  readonly onActive: (row: number) => void;
  readonly onOpen: (row: number) => void;
  readonly onSelect: (id: string) => void;
}): JSX.Element {
  const { columns } = consoleTexts;
  let frame: HTMLDivElement | undefined;
  const phone = window.matchMedia(PHONE);
  const [rowPx, setRowPx] = createSignal(phone.matches ? ROW_PX_PHONE : ROW_PX);
  const [scrollPx, setScrollPx] = createSignal(0);
  const [heightPx, setHeightPx] = createSignal(600);
  const items = () => props.orders.items() ?? [];
  const view = () => ({
    rows: items().length,
    rowPx: rowPx(),
    heightPx: heightPx(),
    scrollPx: scrollPx(),
  });
  const shown = createMemo(() => windowOf(view()));
  const indexes = createMemo(() =>
    Array.from({ length: Math.max(0, shown().to - shown().from) }, (_, at) => shown().from + at),
  );

  onMount(() => {
    const look = () => setRowPx(phone.matches ? ROW_PX_PHONE : ROW_PX);
    const size = new ResizeObserver(() => setHeightPx(frame?.clientHeight ?? 600));
    if (frame !== undefined) size.observe(frame);
    phone.addEventListener('change', look);
    onCleanup(() => {
      size.disconnect();
      phone.removeEventListener('change', look);
    });
  });
  createEffect(() => {
    const { orders } = props;
    if (orders.next() === null || orders.loading() || orders.error() !== null) return;
    if (shown().to >= items().length - READ_AHEAD_ROWS) orders.more();
  });
  createEffect(
    on(
      () => props.active,
      (row) => {
        const wanted = scrollTo(row, view());
        if (wanted !== undefined && frame !== undefined) frame.scrollTop = wanted;
      },
      { defer: true },
    ),
  );
  const rowCount = () => (props.orders.next() === null ? items().length : -1);

  return (
    <div
      class="orders-grid"
      role="grid"
      aria-label={consoleTexts.title}
      aria-rowcount={rowCount()}
      aria-multiselectable="true"
      data-testid="admin-orders"
    >
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
      <div
        class="orders-frame"
        role="rowgroup"
        tabIndex={0}
        aria-label={consoleTexts.title}
        ref={(element) => (frame = element)}
        onScroll={(event) => setScrollPx(event.currentTarget.scrollTop)}
      >
        <div class="orders-track" style={{ height: `${String(shown().trackPx)}px` }} role="presentation">
          <For each={indexes()}>
            {(index) => (
              <Show when={items()[index]}>
                {(order) => (
                  <OrderRow
                    order={order()}
                    index={index}
                    topPx={shown().topPx + (index - shown().from) * rowPx()}
                    active={index === props.active}
                    opened={order().id === props.opened}
                    selected={props.isSelected(order().id)}
                    onSelect={() => props.onSelect(order().id)}
                    onOpen={() => {
                      props.onActive(index);
                      props.onOpen(index);
                    }}
                  />
                )}
              </Show>
            )}
          </For>
        </div>
      </div>
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
