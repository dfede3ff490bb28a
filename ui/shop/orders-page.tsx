import { useSearchParams } from '@solidjs/router';
import { createSignal, For, Match, Show, Switch, type JSX } from 'solid-js';
import { withQuery } from '../api/client.ts';
import { user } from '../api/session.ts';
import type { OrderView } from '../api/types.ts';
import { createCursorList } from '../components/cursor-list.ts';
import { Empty } from '../components/empty.tsx';
import { PageHead } from '../components/page.tsx';
import { Problem } from '../components/problem.tsx';
import { SignedIn } from '../components/signed-in.tsx';
import { texts } from '../texts.ts';
import { isFiltered, NO_FILTERS, OrderFilters, orderParameters, type OrderQuery } from './order-filters.tsx';
import { OrderRows, orderPlaces } from './order-rows.tsx';
import './list-page.css';

const PAGE_ORDERS = 40;

export default function OrdersPage(): JSX.Element {
  const [query, setQuery] = useSearchParams<OrderQuery>();
  const [typing, setTyping] = createSignal(false);
  return (
    <>
      <PageHead title={texts.orders.title} />
      <OrderFilters
        query={query}
        onChange={(change, byTyping) => {
          // The first letter makes a step in the history, those after it belong to that step.
          setQuery(change, { replace: byTyping && typing() });
          setTyping(byTyping);
        }}
      />
      <SignedIn meanwhile={<ListSkeleton />}>
        <OrderList query={query} onClear={() => setQuery(NO_FILTERS)} />
      </SignedIn>
    </>
  );
}

function OrderList(props: { readonly query: OrderQuery; readonly onClear: () => void }): JSX.Element {
  const path = (cursor: string | null) =>
    withQuery('/api/orders/my-orders', {
      ...orderParameters(props.query),
      limit: PAGE_ORDERS,
      cursor: cursor ?? undefined,
    });
  // Another shopper's list in the same tab is another list.
  const name = () => `${user()?.id ?? ''} ${path(null)}`;
  const kept = orderPlaces.kept(name());
  const orders = createCursorList<OrderView>(path, { keep: true, initial: kept?.shown.list });
  return (
    <>
      <p class="unseen" role="status">
        {orders.loading()
          ? texts.loading
          : texts.orders.shown(orders.items()?.length ?? 0, orders.next() !== null)}
      </p>
      <Switch>
        <Match when={orders.items()?.length === 0 && isFiltered(props.query)}>
          <Empty title={texts.orders.noneTitle} body={texts.orders.none}>
            <button type="button" class="button" onClick={() => props.onClear()}>
              {texts.filters.clear}
            </button>
          </Empty>
        </Match>
        <Match when={orders.items()?.length === 0}>
          <Empty title={texts.orders.emptyTitle} body={texts.orders.empty}>
            <a class="button" href="/">
              {texts.cart.browse}
            </a>
          </Empty>
        </Match>
        <Match when={orders.items()}>
          <OrderRows orders={orders} name={name()} kept={kept} />
        </Match>
        <Match when={orders.error() === null}>
          <ListSkeleton />
        </Match>
      </Switch>
      <Show when={orders.error()} keyed>
        {(error) => (
          <Problem error={error} retry={orders.items() === undefined ? orders.restart : orders.more} />
        )}
      </Show>
    </>
  );
}

export function ListSkeleton(): JSX.Element {
  return (
    <>
      <p class="unseen" role="status">
        {texts.loading}
      </p>
      <ul class="rows" aria-hidden="true">
        <For each={[60, 45, 70, 50]}>
          {(width) => (
            <li class="row">
              <span class="line-art art skeleton" />
              <div class="row-words">
                <span class="skeleton line" style={{ width: `${String(width)}%` }} />
                <span class="skeleton line" style={{ width: '8rem' }} />
              </div>
            </li>
          )}
        </For>
      </ul>
    </>
  );
}
