import Check from 'lucide-solid/icons/check';
import X from 'lucide-solid/icons/x';
import { For, Show, type JSX } from 'solid-js';
import type { OrderView } from '../api/types.ts';
import { Moment } from '../components/moment.tsx';
import { texts } from '../texts.ts';
import { isToday } from './order-estimate.ts';
import type { Step, StepName } from './order-steps.ts';

/** What a step means, in its tense; an ending tells its reason. */
function stepText(order: OrderView, step: Step): string {
  if (step.state === 'ended' && order.reason !== null) return texts.order.reason(order.reason);
  return texts.order.step[step.status][step.state === 'done' ? 'done' : 'now'];
}

/** The order's way as a list of steps; the present one is a sun with a planet going round it. */
export function OrderTimeline(props: {
  readonly order: OrderView;
  readonly steps: readonly Step[];
}): JSX.Element {
  // Keyed by status, so that a step that completes changes in place.
  const statuses = () => props.steps.map((step) => step.status);
  const step = (status: StepName) => props.steps.find((one) => one.status === status);
  return (
    <ol class="timeline" data-testid="timeline">
      <For each={statuses()}>
        {(status) => (
          <Show when={step(status)}>
            {(one) => (
              <li
                class={`moment ${one().state}`}
                aria-current={one().state === 'current' ? 'step' : undefined}
                data-status={status}
                data-state={one().state}
              >
                <StepSign state={one().state} />
                <div>
                  <p class="moment-name">{texts.order.stepName(status)}</p>
                  <p class="moment-text">{stepText(props.order, one())}</p>
                  <Show when={one().state === 'current' && props.order.waitingFor}>
                    {(what) => <p class="faint">{texts.order.waitingFor(what())}</p>}
                  </Show>
                </div>
                <span class="faint moment-at">
                  <Show when={one().at}>
                    {(at) => <Moment at={at()} as={isToday(at(), Date.now()) ? 'clock' : 'dayAndTime'} />}
                  </Show>
                </span>
              </li>
            )}
          </Show>
        )}
      </For>
    </ol>
  );
}

function StepSign(props: { readonly state: Step['state'] }): JSX.Element {
  return (
    <span class="sign" aria-hidden="true">
      <Show when={props.state === 'done'}>
        <Check size={13} strokeWidth={2.5} />
      </Show>
      <Show when={props.state === 'ended'}>
        <X size={13} strokeWidth={2.5} />
      </Show>
      <Show when={props.state === 'current'}>
        <span class="circling" />
      </Show>
    </span>
  );
}
