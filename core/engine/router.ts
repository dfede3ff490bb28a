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

interface OpenFrame {
  messages: Message[];
  bytes: number;
}

export function createRouter({ partitions, exchangeOf, takersOf }: RouterOptions): Router {
  return {
    frames(messages) {
      const frames: Frame[] = [];
      const open = new Map<string, OpenFrame>();
      for (const message of messages) {
        const { type } = message;
        const takers = takersOf(type);
        const routingKey = `${type}.${partitionName(partitionOf(addressee(message), partitions))}`;
        const key = takers === 'partitions' ? routingKey : type;
        // Characters, near enough to cap a frame.
        const bytes = messageText(message).length + 1;
        let frame = open.get(key);
        if (frame === undefined || isFull(frame, bytes)) {
          frame = { messages: [], bytes: 0 };
          open.set(key, frame);
          frames.push({
            exchange: exchangeOf(type),
            routingKey,
            messages: frame.messages,
            mandatory: takers !== 'nobody',
          });
        }
        frame.messages.push(message);
        frame.bytes += bytes;
      }
      return frames;
    },
  };
}

function isFull(frame: OpenFrame, moreBytes: number): boolean {
  return frame.messages.length >= FRAME_MESSAGES_MAX || frame.bytes + moreBytes > FRAME_BYTES_MAX;
}
