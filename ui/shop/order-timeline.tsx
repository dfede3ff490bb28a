import Check from 'lucide-solid/icons/check';
import X from 'lucide-solid/icons/x';
import { For, Show, type JSX } from 'solid-js';
import type { OrderStatus, OrderView } from '../api/types.ts';
import { Moment } from '../components/moment.tsx';
import { texts } from '../texts.ts';
import type { Step } from './order-steps.ts';

/** The order's way as a list of steps; the present one is a sun with a planet going round it. */
export function OrderTimeline(props: {
  readonly order: OrderView;
  readonly steps: readonly Step[];
}): JSX.Element {
  // Keyed by status, so that a step that completes changes in place.
  const statuses = () => props.steps.map((step) => step.status);
  const step = (status: OrderStatus) => props.steps.find((one) => one.status === status);
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
                <StepSign step={one()} status={props.order.status} />
                <div>
                  <p class="moment-name">{texts.order.status[status]}</p>
                  <p class="moment-text">{texts.order.step[status]}</p>
                  <Show when={one().state === 'current' && props.order.waitingFor}>
                    {(what) => <p class="faint">{texts.order.waitingFor(what())}</p>}
                  </Show>
                </div>
                <span class="faint moment-at">
                  <Show when={one().at}>{(at) => <Moment at={at()} as="clock" />}</Show>
                </span>
              </li>
            )}
          </Show>
        )}
      </For>
    </ol>
  );
}

function StepSign(props: { readonly step: Step; readonly status: OrderStatus }): JSX.Element {
  return (
    <span class="sign" aria-hidden="true">
      <Show when={props.step.state === 'done'}>
        <Check size={13} strokeWidth={2.5} />
      </Show>
      <Show when={props.step.state === 'ended'}>
        <X size={13} strokeWidth={2.5} />
      </Show>
      <Show when={props.step.state === 'current'}>
        <span class="circling" />
      </Show>
    </span>
  );
}
