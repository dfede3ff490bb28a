import ChevronRight from 'lucide-solid/icons/chevron-right';
import { For, Show, type JSX } from 'solid-js';
import type { SagaLogEntry } from '../api/types.ts';
import { Moment } from '../components/moment.tsx';
import { texts } from '../texts.ts';

function isBare(detail: unknown): boolean {
  return (
    detail === null ||
    detail === undefined ||
    (typeof detail === 'object' && Object.keys(detail).length === 0)
  );
}

/** Everything that happened to an order, newest first, each with what it carried. */
export function OrderLog(props: {
  readonly entries: readonly SagaLogEntry[];
  readonly read: boolean;
}): JSX.Element {
  return (
    <section class="card log" aria-labelledby="log">
      <div class="log-head">
        <h2 id="log">{texts.order.log}</h2>
        <span class="faint figure">{props.read ? texts.order.logCount(props.entries.length) : ''}</span>
      </div>
      <Show when={props.entries.length > 0} fallback={<p class="faint">{texts.order.logEmpty}</p>}>
        <ol data-testid="log">
          <For each={props.entries.toReversed()}>{(entry) => <LogEntry entry={entry} />}</For>
        </ol>
      </Show>
    </section>
  );
}

function LogEntry(props: { readonly entry: SagaLogEntry }): JSX.Element {
  return (
    <li data-type={props.entry.type}>
      <details>
        <summary>
          <ChevronRight class="turn" size={15} aria-hidden="true" />
          <span class="log-name">{texts.order.event(props.entry.type)}</span>
          <span class="log-change mono">
            <Show
              when={props.entry.from !== '' && props.entry.from !== props.entry.to}
              fallback={props.entry.to}
            >
              {props.entry.from}
              <span aria-hidden="true"> → </span>
              <span class="unseen"> to </span>
              {props.entry.to}
            </Show>
          </span>
          <span class="log-at faint">
            <Moment at={props.entry.at} as="clock" />
          </span>
        </summary>
        <div class="log-detail">
          <p class="mono faint">
            {props.entry.type} · #{props.entry.seq} · {props.entry.messageId}
          </p>
          <Show when={!isBare(props.entry.detail)} fallback={<p class="faint">{texts.order.noDetail}</p>}>
            <pre tabIndex={0}>{JSON.stringify(props.entry.detail, null, 2)}</pre>
          </Show>
        </div>
      </details>
    </li>
  );
}
