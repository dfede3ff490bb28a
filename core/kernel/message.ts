/**
 * The envelope every message travels in.
 *
 * Ids of messages that actors send are derived from the actor's version, so a decision that is taken
 * twice yields the same ids and a receiver can tell a repeat from news (PROTOCOL P6).
 */
export interface Message<Type extends string = string, Data = unknown> {
  /** Unique, at most 200 characters. A repeat of the same message carries the same id. */
  readonly id: string;
  /** A type of the catalogue, for example `inventory.reserved`. */
  readonly type: Type;
  /** The aggregate the message is about: an order id or a SKU. */
  readonly subject: string;
  /** The actor that must react, where that is not the subject (P12). */
  readonly to?: string;
  /** The order (or other flow) all messages of one story share. */
  readonly correlationId: string;
  /** Id of the message that made the sender send this one; null at the start of a story. */
  readonly causationId: string | null;
  /** ISO 8601, UTC. */
  readonly time: string;
  /** Schema version of `data`. */
  readonly version: number;
  /** W3C trace context. */
  readonly traceparent?: string;
  readonly data: Data;
}

/** The actor that must react to a message: its addressee, else its subject (P12). */
export function addressee(message: Pick<Message, 'to' | 'subject'>): string {
  return message.to ?? message.subject;
}
