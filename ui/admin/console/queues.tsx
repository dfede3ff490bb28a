import { For, type JSX } from 'solid-js';
import { consoleTexts } from '../texts/console.ts';
import { QUEUES, type Queue } from './query.ts';
import type { Counters } from './types.ts';

/** The lists that wait for somebody, with how much waits in each. */
export function Queues(props: {
  readonly current: Queue;
  readonly counters: Counters | undefined;
  readonly onQueue: (queue: Queue) => void;
}): JSX.Element {
  const counts = (): Readonly<Record<Queue, number | undefined>> => ({
    all: props.counters?.queues.all,
    pending: props.counters?.queues.pending,
    in_review: props.counters?.queues.inReview,
    failed_payment: props.counters?.queues.failedPayment,
  });
  return (
    <nav class="queues" aria-label={consoleTexts.queuesLabel}>
      <For each={QUEUES}>
        {(queue) => (
          <button
            type="button"
            aria-current={props.current === queue ? 'true' : undefined}
            onClick={() => props.onQueue(queue)}
          >
            {consoleTexts.queues[queue]}
            <span class="figure">{counts()[queue]?.toLocaleString('en') ?? ''}</span>
          </button>
        )}
      </For>
    </nav>
  );
}
