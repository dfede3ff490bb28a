import { useSearchParams } from '@solidjs/router';
import Download from 'lucide-solid/icons/download';
import Upload from 'lucide-solid/icons/upload';
import { createEffect, createSignal, on, onCleanup, Show, type JSX } from 'solid-js';
import { withQuery } from '../../api/client.ts';
import { follow, liveState } from '../../api/live.ts';
import { announce } from '../../components/announcer.tsx';
import { createCursorList } from '../../components/cursor-list.ts';
import { createRemote } from '../../api/remote.ts';
import { Empty } from '../../components/empty.tsx';
import { PageHead } from '../../components/page.tsx';
import { FilterSelect } from '../forms/select.tsx';
import { ListFrame } from '../list-frame.tsx';
import '../../shop/list-page.css';
import { inventoryTexts as texts } from '../texts/inventory.ts';
import { ListTools } from './list-tools.tsx';
import './office.css';
import { StockDialog, type StockAction } from './stock-dialogs.tsx';
import { StockTable } from './stock-table.tsx';
import type { StockItem, StockNews, StockSummary } from './stock-types.ts';
import { createWarehouses } from './warehouses.ts';

/** While no live updates come, the list is read this often. */
const POLL_MS = 5_000;

export default function InventoryPage(): JSX.Element {
  const [query, setQuery] = useSearchParams<{ q?: string; warehouse?: string; level?: string }>();
  const [changing, setChanging] = createSignal<{ item: StockItem; action: StockAction } | null>(null);
  const warehouses = createWarehouses();
  const filter = () => ({ q: query.q, warehouse: query.warehouse, level: query.level });
  const stock = createCursorList<StockItem>(
    (cursor) => withQuery('/api/admin/inventory', { ...filter(), cursor: cursor ?? undefined }),
    { keep: true },
  );
  const counts = createRemote<{ readonly summary: StockSummary }>(() => '/api/admin/inventory?limit=1', {
    keep: true,
  });
  followStock({
    list: stock,
    narrowed: () => query.warehouse !== undefined || query.level !== undefined,
    nameOf: warehouses.nameOf,
    tell: (summary) => counts.set({ summary }),
  });
  const narrowed = () => Object.values(filter()).some((value) => value !== undefined);
  const wanted = () =>
    warehouses.all().filter(({ id }) => query.warehouse === undefined || id === query.warehouse);
  return (
    <>
      <PageHead
        title={texts.title}
        under={
          <p class="faint figure" data-testid="stock-summary">
            <Show when={counts.data()?.summary} fallback={'\u00a0'} keyed>
              {({ skus, low, out }) => texts.summary(skus, low, out)}
            </Show>
          </p>
        }
      >
        <div class="tools">
          <a class="button" href="/admin/inventory/reconciliation">
            {texts.reconciled}
          </a>
          <a class="button" href="/admin/inventory/import">
            <Upload size={16} aria-hidden="true" />
            {texts.imported}
          </a>
          {/* Not a page of the UI: the browser keeps the file. */}
          <a
            class="button"
            rel="external"
            download=""
            href={withQuery('/api/admin/inventory/export', filter())}
          >
            <Download size={16} aria-hidden="true" />
            {texts.exported}
          </a>
        </div>
      </PageHead>
      <ListTools
        search={texts.search}
        hint={texts.searchHint}
        words={query.q}
        onWords={(q) => setQuery({ q })}
      >
        <FilterSelect
          label={texts.level}
          value={query.level ?? ''}
          options={(['all', 'low', 'out'] as const).map((level) => ({
            value: level === 'all' ? '' : level,
            text: texts.levels[level],
          }))}
          onChange={(level) => setQuery({ level: level === '' ? undefined : level })}
        />
        <FilterSelect
          label={texts.warehouse}
          value={query.warehouse ?? ''}
          options={warehouses.options()}
          onChange={(warehouse) => setQuery({ warehouse: warehouse === '' ? undefined : warehouse })}
        />
      </ListTools>
      <ListFrame
        list={stock}
        empty={
          <Empty
            title={narrowed() ? texts.noneTitle : texts.emptyTitle}
            body={narrowed() ? texts.none : texts.empty}
          />
        }
      >
        {(items) => (
          <StockTable
            items={items()}
            warehouses={wanted()}
            onAction={(item, action) => setChanging({ item, action })}
          />
        )}
      </ListFrame>
      <Show when={changing()} keyed>
        {(change) => (
          <StockDialog
            item={change.item}
            action={change.action}
            warehouses={warehouses.all()}
            onClose={() => setChanging(null)}
            onDone={stock.restart}
          />
        )}
      </Show>
    </>
  );
}

interface List {
  readonly items: () => readonly StockItem[] | undefined;
  readonly update: (change: (item: StockItem) => StockItem) => void;
  readonly restart: () => void;
}

/** Keeps the list as the stock is: rows change where they stand; a list narrowed by levels is read again. */
function followStock(options: {
  readonly list: List;
  readonly narrowed: () => boolean;
  readonly nameOf: (warehouseId: string) => string;
  readonly tell: (summary: StockSummary) => void;
}): void {
  const { list, narrowed, nameOf, tell } = options;
  const show = ({ items = [], summary, complete }: StockNews) => {
    tell(summary);
    if (complete === false || (narrowed() && items.length > 0)) {
      list.restart();
      return;
    }
    const news = new Map(items.map((item) => [item.sku, item]));
    list.update((item) => {
      const fresh = news.get(item.sku);
      if (fresh === undefined) return item;
      if (fresh.level === 'out' && item.level !== 'out') {
        announce(texts.soldOutNow(item.product?.name ?? item.sku));
      }
      return {
        ...item,
        ...fresh,
        warehouses: fresh.warehouses.map((level) => ({ ...level, name: nameOf(level.id) })),
      };
    });
  };
  onCleanup(follow('admin:stock', undefined, ({ data }) => show(data as StockNews)));
  createEffect(
    on(liveState, (state) => {
      if (state !== 'down') return;
      const timer = setInterval(list.restart, POLL_MS);
      onCleanup(() => clearInterval(timer));
    }),
  );
}
