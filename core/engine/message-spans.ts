import type { Message } from '../kernel/message.ts';
import { isRecorded, type Span, type Tracing } from '../kernel/tracing.ts';

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
    },
  });
  return span === undefined ? undefined : { message: { ...message, traceparent: span.traceparent }, span };
}
