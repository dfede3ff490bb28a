/** One state of the fleet: who is in it, and the ways out. */
import X from 'lucide-solid/icons/x';
import { createMemo, For, Show, type JSX } from 'solid-js';
import type { Fleet, SagaGraph, SagaInState } from '../../../core/services/sagas/ports.ts';
import { withQuery } from '../../api/client.ts';
import { createCursorList } from '../../components/cursor-list.ts';
import { shortId } from '../../components/format.ts';
import { Problem } from '../../components/problem.tsx';
import { sagaTexts } from '../texts/sagas.ts';
import { poll } from './polling.ts';
import { rate, span, transitionWords } from './wording.ts';

const { fleet: words } = sagaTexts;
const LIMIT = 30;
/** The list is for going through, so it changes less often than the counts. */
const EVERY_MS = 5_000;

export function StatePanel(props: {
  readonly kind: string;
  readonly state: string;
  readonly graph: SagaGraph | undefined;
  readonly fleet: Fleet | undefined;
  readonly onSelect: (state: string) => void;
  readonly onClose: () => void;
}): JSX.Element {
  const node = createMemo(() => props.graph?.states.find(({ id }) => id === props.state));
  const below = createMemo(() => (props.graph?.states ?? []).filter(({ parent }) => parent === props.state));
  const ways = createMemo(() =>
    (props.graph?.transitions ?? []).filter(
      ({ from, to }) => from === props.state && to !== null && to !== from,
    ),
  );
  return (
    <section class="card side-card" aria-labelledby="state-head" data-testid="state-panel">
      <header class="side-head">
        <h2 id="state-head">{sagaTexts.state(props.state)}</h2>
        <button
          type="button"
          class="icon-button"
          aria-label={words.close}
          title={words.close}
          onClick={() => props.onClose()}
        >
          <X size={18} aria-hidden="true" />
        </button>
      </header>
      <Show
        when={node()?.kind === 'compound' || node()?.kind === 'parallel'}
        fallback={<StateOrders kind={props.kind} state={props.state} />}
      >
        <ul class="ways">
          <For each={below()}>
            {(state) => (
              <li>
                <button type="button" class="state-link" onClick={() => props.onSelect(state.id)}>
                  {sagaTexts.stateName(state.name)}
                </button>
                <span class="figure">{count(props.fleet, state.id)}</span>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={ways().length > 0}>
        <h3>{words.waits}</h3>
        <ul class="ways">
          <For each={ways()}>
            {(way) => (
              <li classList={{ back: way.compensation }}>
                <span>
                  <span class="mono">{transitionWords(way)}</span>
                  <span aria-hidden="true"> → </span>
                  <span class="unseen"> to </span>
                  <button type="button" class="state-link" onClick={() => props.onSelect(way.to ?? '')}>
                    {sagaTexts.state(way.to ?? '')}
                  </button>
                </span>
                <span class="figure">
                  {(props.fleet?.perMinute[way.id] ?? 0) === 0
                    ? ''
                    : words.perMinute(rate(props.fleet?.perMinute[way.id] ?? 0))}
                </span>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}

function count(fleet: Fleet | undefined, state: string): string {
  return (fleet?.states.find((each) => each.state === state)?.count ?? 0).toLocaleString('en-US');
}

function StateOrders(props: { readonly kind: string; readonly state: string }): JSX.Element {
  const orders = createCursorList<SagaInState>((cursor) =>
    withQuery(`/api/ops/sagas/${props.kind}/states/${encodeURIComponent(props.state)}`, {
      limit: LIMIT,
      cursor: cursor ?? undefined,
    }),
  );
  let read = false;
  // As long as nobody has gone on to a second page, the first is kept fresh.
  poll(
    () => {
      if (!read) orders.restart();
    },
    () => EVERY_MS,
    () => true,
  );
  const now = () => (orders.items() === undefined ? 0 : Date.now());
  return (
    <>
      <Show when={orders.error()} keyed>
        {(error) => <Problem error={error} retry={orders.restart} />}
      </Show>
      <Show when={orders.items()} fallback={<span class="skeleton line" />}>
        {(items) => (
          <Show
            when={items().length > 0}
            fallback={
              // A page may be empty and have a next one.
              <Show when={orders.next() === null}>
                <p class="faint">{words.empty}</p>
              </Show>
            }
          >
            <ol class="state-orders" aria-label={words.orders(props.state)}>
              <For each={items()}>
                {(order) => (
                  <li>
                    <a href={`/admin/sagas/${props.kind}/${encodeURIComponent(order.id)}`} title={order.id}>
                      {shortId(order.id)}
                    </a>
                    <span class="faint what">{order.waitingFor ?? order.reason ?? ''}</span>
                    <span class="figure" title={new Date(order.since).toLocaleString('en-GB')}>
                      {span(Math.max(0, now() - Date.parse(order.since)))}
                    </span>
                  </li>
                )}
              </For>
            </ol>
          </Show>
        )}
      </Show>
      <Show when={orders.next() !== null}>
        <button
          type="button"
          class="button small"
          aria-disabled={orders.loading()}
          onClick={() => {
            read = true;
            orders.more();
          }}
        >
          {words.more}
        </button>
      </Show>
    </>
  );
}
