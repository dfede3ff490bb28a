/**
 * The rows of the order history, of which only those near the screen exist.
 *
 * Owns: which rows exist and where they stand, reading on near the end, the place one comes back to.
 * Does not own: reading itself (`orders`), filters.
 * W1: the row that holds the focus exists, however far it is scrolled away.
 * W2: a row keeps its element as long as it exists, so that neither focus nor a picture is lost to scrolling.
 */
import { createWindowVirtualizer, defaultRangeExtractor, type VirtualItem } from '@tanstack/solid-virtual';
import { createEffect, createMemo, For, on, onMount, Show, type JSX } from 'solid-js';
import { call } from '../api/client.ts';
import type { OrderView } from '../api/types.ts';
import type { CursorList, CursorListState } from '../components/cursor-list.ts';
import { money, shortId } from '../components/format.ts';
import { createPlaces, type Place } from '../components/kept-place.ts';
import { Moment } from '../components/moment.tsx';
import { LineArt } from '../components/product-art.tsx';
import { StatusBadge } from '../components/status-badge.tsx';
import { texts } from '../texts.ts';

/** Of a row, until it is measured; pixels. */
const ROW_HEIGHT_GUESS = 89;
const ROW_HEIGHT_GUESS_PHONE = 113;
const PHONE = '(max-width: 36rem)';
/** Rows kept beyond either edge of the screen. */
const OVERSCAN_ROWS = 8;
/** So many rows before the end the next page is read. */
const READ_AHEAD_ROWS = 20;

/** What is kept of the list while one looks at an order. */
interface OrderRowsPlace {
  readonly list: CursorListState<OrderView>;
  /** The order that was gone to. */
  readonly opened: string;
  readonly heights: readonly VirtualItem[];
}

export const orderPlaces = createPlaces<OrderRowsPlace>();

export function OrderRows(props: {
  readonly orders: CursorList<OrderView>;
  /** Tells this list from others, when one comes back to it. */
  readonly name: string;
  readonly kept: Place<OrderRowsPlace> | undefined;
}): JSX.Element {
  let list: HTMLUListElement | undefined;
  let focused = -1;
  const { kept } = props;
  const items = () => props.orders.items() ?? [];
  const guess = window.matchMedia(PHONE).matches ? ROW_HEIGHT_GUESS_PHONE : ROW_HEIGHT_GUESS;
  const rows = createWindowVirtualizer<HTMLLIElement>({
    get count() {
      return items().length;
    },
    get scrollMargin() {
      // Read anew whenever the list changes: filters above it come and go.
      return items().length >= 0 ? topOf(list) : 0;
    },
    getItemKey: (index) => items()[index]?.id ?? index,
    estimateSize: () => guess,
    overscan: OVERSCAN_ROWS,
    rangeExtractor: (range) => {
      const near = defaultRangeExtractor(range);
      const pinned = focused >= 0 && focused < range.count && !near.includes(focused);
      return pinned ? [...near, focused].sort((one, other) => one - other) : near;
    },
    initialRect: { width: window.innerWidth, height: window.innerHeight },
    initialOffset: kept?.scrollY ?? window.scrollY,
    initialMeasurementsCache: kept === undefined ? [] : [...kept.shown.heights],
  });
  const shown = createMemo(() => new Map(rows.getVirtualItems().map((item) => [item.index, item])));
  // By index: the same number is the same row to `For` (W2).
  const indexes = createMemo(() => [...shown().keys()]);

  createEffect(() => {
    const last = indexes().at(-1) ?? 0;
    const { orders } = props;
    if (orders.next() === null || orders.loading() || orders.error() !== null) return;
    if (last >= items().length - READ_AHEAD_ROWS) orders.more();
  });
  onMount(() => {
    if (kept !== undefined) comeBack(kept.shown.opened, kept.scrollY);
  });
  // A list narrowed anew is read from its beginning.
  createEffect(
    on(
      () => props.name,
      () => {
        if (list !== undefined && window.scrollY > topOf(list)) window.scrollTo(0, 0);
      },
      { defer: true },
    ),
  );

  const comeBack = (opened: string, scrollY: number) => {
    // After the browser's own attempt, and after the page has given the focus to its beginning.
    requestAnimationFrame(() => {
      window.scrollTo(0, scrollY);
      // The rows that this scrolling brings exist one frame later.
      requestAnimationFrame(() => {
        const row = list?.querySelector(`[data-order="${CSS.escape(opened)}"]`);
        row?.querySelector('a')?.focus({ preventScroll: true });
      });
    });
    void refresh(opened);
  };
  const refresh = async (opened: string) => {
    try {
      const order = await call<OrderView>('GET', `/api/orders/${encodeURIComponent(opened)}`);
      props.orders.update((one) => (one.id === opened ? order : one));
    } catch {
      // The row then shows what it showed before, and the order's own page knows better.
    }
  };
  const leave = (opened: string) => {
    const state: CursorListState<OrderView> = { items: items(), next: props.orders.next() };
    orderPlaces.keep(props.name, { list: state, opened, heights: [...rows.measurementsCache] });
  };
  const setSize = () => (props.orders.next() === null ? items().length : -1);

  return (
    <>
      <ul
        ref={(element) => (list = element)}
        class="rows window fades"
        data-testid="orders"
        // Safari forgets that a list without bullets is one.
        role="list"
        aria-label={texts.orders.title}
        aria-busy={props.orders.loading() && props.orders.next() === null}
        style={{ height: `${String(rows.getTotalSize())}px` }}
        onFocusIn={(event) => (focused = indexOf(event.target))}
        onFocusOut={() => (focused = -1)}
      >
        <For each={indexes()}>
          {(index) => (
            <Show when={items()[index]}>
              {(order) => (
                <OrderRow
                  order={order()}
                  index={index}
                  setSize={setSize()}
                  top={(shown().get(index)?.start ?? 0) - rows.options.scrollMargin}
                  measure={(element) => rows.measureElement(element)}
                  onOpen={() => leave(order().id)}
                />
              )}
            </Show>
          )}
        </For>
      </ul>
      <Show when={props.orders.next() !== null && props.orders.error() === null}>
        <p class="rows-more faint" aria-hidden="true">
          {texts.orders.loadingMore}
        </p>
      </Show>
    </>
  );
}

function topOf(element: HTMLElement | undefined): number {
  return element === undefined ? 0 : element.getBoundingClientRect().top + window.scrollY;
}

function indexOf(target: EventTarget | null): number {
  const row = target instanceof Element ? target.closest<HTMLElement>('[data-index]') : null;
  return Number(row?.dataset['index'] ?? -1);
}

function OrderRow(props: {
  readonly order: OrderView;
  readonly index: number;
  readonly setSize: number;
  readonly top: number;
  readonly measure: (element: HTMLLIElement) => void;
  readonly onOpen: () => void;
}): JSX.Element {
  const first = () => props.order.items[0];
  const others = () => props.order.items.length - 1;
  let row: HTMLLIElement | undefined;
  onMount(() => {
    if (row !== undefined) props.measure(row);
  });
  return (
    <li
      ref={(element) => (row = element)}
      class="row"
      data-index={props.index}
      data-order={props.order.id}
      aria-posinset={props.index + 1}
      aria-setsize={props.setSize}
      style={{ transform: `translateY(${String(props.top)}px)` }}
    >
      <Show when={first()}>{(item) => <LineArt item={item()} />}</Show>
      <div class="row-words">
        {/* Before the router, which listens at the document, has gone to another address. */}
        <a href={`/orders/${encodeURIComponent(props.order.id)}`} on:click={() => props.onOpen()}>
          {first()?.name}
          <Show when={others() > 0}>
            <span class="soft"> {texts.orders.andMore(others())}</span>
          </Show>
        </a>
        <p class="faint">
          <span class="mono">{shortId(props.order.id)}</span> ·{' '}
          <Moment at={props.order.createdAt} as="dayAndTime" />
        </p>
      </div>
      <StatusBadge status={props.order.status} />
      <span class="figure row-amount">{money(props.order.totalCents, props.order.currency)}</span>
    </li>
  );
}
