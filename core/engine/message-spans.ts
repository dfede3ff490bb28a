import type { Message } from '../kernel/message.ts';
import { isRecorded, type Span, type SpanStart, type Tracing } from '../kernel/tracing.ts';
import { type DecideInput, dueTimerMessages, WAKE } from './decide.ts';

/**
 * The steps of a message's way that a trace shows: it was sent, it was processed. Names and attributes follow
 * OpenTelemetry's semantic conventions for messaging; a message of a story that nobody records costs one comparison.
 *
 * The message that goes on carries the context of the step: what it causes is told as caused by that step. Its id and
 * everything else stay as they were.
 */
export interface TracedMessage {
  readonly message: Message;
  readonly span: Span;
}

/** From the outbox to the broker's confirm. */
export function beginSend(tracing: Tracing, message: Message): TracedMessage | undefined {
  return begin(tracing, message, 'producer', 'send', message.type);
}

/** From a delivery until everything it caused is durable; `queue` is where it came from. */
export function beginProcess(tracing: Tracing, message: Message, queue: string): TracedMessage | undefined {
  return begin(tracing, message, 'consumer', 'process', queue);
}

function begin(
  tracing: Tracing,
  message: Message,
  kind: 'producer' | 'consumer',
  operation: 'send' | 'process',
  destination: string,
  more: SpanStart['attributes'] = {},
): TracedMessage | undefined {
  const { traceparent, id, type, correlationId, subject } = message;
  if (!isRecorded(traceparent)) return undefined;
  const span = tracing.begin({
    kind,
    name: `${operation} ${type}`,
    parent: traceparent,
    attributes: {
      'messaging.operation.name': operation,
      'messaging.operation.type': operation,
      'messaging.destination.name': destination,
      'messaging.destination.template': type,
      'messaging.message.id': id,
      'messaging.message.conversation_id': correlationId,
      'orrery.message.subject': subject,
      ...more,
    },
  });
  return span === undefined ? undefined : { message: { ...message, traceparent: span.traceparent }, span };
}

/** Timers that a batch may fire and whose story is recorded: their spans, by the id of the timer's message. */
export type TimerSpans = ReadonlyMap<string, Span>;

export const NO_SPANS: TimerSpans = new Map();

/**
 * From the decision to fire until everything it caused is durable, for every timer that is due in a batch. One that does not
 * fire after all (an answer before it in the batch disarmed it) has a span that never ends, and so is never told.
 */
export function beginTimers(
  tracing: Tracing,
  batch: readonly DecideInput[],
  { until, now }: { readonly until: number; readonly now: number },
  queueOf: (partition: number) => string,
): TimerSpans {
  const spans = new Map<string, Span>();
  for (const { message, actor } of batch) {
    if (message.type !== WAKE) continue;
    for (const due of dueTimerMessages(actor, until, now)) {
      const { timer } = due.data as { readonly timer: string };
      const queue = queueOf(actor.partition);
      const traced = begin(tracing, due, 'consumer', 'process', queue, { 'orrery.timer.id': timer });
      if (traced !== undefined) spans.set(due.id, traced.span);
    }
  }
  return spans;
}

/** The contexts that what those timers cause is told under. */
export function contextsOf(spans: TimerSpans): ReadonlyMap<string, string> {
  return new Map([...spans].map(([id, { traceparent }]) => [id, traceparent]));
}
