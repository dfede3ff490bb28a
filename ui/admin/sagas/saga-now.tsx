/** What a saga waits for at the moment. */
import { For, Show, type JSX } from 'solid-js';
import type { SagaView } from '../../../core/services/orders/repair-ports.ts';
import { repairTexts as words } from '../texts/repairs.ts';
import { sagaTexts } from '../texts/sagas.ts';
import { span, triggerWords } from './wording.ts';

export function SagaNow(props: { readonly saga: SagaView }): JSX.Element {
  return (
    <div class="saga-now">
      <p>
        <strong>{sagaTexts.state(props.saga.state)}</strong>
      </p>
      <Show when={props.saga.parked}>
        {(parked) => (
          <p class="notice wait">
            {words.parked(parked().held.length)} <span class="soft">{parked().reason}</span>
          </p>
        )}
      </Show>
      <dl class="pairs">
        <Show
          when={props.saga.requests.length > 0}
          fallback={
            <div>
              <dt>{words.waits}</dt>
              <dd class="faint">{words.waitsNothing}</dd>
            </div>
          }
        >
          <For each={props.saga.requests}>
            {(request) => (
              <div>
                <dt class="mono">{request.type}</dt>
                <dd>
                  {span(Math.max(0, request.ageMs))}{' '}
                  <span class="faint">{words.asked(request.attempts)}</span>
                </dd>
              </div>
            )}
          </For>
        </Show>
        <For each={props.saga.timers}>
          {(timer) => (
            <div>
              <dt class="mono">{triggerWords(timer.id)}</dt>
              <dd>{timer.inMs < 0 ? words.overdue : span(timer.inMs)}</dd>
            </div>
          )}
        </For>
      </dl>
    </div>
  );
}
