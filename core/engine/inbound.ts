import { BadMessage } from '../kernel/errors.ts';
import { ALONE_FROM_REDELIVERY } from '../kernel/limits.ts';
import { addressee, type Message } from '../kernel/message.ts';
import { partitionOf } from '../kernel/partition.ts';
import type { Span } from '../kernel/tracing.ts';
import type { AnyBehaviour } from './behaviour.ts';
import { WAKE } from './decide.ts';
import type { Delivery } from './ports.ts';

/** Where deliveries of one subscription come from; once lost, none of them may be acknowledged or decided. */
export interface Source {
  readonly partition: number;
  readonly queue: string;
  lost: boolean;
}

/** A delivery whose messages are handled one by one and which is acknowledged with the last of them. */
export class TrackedDelivery {
  readonly source: Source;
  readonly delivery: Delivery;
  private remaining: number;

  constructor(source: Source, delivery: Delivery, messages: number) {
    this.source = source;
    this.delivery = delivery;
    this.remaining = messages;
  }

  /** One message is committed, or safe among the dead letters. */
  done(): void {
    this.remaining -= 1;
    if (this.remaining === 0 && !this.source.lost) this.delivery.ack();
  }
}

/** A message on its way to its actor. */
export interface Inbound {
  readonly message: Message;
  readonly behaviour: AnyBehaviour;
  /** The actor's id. */
  readonly actorId: string;
  readonly tracked: TrackedDelivery;
  /** From the fifth redelivery on a frame is handled alone, message by message (P8). */
  readonly alone: boolean;
  /** Where its story is traced. */
  readonly span?: Span;
}

export interface Decoder {
  /** Throws BadMessage. */
  decode(raw: unknown, tracked: TrackedDelivery): Inbound;
}

export function createDecoder(options: {
  readonly behaviours: readonly AnyBehaviour[];
  readonly partitions: number;
  readonly parse: (raw: unknown) => Message;
}): Decoder {
  const byType = new Map<string, AnyBehaviour>();
  const byKind = new Map<string, AnyBehaviour>();
  for (const behaviour of options.behaviours) {
    byKind.set(behaviour.kind, behaviour);
    for (const type of behaviour.accepts) byType.set(type, behaviour);
  }
  return {
    decode(raw, tracked) {
      const message = isWake(raw) ? raw : options.parse(raw);
      const behaviour = message.type === WAKE ? byKind.get(wakeKind(message)) : byType.get(message.type);
      if (behaviour === undefined) {
        throw new BadMessage(
          'not_accepted',
          `${message.type} is not for the actors of ${tracked.source.queue}`,
        );
      }
      const actorId = addressee(message);
      if (partitionOf(actorId, options.partitions) !== tracked.source.partition) {
        throw new BadMessage('wrong_partition', `${actorId} does not live in ${tracked.source.queue}`);
      }
      const alone = tracked.delivery.redeliveries >= ALONE_FROM_REDELIVERY;
      return { message, behaviour, actorId, tracked, alone };
    },
  };
}

/** The message that wakes an actor; it carries nothing, the actor knows its timers. */
export function wakeMessage(kind: string, id: string, wakeAt: number): Message {
  return {
    id: `wake/${kind}/${id}/${String(wakeAt)}`,
    type: WAKE,
    subject: id,
    correlationId: id,
    causationId: null,
    time: new Date(wakeAt).toISOString(),
    version: 1,
    data: { kind },
  };
}

function isWake(raw: unknown): raw is Message {
  return (
    typeof raw === 'object' &&
    raw !== null &&
    (raw as Message).type === WAKE &&
    typeof (raw as Message).subject === 'string' &&
    typeof (raw as Message).data === 'object'
  );
}

function wakeKind(message: Message): string {
  return (message.data as { kind?: string } | null)?.kind ?? '';
}
