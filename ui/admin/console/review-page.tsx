/**
 * Orders that wait for a person's word.
 *
 * F1: a flag shows as soon as the live connection tells of it; without one the queue is read every few seconds.
 * F2: after a decision the next order is shown at once, and the one decided about leaves the list.
 */
import { useSearchParams } from '@solidjs/router';
import Keyboard from 'lucide-solid/icons/keyboard';
import { createEffect, createSignal, For, Match, onCleanup, Show, Switch, type JSX } from 'solid-js';
import { follow } from '../../api/live.ts';
import { createRemote } from '../../api/remote.ts';
import type { OrderStatus } from '../../api/types.ts';
import { announce } from '../../components/announcer.tsx';
import { Empty } from '../../components/empty.tsx';
import { money, shortId } from '../../components/format.ts';
import { Moment } from '../../components/moment.tsx';
import { PageHead } from '../../components/page.tsx';
import { Problem } from '../../components/problem.tsx';
import { ListSkeleton } from '../../shop/orders-page.tsx';
import { consoleTexts } from '../texts/console.ts';
import { DecisionDialog, type Decision } from './decision-dialog.tsx';
import { OrderDossier } from './dossier.tsx';
import { ShortcutHelp, useShortcuts } from './shortcuts.tsx';
import type { Dossier, FlaggedOrder } from './types.ts';
import '../../shop/list-page.css';
import './console.css';

const RENEW_MS = 10_000;
const DECISIONS: readonly Decision[] = ['approve', 'reject', 'request_info'];

export default function ReviewPage(): JSX.Element {
  const words = consoleTexts.review;
  const [query, setQuery] = useSearchParams<{ order?: string }>();
  const [decided, setDecided] = createSignal<ReadonlySet<string>>(new Set());
  const [deciding, setDeciding] = createSignal<Decision | null>(null);
  const [helping, setHelping] = createSignal(false);
  const queue = createRemote<{ readonly items: readonly FlaggedOrder[]; readonly complete: boolean }>(
    () => '/api/admin/review',
    { keep: true },
  );
  const flagged = () => (queue.data()?.items ?? []).filter(({ order }) => !decided().has(order.id));
  const place = () =>
    Math.max(
      0,
      flagged().findIndex(({ order }) => order.id === query.order),
    );
  const current = () => flagged()[place()];
  const dossier = createRemote<Dossier>(() => {
    const order = current()?.order;
    return order === undefined ? undefined : `/api/admin/orders/${encodeURIComponent(order.id)}/dossier`;
  });
  const show = (row: number) => {
    const next = flagged()[Math.max(0, Math.min(flagged().length - 1, row))];
    if (next === undefined) return;
    setQuery({ order: next.order.id }, { replace: true });
    announce(`${next.order.customerName}, ${words.score} ${String(next.score ?? words.noScore)}`);
  };
  const leave = (order: string) => {
    const row = place();
    setDecided(new Set([...decided(), order]));
    const next = flagged()[Math.min(row, flagged().length - 1)];
    setQuery({ order: next?.order.id }, { replace: true });
  };
  const decide = (decision: Decision) => {
    if (current() !== undefined) setDeciding(decision);
  };
  useShortcuts({
    j: () => show(place() + 1),
    k: () => show(place() - 1),
    ArrowDown: () => show(place() + 1),
    ArrowUp: () => show(place() - 1),
    a: () => decide('approve'),
    r: () => decide('reject'),
    i: () => decide('request_info'),
    '?': () => setHelping(true),
  });
  onCleanup(
    follow('admin:orders', undefined, ({ type, data }) => {
      if (type !== 'orders.changed') return;
      const { orders } = data as { readonly orders: readonly { id: string; status: OrderStatus }[] };
      const listed = new Set(flagged().map(({ order }) => order.id));
      if (orders.some(({ id, status }) => (status === 'in_review') !== listed.has(id))) queue.refetch();
    }),
  );
  createEffect(() => {
    const timer = setInterval(queue.refetch, RENEW_MS);
    onCleanup(() => clearInterval(timer));
  });
  return (
    <div class="console beside">
      <PageHead title={words.title} under={<p class="faint">{words.under}</p>}>
        <div class="tools">
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
      <Show when={queue.error()} keyed>
        {(error) => <Problem error={error} retry={queue.refetch} />}
      </Show>
      <Switch>
        <Match when={queue.data() !== undefined && flagged().length === 0}>
          <Empty title={words.emptyTitle} body={words.empty} />
        </Match>
        <Match when={queue.data()}>
          <div class="console-body review">
            <div>
              <ol class="flagged" aria-label={words.list} data-testid="flagged">
                <For each={flagged()}>
                  {(one, row) => (
                    <FlaggedRow of={one} current={row() === place()} onShow={() => show(row())} />
                  )}
                </For>
              </ol>
              <Show when={queue.data()?.complete === false}>
                <p class="faint">{words.cut}</p>
              </Show>
            </div>
            <section class="console-panel" aria-label={consoleTexts.panel.label}>
              <div class="decisions" role="group" aria-label={words.title}>
                <For each={DECISIONS}>
                  {(decision) => (
                    <button
                      type="button"
                      class="button small"
                      classList={{ primary: decision === 'approve', danger: decision === 'reject' }}
                      onClick={() => decide(decision)}
                    >
                      {words[decision]}
                    </button>
                  )}
                </For>
              </div>
              <OrderDossier of={dossier} />
            </section>
          </div>
        </Match>
        <Match when={queue.error() === null}>
          <ListSkeleton />
        </Match>
      </Switch>
      <Show when={deciding() !== null && current()} keyed>
        {(one) => (
          <DecisionDialog
            order={one.order}
            decision={deciding() ?? 'approve'}
            onClose={() => setDeciding(null)}
            onDecided={() => {
              if (deciding() === 'request_info') dossier.refetch();
              else leave(one.order.id);
            }}
          />
        )}
      </Show>
      <Show when={helping()}>
        <ShortcutHelp of="review" onClose={() => setHelping(false)} />
      </Show>
    </div>
  );
}

function FlaggedRow(props: {
  readonly of: FlaggedOrder;
  readonly current: boolean;
  readonly onShow: () => void;
}): JSX.Element {
  const order = () => props.of.order;
  return (
    <li>
      <button
        type="button"
        data-order={order().id}
        aria-current={props.current ? 'true' : undefined}
        onClick={() => props.onShow()}
      >
        <b class="figure score">{props.of.score ?? consoleTexts.review.noScore}</b>
        <span class="flagged-words">
          <span>
            {order().customerName} <span class="mono faint">{shortId(order().id)}</span>
          </span>
          <span class="faint">{props.of.reasons.join(' · ')}</span>
        </span>
        <span class="flagged-facts">
          <span class="figure">{money(order().totalCents, order().currency)}</span>
          <span class="faint">
            <Moment at={order().createdAt} as="dayAndTime" />
          </span>
        </span>
      </button>
    </li>
  );
}
