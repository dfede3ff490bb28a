import { FRAME_BYTES_MAX, FRAME_MESSAGES_MAX } from '../kernel/limits.ts';
import { addressee, type Message } from '../kernel/message.ts';
import { messageText } from '../kernel/message-text.ts';
import { partitionName, partitionOf } from '../kernel/partition.ts';
import type { Frame } from './ports.ts';
import type { Takers } from './topology.ts';

/**
 * Owns: how messages become frames. In: messages in sending order. Out: frames in sending order.
 *
 * I1. Messages with one type and addressee keep their order, within and across the frames of a call.
 * I2. A frame holds at most FRAME_MESSAGES_MAX messages and about FRAME_BYTES_MAX bytes (one message may be larger).
 * I3. What a partition's queue takes shares a frame with messages to that partition only (P12). Everything else of one
 *     type shares frames, whoever it is about: the one queue that may take it takes all partitions, and a broker's
 *     work is counted in frames. Such a frame's key names the partition of its first message.
 */
export interface Router {
  frames(messages: readonly Message[]): Frame[];
}

export interface RouterOptions {
  readonly partitions: number;
  readonly exchangeOf: (type: string) => string;
  /** Frames of a type that some queue takes are mandatory (P10). */
  readonly takersOf: (type: string) => Takers;
}

export function createRouter({ partitions, exchangeOf, takersOf }: RouterOptions): Router {
  return {
    frames(messages) {
      return packFrames(messages, (message) => {
        const { type } = message;
        const takers = takersOf(type);
        const routingKey = `${type}.${partitionName(partitionOf(addressee(message), partitions))}`;
        return {
          exchange: exchangeOf(type),
          routingKey,
          mandatory: takers !== 'nobody',
          sharedBy: takers === 'partitions' ? routingKey : type,
        };
      });
    },
  };
}

/** Where a message goes, and with which others it may share a frame; unset: those of its routing key. */
export interface Address extends Pick<Frame, 'exchange' | 'routingKey' | 'mandatory'> {
  readonly sharedBy?: string;
}

/** Messages as frames in their order, filled up to the limits; a frame goes to the address of its first message. */
export function packFrames(messages: readonly Message[], addressOf: (message: Message) => Address): Frame[] {
  const frames: Frame[] = [];
  const open = new Map<string, OpenFrame>();
  for (const message of messages) {
    const { exchange, routingKey, mandatory, sharedBy = routingKey } = addressOf(message);
    // Characters, near enough to cap a frame.
    const bytes = messageText(message).length + 1;
    let frame = open.get(sharedBy);
    if (frame === undefined || isFull(frame, bytes)) {
      frame = { messages: [], bytes: 0 };
      open.set(sharedBy, frame);
      frames.push({ exchange, routingKey, messages: frame.messages, mandatory });
    }
    frame.messages.push(message);
    frame.bytes += bytes;
  }
  return frames;
}

interface OpenFrame {
  messages: Message[];
  bytes: number;
}

function isFull(frame: OpenFrame, moreBytes: number): boolean {
  return frame.messages.length >= FRAME_MESSAGES_MAX || frame.bytes + moreBytes > FRAME_BYTES_MAX;
}
