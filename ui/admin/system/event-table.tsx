import { Show, type JSX } from 'solid-js';
import type { ListedEvent } from '../../../core/services/observation/ports.ts';
import { shortId } from '../../components/format.ts';
import { Moment } from '../../components/moment.tsx';
import { systemTexts } from '../texts/system.ts';

const { events: words } = systemTexts;
const tones = { info: '', warn: 'brass', error: 'bad' } as const;
const STEADY_MS = 86_400_000;

/** Events as a table; the rows are its children. */
export function EventTable(props: { readonly label: string; readonly children: JSX.Element }): JSX.Element {
  const { columns } = words;
  return (
    <div class="table-frame" tabIndex={0} role="region" aria-label={props.label}>
      <table class="table events" data-testid="events">
        <thead>
          <tr>
            <th scope="col">{columns.at}</th>
            <th scope="col">{columns.level}</th>
            <th scope="col">{columns.type}</th>
            <th scope="col">{columns.of}</th>
            <th scope="col">{columns.text}</th>
          </tr>
        </thead>
        <tbody>{props.children}</tbody>
      </table>
    </div>
  );
}

EventTable.Row = function EventRow(props: { readonly of: ListedEvent }): JSX.Element {
  const today = () => Date.now() - Date.parse(props.of.at) < STEADY_MS;
  return (
    <tr>
      <td>
        <Moment at={props.of.at} as={today() ? 'clock' : 'dayAndTime'} />
      </td>
      <td>
        <span class={`status ${tones[props.of.level]}`}>{words.levelNames[props.of.level]}</span>
      </td>
      <td class="mono">{props.of.type}</td>
      <td>
        <Show
          when={props.of.orderId}
          fallback={<span class="faint">{props.of.service ?? props.of.process ?? ''}</span>}
        >
          {(orderId) => (
            <a class="mono" href={`/admin/sagas/order/${encodeURIComponent(orderId())}`} title={orderId()}>
              {shortId(orderId())}
            </a>
          )}
        </Show>
      </td>
      <td class="event-text">
        {props.of.text}
        <Show when={props.of.service !== undefined && props.of.process}>
          {(process) => <span class="soft mono">{process()}</span>}
        </Show>
      </td>
    </tr>
  );
};
