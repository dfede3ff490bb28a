import { FRAME_BYTES_MAX, FRAME_MESSAGES_MAX } from '../kernel/limits.ts';
import { addressee, type Message } from '../kernel/message.ts';
import { messageText } from '../kernel/message-text.ts';
import { partitionName, partitionOf } from '../kernel/partition.ts';
import type { Frame } from './ports.ts';

/**
 * Owns: how messages become frames. In: messages in sending order. Out: frames in sending order.
 *
 * I1. Messages with one routing key keep their order, within and across the frames of a call.
 * I2. A frame holds at most FRAME_MESSAGES_MAX messages and about FRAME_BYTES_MAX bytes (one message may be larger).
 */
export interface Router {
  frames(messages: readonly Message[]): Frame[];
}

export interface RouterOptions {
  readonly partitions: number;
  readonly exchangeOf: (type: string) => string;
  /** Whether some queue is bound for the type: its frames are mandatory (P10). */
  readonly bound: (type: string) => boolean;
}

interface OpenFrame {
  messages: Message[];
  bytes: number;
}

export function createRouter({ partitions, exchangeOf, bound }: RouterOptions): Router {
  return {
    frames(messages) {
      const frames: Frame[] = [];
      const open = new Map<string, OpenFrame>();
      for (const message of messages) {
        const routingKey = `${message.type}.${partitionName(partitionOf(addressee(message), partitions))}`;
        // Characters, near enough to cap a frame.
        const bytes = messageText(message).length + 1;
        let frame = open.get(routingKey);
        if (frame === undefined || isFull(frame, bytes)) {
          frame = { messages: [], bytes: 0 };
          open.set(routingKey, frame);
          frames.push({
            exchange: exchangeOf(message.type),
            routingKey,
            messages: frame.messages,
            mandatory: bound(message.type),
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
