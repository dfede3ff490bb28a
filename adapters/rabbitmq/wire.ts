import type { ConsumeMessage, Message as AmqpMessage, Options } from 'amqplib';
import type { Json } from '../../core/engine/behaviour.ts';
import { readFrameBody } from '../../core/engine/frame-body.ts';
import type { Delivery, Frame } from '../../core/engine/ports.ts';
import { messagesText } from '../../core/kernel/message-text.ts';

/** One AMQP message on its way out. */
export interface Outgoing {
  readonly exchange: string;
  readonly routingKey: string;
  readonly content: Buffer;
  readonly options: Options.Publish;
}

/** How often a message went through a retry queue. */
const ATTEMPTS = 'attempts';
/** Set by quorum queues from the second delivery on. */
const DELIVERY_COUNT = 'x-delivery-count';

const DURABLE_JSON = { persistent: true, contentType: 'application/json' } as const;

export function frameOut(frame: Frame): Outgoing {
  return {
    exchange: frame.exchange,
    routingKey: frame.routingKey,
    content: Buffer.from(messagesText(frame.messages)),
    options: {
      mandatory: frame.mandatory,
      ...DURABLE_JSON,
      ...(frame.headers !== undefined && { headers: frame.headers }),
    },
  };
}

/** A message that returns to `queue`: through a retry exchange, or through the default exchange at once. */
export function copyOut(exchange: string, queue: string, content: Buffer, attempts: number): Outgoing {
  return {
    exchange,
    routingKey: queue,
    content,
    options: { ...DURABLE_JSON, mandatory: true, ...(attempts > 0 && { headers: { [ATTEMPTS]: attempts } }) },
  };
}

export function jsonOut(value: unknown): Buffer {
  return Buffer.from(JSON.stringify(value));
}

export function deliveryIn(message: ConsumeMessage, ack: () => void): Delivery {
  const headers = headersIn(message);
  const redeliveries = countIn(headers[DELIVERY_COUNT]);
  return {
    // A broker that doesn't count still says that it is not the first time.
    redeliveries: redeliveries === 0 && message.fields.redelivered ? 1 : redeliveries,
    attempts: countIn(headers[ATTEMPTS]),
    headers,
    ack,
    ...readFrameBody(message.content.toString('utf8')),
  };
}

const NONE: Readonly<Record<string, Json>> = {};

export function headersIn(message: AmqpMessage): Readonly<Record<string, Json>> {
  const headers: object | undefined = message.properties.headers;
  if (headers === undefined || Object.keys(headers).length === 0) return NONE;
  // Field tables may hold dates and buffers; what is stored and shown is JSON.
  return JSON.parse(JSON.stringify(headers)) as Record<string, Json>;
}

function countIn(value: Json | undefined): number {
  return typeof value === 'number' && value > 0 ? Math.floor(value) : 0;
}
