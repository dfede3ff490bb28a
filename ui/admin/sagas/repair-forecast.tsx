/** What a repair would do: where the saga would stand, what it would know, send and wait for. */
import { createMemo, For, Show, type JSX } from 'solid-js';
import type { RepairPreview } from '../../../core/services/orders/repair-ports.ts';
import { repairTexts as words } from '../texts/repairs.ts';
import { sagaTexts } from '../texts/sagas.ts';
import { ChangeTable } from './change-table.tsx';
import { changesBetween } from './context-diff.ts';
import { dayAndClockTime, triggerWords } from './wording.ts';

export function RepairForecast(props: { readonly preview: RepairPreview }): JSX.Element {
  const changes = createMemo(() => changesBetween(props.preview.contextBefore, props.preview.contextAfter));
  return (
    <section class="forecast" aria-label={words.previewTitle} data-testid="repair-preview">
      <h3>{words.previewTitle}</h3>
      <p class="forecast-states">
        <Show
          when={props.preview.from !== props.preview.to}
          fallback={
            <>
              <span class="soft">{words.stays}</span> <strong>{sagaTexts.state(props.preview.to)}</strong>
            </>
          }
        >
          {sagaTexts.state(props.preview.from)}
          <span aria-hidden="true"> → </span>
          <span class="unseen"> to </span>
          <strong>{sagaTexts.state(props.preview.to)}</strong>
        </Show>
      </p>
      <Show when={changes().length > 0} fallback={<p class="soft">{words.noChanges}</p>}>
        <ChangeTable changes={changes()} />
      </Show>
      <h4>{words.messages}</h4>
      <Show when={props.preview.messages.length > 0} fallback={<p class="soft">{words.noMessages}</p>}>
        <ul>
          <For each={props.preview.messages}>
            {(message) => (
              <li>
                <details>
                  <summary>
                    <span class="mono">{message.type}</span>{' '}
                    <span class="faint">{message.again ? words.again : ''}</span>
                  </summary>
                  <pre tabIndex={0}>{JSON.stringify(message.data, null, 2)}</pre>
                </details>
              </li>
            )}
          </For>
        </ul>
      </Show>
      <Show when={props.preview.timers.length > 0}>
        <h4>{words.timersWould}</h4>
        <ul>
          <For each={props.preview.timers}>
            {(timer) => (
              <li>
                <span class="mono">{triggerWords(timer.id)}</span>{' '}
                <span class="faint">
                  {timer.dueAt === null
                    ? words.takenBack
                    : words.due(dayAndClockTime(Date.parse(timer.dueAt)))}
                </span>
              </li>
            )}
          </For>
        </ul>
      </Show>
    </section>
  );
}
