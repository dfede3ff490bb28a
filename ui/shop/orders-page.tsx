import { useSearchParams } from '@solidjs/router';
import { For, Match, Show, Switch, type JSX } from 'solid-js';
import { withQuery } from '../api/client.ts';
import type { OrderView } from '../api/types.ts';
import { createCursorList } from '../components/cursor-list.ts';
import { Empty } from '../components/empty.tsx';
import { money, shortId } from '../components/format.ts';
import { Moment } from '../components/moment.tsx';
import { PageHead } from '../components/page.tsx';
import { LineArt } from '../components/product-art.tsx';
import { Problem } from '../components/problem.tsx';
import { SignedIn } from '../components/signed-in.tsx';
import { StatusBadge } from '../components/status-badge.tsx';
import { StatusFilter, isStatus } from '../components/status-filter.tsx';
import { texts } from '../texts.ts';
import './list-page.css';

const PAGE_ORDERS = 20;

export default function OrdersPage(): JSX.Element {
  const [query, setQuery] = useSearchParams<{ status?: string }>();
  const status = () => (isStatus(query.status) ? query.status : undefined);
  return (
    <>
      <PageHead title={texts.orders.title}>
        <StatusFilter value={status()} onChange={(value) => setQuery({ status: value })} />
      </PageHead>
      <SignedIn meanwhile={<ListSkeleton />}>
        <OrderList status={status()} />
      </SignedIn>
    </>
  );
}

function OrderList(props: { readonly status: string | undefined }): JSX.Element {
  const orders = createCursorList<OrderView>((cursor) =>
    withQuery('/api/orders/my-orders', {
      status: props.status,
      limit: PAGE_ORDERS,
      cursor: cursor ?? undefined,
    }),
  );
  return (
    <>
      <Switch>
        <Match when={orders.items()?.length === 0}>
          <Empty
            title={texts.orders.emptyTitle}
            body={props.status === undefined ? texts.orders.empty : texts.orders.noneWith}
          >
            <a class="button" href="/">
              {texts.cart.browse}
            </a>
          </Empty>
        </Match>
        <Match when={orders.items()}>
          {(items) => (
            <ul class="rows" data-testid="orders">
              <For each={items()}>{(order) => <OrderRow order={order} />}</For>
            </ul>
          )}
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
      <Show when={orders.next() !== null}>
        <div class="more">
          <button type="button" class="button" aria-disabled={orders.loading()} onClick={orders.more}>
            {texts.orders.older}
          </button>
        </div>
      </Show>
    </>
  );
}

function OrderRow(props: { readonly order: OrderView }): JSX.Element {
  const [first, ...others] = props.order.items;
  return (
    <li class="row">
      <Show when={first}>{(item) => <LineArt item={item()} />}</Show>
      <div class="row-words">
        <a href={`/orders/${encodeURIComponent(props.order.id)}`}>
          {first?.name}
          <Show when={others.length > 0}>
            <span class="soft"> {texts.orders.andMore(others.length)}</span>
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
