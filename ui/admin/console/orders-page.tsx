/**
 * The order console: every order there is, and what one can do to many of them.
 *
 * C1: what is selected by filter is all that matches, not what is on the screen.
 * C2: the list is renewed behind one's back only where nothing is lost by it: at its top, with nothing selected.
 */
import { useSearchParams } from '@solidjs/router';
import Download from 'lucide-solid/icons/download';
import Keyboard from 'lucide-solid/icons/keyboard';
import X from 'lucide-solid/icons/x';
import { createEffect, createSignal, For, Match, on, onCleanup, Show, Switch, type JSX } from 'solid-js';
import { asApiError, call, withQuery } from '../../api/client.ts';
import { follow } from '../../api/live.ts';
import { createRemote } from '../../api/remote.ts';
import type { OrderStatus, OrderView } from '../../api/types.ts';
import { announce, confirmBriefly } from '../../components/announcer.tsx';
import { createCursorList } from '../../components/cursor-list.ts';
import { Empty } from '../../components/empty.tsx';
import { PageHead } from '../../components/page.tsx';
import { Problem } from '../../components/problem.tsx';
import { texts } from '../../texts.ts';
import { consoleTexts } from '../texts/console.ts';
import { BulkDialog, type Chosen } from './bulk-dialog.tsx';
import { ConsoleFilters } from './console-filters.tsx';
import { OrderDossier } from './dossier.tsx';
import { OrderTable } from './order-table.tsx';
import {
  filterBody,
  filterIn,
  isNarrowed,
  NO_FILTERS,
  queueIn,
  QUEUES,
  sortIn,
  type ConsoleQuery,
} from './query.ts';
import { createSelection, type Selection } from './selection.ts';
import { ShortcutHelp, useShortcuts } from './shortcuts.tsx';
import type { AdminPage, BulkAction, Counters, Dossier } from './types.ts';
import '../../shop/list-page.css';
import './console.css';

const PAGE_ORDERS = 100;
const RENEW_MS = 30_000;
const DOWNLOAD_MAX = 10_000;
const BULK_ACTIONS: readonly BulkAction[] = ['mark_shipped', 'cancel', 'refund'];

export default function OrdersPage(): JSX.Element {
  const [query, setQuery] = useSearchParams<ConsoleQuery>();
  const [active, setActive] = createSignal(-1);
  const [acting, setActing] = createSignal<{ readonly action: BulkAction; readonly chosen: Chosen } | null>(
    null,
  );
  const [helping, setHelping] = createSignal(false);
  const selection = createSelection();
  const path = (cursor: string | null) =>
    withQuery('/api/admin/orders', {
      ...filterIn(query),
      sort: sortIn(query),
      limit: PAGE_ORDERS,
      cursor: cursor ?? undefined,
    });
  const [total, setTotal] = createSignal('…');
  const orders = createCursorList<OrderView>(path, {
    keep: true,
    onPage: (page) => setTotal((page as AdminPage).count),
  });
  const counters = createRemote<Counters>(() => '/api/admin/orders/counters', { keep: true });
  const dossier = createRemote<Dossier>(() =>
    query.order === undefined ? undefined : `/api/admin/orders/${encodeURIComponent(query.order)}/dossier`,
  );
  const news = createNews(
    orders.update,
    () => dossier.refetch(),
    () => query.order,
  );

  const change = (more: Partial<Record<keyof ConsoleQuery, string | undefined>>) => {
    selection.clear();
    setActive(-1);
    setQuery({ ...more, order: undefined }, { replace: true });
  };
  const renew = () => {
    news.clear();
    orders.restart();
    counters.refetch();
  };
  const open = (row: number) => {
    const order = orders.items()?.[row];
    if (order !== undefined) setQuery({ order: order.id }, { replace: true });
  };
  const move = (by: number) => {
    const last = (orders.items()?.length ?? 0) - 1;
    const row = Math.max(0, Math.min(last, active() + by));
    setActive(row);
    const order = orders.items()?.[row];
    if (order === undefined) return;
    announce(`${order.customerName}, ${texts.order.status[order.status]}`);
    if (query.order !== undefined) open(row);
  };
  const chosen = (): Chosen | undefined => {
    if (selection.all()) return { filter: filterBody(query) };
    if (selection.ids().size > 0) return { ids: [...selection.ids()] };
    const order = orders.items()?.[active()];
    return order === undefined ? undefined : { ids: [order.id] };
  };
  const act = (action: BulkAction) => {
    const which = chosen();
    if (which !== undefined) setActing({ action, chosen: which });
  };
  const close = () => {
    if (query.order !== undefined) setQuery({ order: undefined }, { replace: true });
    else selection.clear();
  };
  const toQueue = (place: number) => change({ queue: QUEUES[place] === 'all' ? undefined : QUEUES[place] });
  useShortcuts({
    j: () => move(1),
    k: () => move(-1),
    ArrowDown: () => move(1),
    ArrowUp: () => move(-1),
    Enter: () => open(active()),
    x: () => {
      const order = orders.items()?.[active()];
      if (order !== undefined) selection.toggle(order.id);
    },
    a: selection.selectAll,
    s: () => act('mark_shipped'),
    c: () => act('cancel'),
    r: () => act('refund'),
    n: renew,
    '/': () => document.querySelector<HTMLInputElement>('.console-bar input[type=search]')?.focus(),
    '?': () => setHelping(true),
    '1': () => toQueue(0),
    '2': () => toQueue(1),
    '3': () => toQueue(2),
    '4': () => toQueue(3),
    Escape: close,
  });
  const timer = setInterval(() => {
    if (document.visibilityState !== 'visible') return;
    counters.refetch();
    const idle = selection.ids().size === 0 && !selection.all() && active() < PAGE_ORDERS / 2;
    if (queueIn(query) !== 'all' && idle && (orders.items()?.length ?? 0) <= PAGE_ORDERS) orders.restart();
  }, RENEW_MS);
  onCleanup(() => clearInterval(timer));
  createEffect(on(() => path(null), news.clear, { defer: true }));

  return (
    <div class="console" classList={{ beside: query.order !== undefined }}>
      <PageHead
        title={consoleTexts.title}
        under={
          <p class="faint figure" data-testid="count">
            {consoleTexts.orders(total())}
          </p>
        }
      >
        <div class="tools">
          <Show when={news.count() > 0}>
            <button
              type="button"
              class="button small news"
              data-testid="news"
              aria-label={consoleTexts.newOrdersLong(news.count())}
              onClick={renew}
            >
              {consoleTexts.newOrders(news.count())}
            </button>
          </Show>
          <ExportButton query={query} count={total()} />
          <button
            type="button"
            class="icon-button"
            aria-label={consoleTexts.help}
            title={consoleTexts.help}
            onClick={() => setHelping(true)}
          >
            <Keyboard size={18} aria-hidden="true" />
          </button>
        </div>
      </PageHead>
      <Queues query={query} counters={counters.data()} onQueue={toQueue} />
      <ConsoleFilters query={query} onChange={change}>
        <SelectionBar selection={selection} total={total()} onAct={act} />
      </ConsoleFilters>
      <div class="console-body">
        <div class="console-list">
          <Show when={orders.error()} keyed>
            {(error) => (
              <Problem error={error} retry={orders.items() === undefined ? orders.restart : orders.more} />
            )}
          </Show>
          <Switch>
            <Match when={orders.items()?.length === 0}>
              <div data-testid="admin-orders">
                <Empty
                  title={isNarrowed(query) ? consoleTexts.noneTitle : consoleTexts.emptyTitle}
                  body={isNarrowed(query) ? consoleTexts.none : consoleTexts.empty}
                >
                  <Show when={isNarrowed(query)}>
                    <button type="button" class="button" onClick={() => change(NO_FILTERS)}>
                      {texts.filters.clear}
                    </button>
                  </Show>
                </Empty>
              </div>
            </Match>
            <Match when={orders.items()}>
              <OrderTable
                orders={orders}
                active={active()}
                opened={query.order}
                sort={sortIn(query)}
                isSelected={selection.has}
                onSort={(sort) => change({ sort: sort === '-created_at' ? undefined : sort })}
                onActive={setActive}
                onOpen={open}
                onSelect={selection.toggle}
              />
            </Match>
          </Switch>
        </div>
        <Show when={query.order !== undefined}>
          <aside class="console-panel" aria-label={consoleTexts.panel.label}>
            <button
              type="button"
              class="icon-button panel-close"
              aria-label={consoleTexts.panel.close}
              onClick={() => setQuery({ order: undefined }, { replace: true })}
            >
              <X size={17} aria-hidden="true" />
            </button>
            <OrderDossier of={dossier} />
          </aside>
        </Show>
      </div>
      <Show when={acting()} keyed>
        {({ action, chosen: which }) => (
          <BulkDialog
            action={action}
            chosen={which}
            onClose={() => setActing(null)}
            onStarted={selection.clear}
          />
        )}
      </Show>
      <Show when={helping()}>
        <ShortcutHelp of="console" onClose={() => setHelping(false)} />
      </Show>
    </div>
  );
}

interface Changed {
  readonly id: string;
  readonly version: number;
  readonly status: OrderStatus;
}

/**
 * Orders that came in since the list was read; those in it change in place. Ids are ordered by time, so an order is new
 * when its id is beyond all that were there: its first version may be past before anyone is told of it.
 */
function createNews(
  update: (change: (order: OrderView) => OrderView) => void,
  reopen: () => void,
  opened: () => string | undefined,
): { readonly count: () => number; readonly clear: () => void } {
  const [fresh, setFresh] = createSignal<ReadonlySet<string>>(new Set());
  let newest: string | undefined;
  const clear = () => {
    for (const id of fresh()) if (newest === undefined || id > newest) newest = id;
    setFresh(new Set<string>());
  };
  const stop = follow('admin:orders', undefined, ({ type, data }) => {
    const { orders } = data as { readonly orders: readonly Changed[] };
    if (newest === undefined || type !== 'orders.changed') {
      newest ??= orders.filter(isTimed).reduce((last, { id }) => (id > last ? id : last), '');
      return;
    }
    const known = newest;
    const changed = new Map(orders.map((order) => [order.id, order]));
    const came = orders.filter(isTimed).flatMap(({ id }) => (id > known ? [id] : []));
    if (came.length > 0) setFresh(new Set([...fresh(), ...came]));
    update((order) => {
      const now = changed.get(order.id);
      if (now === undefined || now.version <= order.version) return order;
      return { ...order, status: now.status, version: now.version };
    });
    const beside = opened();
    if (beside !== undefined && changed.has(beside)) reopen();
  });
  onCleanup(stop);
  return { count: () => fresh().size, clear };
}

/** Ids that somebody made up, as seeded orders have, tell no time. */
function isTimed({ id }: Pick<Changed, 'id'>): boolean {
  return /^[0-9a-f]{8}-/.test(id);
}

function Queues(props: {
  readonly query: ConsoleQuery;
  readonly counters: Counters | undefined;
  readonly onQueue: (place: number) => void;
}): JSX.Element {
  const counts = (): Readonly<Record<(typeof QUEUES)[number], number | undefined>> => ({
    all: props.counters?.all.orders,
    pending: props.counters?.queues.pending,
    in_review: props.counters?.queues.inReview,
    failed_payment: props.counters?.queues.failedPayment,
  });
  return (
    <nav class="queues" aria-label={consoleTexts.queuesLabel}>
      <For each={QUEUES}>
        {(queue, place) => (
          <button
            type="button"
            aria-current={queueIn(props.query) === queue ? 'true' : undefined}
            onClick={() => props.onQueue(place())}
          >
            {consoleTexts.queues[queue]}
            <span class="figure">{counts()[queue]?.toLocaleString('en') ?? ''}</span>
          </button>
        )}
      </For>
    </nav>
  );
}

function SelectionBar(props: {
  readonly selection: Selection;
  readonly total: string;
  readonly onAct: (action: BulkAction) => void;
}): JSX.Element {
  const words = consoleTexts.selection;
  const any = () => props.selection.all() || props.selection.ids().size > 0;
  return (
    <div class="selection" role="group" aria-label={words.label}>
      <Show
        when={any()}
        fallback={
          <button type="button" class="link-button" onClick={() => props.selection.selectAll()}>
            {words.selectAll(props.total)}
          </button>
        }
      >
        <span class="figure" role="status" data-testid="selection">
          {props.selection.all() ? words.all(props.total) : words.some(props.selection.ids().size)}
        </span>
        <For each={BULK_ACTIONS}>
          {(action) => (
            <button
              type="button"
              class="button small"
              classList={{ danger: action !== 'mark_shipped' }}
              onClick={() => props.onAct(action)}
            >
              {consoleTexts.actions[action]}
            </button>
          )}
        </For>
        <button type="button" class="link-button" onClick={() => props.selection.clear()}>
          {words.clear}
        </button>
      </Show>
    </div>
  );
}

/** A download at once where the orders are few, else a job. */
function ExportButton(props: { readonly query: ConsoleQuery; readonly count: string }): JSX.Element {
  const [busy, setBusy] = createSignal(false);
  const few = () => !props.count.endsWith('+') && Number(props.count.replaceAll(',', '')) <= DOWNLOAD_MAX;
  const start = async () => {
    setBusy(true);
    try {
      const { jobId } = await call<{ readonly jobId: string }>('POST', '/api/admin/orders/export', {
        body: { filter: filterBody(props.query) },
      });
      confirmBriefly(consoleTexts.exportStarted, {
        href: `/admin/jobs/${jobId}`,
        text: consoleTexts.bulk.toJob,
      });
    } catch (thrown) {
      confirmBriefly(asApiError(thrown).message || texts.problem.unanswered);
    }
    setBusy(false);
  };
  return (
    <Show
      when={few()}
      fallback={
        <button type="button" class="button small" aria-disabled={busy()} onClick={() => void start()}>
          <Download size={15} aria-hidden="true" /> {consoleTexts.export}
        </button>
      }
    >
      <a
        class="button small"
        href={withQuery('/api/admin/orders/export', filterIn(props.query))}
        download="orders.csv"
        rel="external"
      >
        <Download size={15} aria-hidden="true" /> {consoleTexts.export}
      </a>
    </Show>
  );
}
