import { useSearchParams } from '@solidjs/router';
import RefreshCw from 'lucide-solid/icons/refresh-cw';
import { createSignal, For, Match, Show, Switch, type JSX } from 'solid-js';
import { withQuery } from '../api/client.ts';
import { createRemote } from '../api/remote.ts';
import type { OrderView, Page } from '../api/types.ts';
import { Empty } from '../components/empty.tsx';
import { money, shortId } from '../components/format.ts';
import { Moment } from '../components/moment.tsx';
import { PageHead } from '../components/page.tsx';
import { Problem } from '../components/problem.tsx';
import { StatusBadge } from '../components/status-badge.tsx';
import { StatusFilter, isStatus } from '../components/status-filter.tsx';
import { ListSkeleton } from '../shop/orders-page.tsx';
import { texts } from '../texts.ts';
import { ReviewDialog, type Decision } from './review-dialog.tsx';
import '../shop/list-page.css';

const PAGE_ORDERS = 50;

type AdminPage = Page<OrderView> & { readonly count: string | number };

export default function AdminOrdersPage(): JSX.Element {
  const [query, setQuery] = useSearchParams<{ status?: string; cursor?: string }>();
  const [deciding, setDeciding] = createSignal<{ order: OrderView; decision: Decision } | null>(null);
  const status = () => (isStatus(query.status) ? query.status : undefined);
  const page = createRemote<AdminPage>(
    () => withQuery('/api/admin/orders', { status: status(), limit: PAGE_ORDERS, cursor: query.cursor }),
    { keep: true },
  );
  const inReview = () => page.data()?.items.some((order) => order.status === 'in_review') === true;
  return (
    <>
      <PageHead
        title={texts.admin.title}
        under={
          <p class="faint figure">
            {page.data() === undefined ? '\u00a0' : texts.admin.count(String(page.data()?.count))}
          </p>
        }
      >
        <div class="tools">
          <StatusFilter
            value={status()}
            onChange={(value) => setQuery({ status: value, cursor: undefined })}
          />
          <button type="button" class="icon-button" aria-label={texts.admin.refresh} onClick={page.refetch}>
            <RefreshCw size={17} aria-hidden="true" />
          </button>
        </div>
      </PageHead>
      <Show when={page.error()} keyed>
        {(error) => <Problem error={error} retry={page.refetch} />}
      </Show>
      <Switch>
        <Match when={page.data()?.items.length === 0}>
          <Empty title={texts.orders.emptyTitle} body={texts.admin.empty} />
        </Match>
        <Match when={page.data()}>
          {(data) => (
            <div class="table-frame" tabIndex={0} role="region" aria-label={texts.admin.title}>
              <table class="table" data-testid="admin-orders">
                <thead>
                  <tr>
                    <th scope="col">{texts.admin.columns.order}</th>
                    <th scope="col">{texts.admin.columns.customer}</th>
                    <th scope="col">{texts.admin.columns.status}</th>
                    <th scope="col">{texts.admin.columns.placed}</th>
                    <th scope="col" class="amount">
                      {texts.admin.columns.total}
                    </th>
                    <Show when={inReview()}>
                      <th scope="col">{texts.admin.columns.review}</th>
                    </Show>
                  </tr>
                </thead>
                <tbody>
                  <For each={data().items}>
                    {(order) => (
                      <QueueRow
                        order={order}
                        withReview={inReview()}
                        onDecide={(decision) => setDeciding({ order, decision })}
                      />
                    )}
                  </For>
                </tbody>
              </table>
            </div>
          )}
        </Match>
        <Match when={page.error() === null}>
          <ListSkeleton />
        </Match>
      </Switch>
      <Show when={query.cursor !== undefined || page.data()?.nextCursor}>
        <nav class="pager" aria-label={texts.catalogue.pages}>
          <Show when={query.cursor !== undefined}>
            <a class="button" href={withQuery('/admin/orders', { status: status() })}>
              {texts.admin.first}
            </a>
          </Show>
          <Show when={page.data()?.nextCursor} keyed>
            {(cursor) => (
              <a class="button" href={withQuery('/admin/orders', { status: status(), cursor })}>
                {texts.admin.next}
              </a>
            )}
          </Show>
        </nav>
      </Show>
      <Show when={deciding()} keyed>
        {(choice) => (
          <ReviewDialog
            order={choice.order}
            decision={choice.decision}
            onClose={() => setDeciding(null)}
            onDecided={page.refetch}
          />
        )}
      </Show>
    </>
  );
}

function QueueRow(props: {
  readonly order: OrderView;
  readonly withReview: boolean;
  readonly onDecide: (decision: Decision) => void;
}): JSX.Element {
  return (
    <tr>
      <td>
        <a class="mono" href={`/orders/${encodeURIComponent(props.order.id)}`}>
          {shortId(props.order.id)}
        </a>
      </td>
      <td>
        {props.order.customerName} <span class="soft">{props.order.email}</span>
      </td>
      <td>
        <StatusBadge status={props.order.status} />
      </td>
      <td>
        <Moment at={props.order.createdAt} as="dayAndTime" />
      </td>
      <td class="amount figure">{money(props.order.totalCents, props.order.currency)}</td>
      <Show when={props.withReview}>
        <td>
          <Show when={props.order.status === 'in_review'}>
            <div class="actions">
              <button type="button" class="button small" onClick={() => props.onDecide('approve')}>
                {texts.admin.approve}
              </button>
              <button type="button" class="button small danger" onClick={() => props.onDecide('reject')}>
                {texts.admin.reject}
              </button>
            </div>
          </Show>
        </td>
      </Show>
    </tr>
  );
}
