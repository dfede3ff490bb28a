import type { Channel, Message } from 'amqplib';

/**
 * Owns: which deliveries of one channel are acknowledged. Those of one turn leave together: a run from the oldest
 * outstanding one on is a single frame on the wire.
 *
 * I1. A `multiple` acknowledgement never covers a delivery that nobody acknowledged.
 */
export class Acknowledgements {
  readonly #channel: Pick<Channel, 'ack'>;
  readonly #onSent: () => void;
  /** Not yet told the broker, by delivery tag, oldest first; true: acknowledged. */
  readonly #outstanding = new Map<number, boolean>();
  #scheduled = false;
  #ended = false;

  /** `onSent` is called after each sending. */
  constructor(channel: Pick<Channel, 'ack'>, onSent: () => void) {
    this.#channel = channel;
    this.#onSent = onSent;
  }

  delivered(tag: number): void {
    if (!this.#ended) this.#outstanding.set(tag, false);
  }

  acknowledge(tag: number): void {
    if (!this.#outstanding.has(tag)) return;
    this.#outstanding.set(tag, true);
    if (this.#scheduled) return;
    this.#scheduled = true;
    queueMicrotask(() => {
      this.#scheduled = false;
      this.#send();
    });
  }

  outstanding(): number {
    return this.#outstanding.size;
  }

  /** Sends what was acknowledged so far; everything later is a no-op. */
  end(): void {
    if (this.#ended) return;
    this.#send();
    this.#ended = true;
    this.#outstanding.clear();
  }

  #send(): void {
    if (this.#ended) return;
    let runEnd: number | undefined;
    const single: number[] = [];
    let inRun = true;
    for (const [tag, acknowledged] of this.#outstanding) {
      if (!acknowledged) inRun = false;
      else if (inRun) runEnd = tag;
      else single.push(tag);
      if (acknowledged) this.#outstanding.delete(tag);
    }
    try {
      if (runEnd !== undefined) this.#channel.ack(addressed(runEnd), true);
      for (const tag of single) this.#channel.ack(addressed(tag));
    } catch {
      // The channel is closed: these deliveries come again.
      this.#ended = true;
      this.#outstanding.clear();
    }
    this.#onSent();
  }
}

/** amqplib acknowledges by message, but looks at its tag only. */
function addressed(deliveryTag: number): Message {
  const fields = { deliveryTag } as Message['fields'];
  return { fields } as Message;
}
