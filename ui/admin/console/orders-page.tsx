/**
 * The order console: every order there is, and what one can do to many of them.
 *
 * C1: what is selected by filter is all that matches, not what is on the screen.
 * C2: the list is renewed behind one's back only where nothing is lost by it: at its top, with nothing selected.
 */
import { useSearchParams } from '@solidjs/router';
import Keyboard from 'lucide-solid/icons/keyboard';
import X from 'lucide-solid/icons/x';
import {
  createEffect,
  createMemo,
  createSignal,
  Match,
  on,
  onCleanup,
  Show,
  Switch,
  type JSX,
} from 'solid-js';
import { createRemote } from '../../api/remote.ts';
import { announce } from '../../components/announcer.tsx';
import { createSoon } from '../../components/debounce.ts';
import { Empty } from '../../components/empty.tsx';
import { PageHead } from '../../components/page.tsx';
import { Problem } from '../../components/problem.tsx';
import { texts } from '../../texts.ts';
import { consoleTexts } from '../texts/console.ts';
import { createActiveRow } from './active-row.ts';
import { BulkDialog, type Chosen } from './bulk-dialog.tsx';
import { ConsoleFilters } from './console-filters.tsx';
import { OrderDossier } from './dossier.tsx';
import { ExportButton } from './export-button.tsx';
import { createOrderList, PAGE_ORDERS } from './order-list.ts';
import { createNews } from './order-news.ts';
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
import { Queues } from './queues.tsx';
import { SelectionBar } from './selection-bar.tsx';
import { createSelection } from './selection.ts';
import { ShortcutHelp, useShortcuts } from './shortcuts.tsx';
import type { BulkAction, Counters, Dossier } from './types.ts';
import '../../shop/list-page.css';
import './console.css';

/** What is there without anybody's doing is read again so often, and so soon after a change. */
const RENEW_MS = 30_000;
const CHANGED_MS = 1_500;

export default function OrdersPage(): JSX.Element {
  const [query, setQuery] = useSearchParams<ConsoleQuery>();
  const [acting, setActing] = createSignal<{ readonly action: BulkAction; readonly chosen: Chosen } | null>(
    null,
  );
  const [helping, setHelping] = createSignal(false);
  const selection = createSelection();
  const orders = createOrderList(() => ({ filter: filterIn(query), sort: sortIn(query) }));
  const active = createActiveRow(orders);
  const counters = createRemote<Counters>(() => '/api/admin/orders/counters', { keep: true });
  const dossier = createRemote<Dossier>(() =>
    query.order === undefined ? undefined : `/api/admin/orders/${encodeURIComponent(query.order)}/dossier`,
  );
  const total = () => orders.count() ?? '…';

  const change = (more: Partial<Record<keyof ConsoleQuery, string | undefined>>) => {
    selection.clear();
    active.leave();
    setQuery({ ...more, order: undefined }, { replace: true });
  };
  const open = (id: string | undefined) => {
    if (id !== undefined) setQuery({ order: id }, { replace: true });
  };
  createEffect(
    on(
      createMemo(() => active.order()?.id),
      (id) => {
        const order = active.order();
        if (order === undefined) return;
        announce(`${order.customerName}, ${texts.order.status[order.status]}`);
        if (query.order !== undefined) open(id);
      },
      { defer: true },
    ),
  );

  const isIdle = () =>
    selection.ids().size === 0 &&
    !selection.all() &&
    acting() === null &&
    active.row() < PAGE_ORDERS / 2 &&
    orders.known().first === 0 &&
    orders.known().length <= PAGE_ORDERS;
  const renewQuietly = () => {
    if (document.visibilityState !== 'visible') return;
    counters.refetch();
    if (queueIn(query) !== 'all' && isIdle()) orders.refresh();
  };
  const soon = createSoon(renewQuietly, CHANGED_MS);
  const timer = setInterval(renewQuietly, RENEW_MS);
  onCleanup(() => clearInterval(timer));
  const news = createNews({
    update: orders.update,
    changed: (ids) => {
      soon();
      if (query.order !== undefined && ids.has(query.order)) dossier.refetch();
    },
  });
  createEffect(on(orders.begun, news.clear, { defer: true }));
  const renew = () => {
    active.leave();
    orders.restart();
    counters.refetch();
  };

  const chosen = (): Chosen | undefined => {
    if (selection.all()) return { filter: filterBody(query) };
    if (selection.ids().size > 0) return { ids: [...selection.ids()] };
    const order = active.order();
    return order === undefined ? undefined : { ids: [order.id] };
  };
  const act = (action: BulkAction) => {
    const which = chosen();
    if (which !== undefined) setActing({ action, chosen: which });
  };
  const pick = (by: number) => {
    const order = active.order();
    if (order !== undefined && !selection.has(order.id)) selection.toggle(order.id);
    active.move(by);
  };
  const close = () => {
    if (query.order !== undefined) setQuery({ order: undefined }, { replace: true });
    else selection.clear();
  };
  const toQueue = (queue: (typeof QUEUES)[number] | undefined) =>
    change({ queue: queue === 'all' ? undefined : queue });
  useShortcuts({
    j: () => active.move(1),
    k: () => active.move(-1),
    ArrowDown: () => active.move(1),
    ArrowUp: () => active.move(-1),
    PageDown: () => active.move(active.pageRows()),
    PageUp: () => active.move(-active.pageRows()),
    Home: () => active.go(0),
    End: () => active.go(Infinity),
    J: () => pick(1),
    K: () => pick(-1),
    'Shift+ArrowDown': () => pick(1),
    'Shift+ArrowUp': () => pick(-1),
    Enter: () => open(active.order()?.id),
    x: () => {
      const order = active.order();
      if (order !== undefined) selection.toggle(order.id);
    },
    a: selection.selectAll,
    s: () => act('mark_shipped'),
    c: () => act('cancel'),
    r: () => act('refund'),
    n: renew,
    '/': () => document.querySelector<HTMLInputElement>('.console-bar input[type=search]')?.focus(),
    '?': () => setHelping(true),
    ...Object.fromEntries(QUEUES.map((queue, place) => [String(place + 1), () => toQueue(queue)])),
    Escape: close,
  });

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
      <Queues current={queueIn(query)} counters={counters.data()} onQueue={toQueue} />
      <ConsoleFilters query={query} onChange={change}>
        <SelectionBar selection={selection} total={total()} onAct={act} />
      </ConsoleFilters>
      <div class="console-body">
        <div class="console-list">
          <Show when={orders.error()} keyed>
            {(error) => <Problem error={error} retry={orders.retry} />}
          </Show>
          <Switch>
            <Match when={orders.rows() === 0}>
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
            <Match when={orders.rows() !== undefined}>
              <OrderTable
                orders={orders}
                active={active.row()}
                opened={query.order}
                sort={sortIn(query)}
                isSelected={selection.has}
                onSort={(sort) => change({ sort: sort === '-created_at' ? undefined : sort })}
                onPageRows={active.setPageRows}
                onOpen={(row) => {
                  active.go(row);
                  open(orders.at(row)?.id);
                }}
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
