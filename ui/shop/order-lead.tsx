import { createSignal, onCleanup, type JSX } from 'solid-js';
import type { OrderView, SagaLogEntry } from '../api/types.ts';
import { time } from '../components/format.ts';
import { texts } from '../texts.ts';
import { dueOf } from './order-estimate.ts';
import { endedAt, isWindingUp } from './order-steps.ts';

const MINUTE_MS = 60_000;

/** The present, a minute at a time: a page left open must not go on saying "today". */
export function createMinute(): () => number {
  const [now, setNow] = createSignal(Date.now());
  const timer = setInterval(() => setNow(Date.now()), MINUTE_MS);
  onCleanup(() => clearInterval(timer));
  return now;
}

function dueWords(order: OrderView, nowMs: number): string | undefined {
  const estimated = order.shipment?.estimatedDeliveryAt;
  const due = estimated === undefined ? undefined : dueOf(estimated, nowMs);
  if (estimated === undefined || due === undefined) return undefined;
  const { lead } = texts.order;
  if (due.late) return lead.late(time(estimated, 'day'));
  return due.day === 'later' ? lead.due.later(time(estimated, 'day')) : lead.due[due.day];
}

function leadWords(order: OrderView, entries: readonly SagaLogEntry[], nowMs: number): string {
  const { lead, step } = texts.order;
  if (isWindingUp(order)) return step.cancelling.now;
  const { status } = order;
  if (status === 'delivered' || status === 'cancelled' || status === 'failed') {
    return lead[status](time(endedAt(order, entries) ?? order.updatedAt, 'dayAndTime'));
  }
  // While somebody looks at it, nobody can say when it comes.
  return (status === 'in_review' ? undefined : dueWords(order, nowMs)) ?? step[status].now;
}

/** The one thing people come to this page for, in a line: when it comes, or when and how it ended. */
export function OrderLead(props: {
  readonly order: OrderView;
  readonly entries: readonly SagaLogEntry[];
}): JSX.Element {
  const now = createMinute();
  return (
    <p class="order-lead" data-testid="lead">
      {leadWords(props.order, props.entries, now())}
    </p>
  );
}
