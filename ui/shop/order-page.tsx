import { useParams } from '@solidjs/router';
import ArrowLeft from 'lucide-solid/icons/arrow-left';
import { createEffect, createMemo, Match, on, Show, Switch, type JSX } from 'solid-js';
import { liveState } from '../api/live.ts';
import { createOrderFeed, isOver } from '../api/order-feed.ts';
import type { OrderView, SagaLogEntry } from '../api/types.ts';
import { announce } from '../components/announcer.tsx';
import { Empty } from '../components/empty.tsx';
import { money, shortId } from '../components/format.ts';
import { Moment } from '../components/moment.tsx';
import { useTitle } from '../components/page.tsx';
import { Problem } from '../components/problem.tsx';
import { SignedIn } from '../components/signed-in.tsx';
import { StatusBadge } from '../components/status-badge.tsx';
import { texts } from '../texts.ts';
import { CancelOrder } from './cancel-order.tsx';
import { OrderEnding } from './order-ending.tsx';
import { OrderFacts } from './order-facts.tsx';
import { OrderLead } from './order-lead.tsx';
import { OrderLog } from './order-log.tsx';
import { OrderNotify } from './order-notify.tsx';
import { OrderShipment } from './order-shipment.tsx';
import { isWindingUp, orderSteps } from './order-steps.ts';
import { OrderTimeline } from './order-timeline.tsx';
import './order-page.css';

export default function OrderPage(): JSX.Element {
  const params = useParams<{ id: string }>();
  useTitle(() => texts.order.title(shortId(params.id)));
  return (
    <>
      <a class="back" href="/orders">
        <ArrowLeft size={16} aria-hidden="true" />
        {texts.order.all}
      </a>
      <SignedIn meanwhile={<OrderSkeleton />}>
        <LiveOrder id={params.id} />
      </SignedIn>
    </>
  );
}

function LiveOrder(props: { readonly id: string }): JSX.Element {
  const feed = createOrderFeed(() => props.id);
  createEffect(
    on(
      () => feed.order()?.status,
      (status, before) => {
        if (status !== undefined && before !== undefined && status !== before) {
          announce(texts.order.statusNow(texts.order.status[status]));
        }
      },
    ),
  );
  return (
    <Switch fallback={<OrderSkeleton />}>
      <Match when={feed.order()}>
        {(order) => (
          <OrderDetail
            order={order()}
            entries={feed.entries()}
            logRead={feed.logRead()}
            onChanged={feed.refetch}
          />
        )}
      </Match>
      <Match when={feed.error()?.status === 404 || feed.error()?.status === 403}>
        <Empty heading="h1" title={texts.notFound.title} body={texts.order.missing}>
          <a class="button" href="/orders">
            {texts.order.all}
          </a>
        </Empty>
      </Match>
      <Match when={feed.error()} keyed>
        {(error) => <Problem error={error} retry={feed.refetch} />}
      </Match>
    </Switch>
  );
}

function OrderDetail(props: {
  readonly order: OrderView;
  readonly entries: readonly SagaLogEntry[];
  readonly logRead: boolean;
  readonly onChanged: () => void;
}): JSX.Element {
  const steps = createMemo(() => orderSteps(props.order, props.entries));
  return (
    <article class="order">
      <header class="order-head">
        <div>
          <p class="order-line">
            <StatusBadge status={props.order.status} />
            <LiveSign over={isOver(props.order)} />
            <OrderNotify order={props.order} />
          </p>
          <h1 data-testid="headline">
            {isWindingUp(props.order) ? texts.order.windingUp : texts.order.headline[props.order.status]}
          </h1>
          <OrderLead order={props.order} entries={props.entries} />
          <p class="faint">
            {texts.order.number} <span class="mono">{shortId(props.order.id)}</span> · {texts.order.placed}{' '}
            <Moment at={props.order.createdAt} as="dayAndTime" /> ·{' '}
            <span class="figure">{money(props.order.totalCents, props.order.currency)}</span>
          </p>
        </div>
        <CancelOrder order={props.order} onSent={props.onChanged} />
      </header>
      <OrderEnding order={props.order} entries={props.entries} />
      <div class="order-grid">
        <div class="order-side">
          <OrderShipment order={props.order} />
          <OrderFacts order={props.order} />
        </div>
        <section class="card progress" aria-label={texts.order.progress}>
          <OrderTimeline order={props.order} steps={steps()} />
        </section>
        <OrderLog entries={props.entries} read={props.logRead} />
      </div>
    </article>
  );
}

/** How current the page is: said quietly. */
function LiveSign(props: { readonly over: boolean }): JSX.Element {
  return (
    <Show when={!props.over}>
      <span
        class={`live ${liveState()}`}
        data-testid="live"
        data-state={liveState()}
        title={liveState() === 'down' ? texts.order.pollingHint : undefined}
      >
        {liveState() === 'open'
          ? texts.order.live
          : liveState() === 'down'
            ? texts.order.polling
            : texts.order.connecting}
      </span>
    </Show>
  );
}

function OrderSkeleton(): JSX.Element {
  return (
    <div class="order">
      <p class="unseen" role="status">
        {texts.loading}
      </p>
      <div class="order-head" aria-hidden="true">
        <div>
          <span class="skeleton" style={{ width: '6rem', height: '1.5rem' }} />
          <span
            class="skeleton"
            style={{ width: '18rem', 'max-width': '80vw', height: '2rem', 'margin-block': '0.75rem 0.5rem' }}
          />
          <span class="skeleton" style={{ width: '14rem', height: '1rem' }} />
        </div>
      </div>
      <div class="order-grid" aria-hidden="true">
        <div class="order-side">
          <div class="card" style={{ height: '34rem' }} />
        </div>
        <div class="card progress" style={{ height: '27rem' }} />
      </div>
    </div>
  );
}
