import type { MessageOf } from '../../messages/catalogue.ts';

/** One row per notification; its id derives from the message that caused it, so a repeat finds it. */
export interface Notification {
  readonly id: string;
  readonly userId: string;
  readonly orderId: string | null;
  readonly channel: 'email' | 'sms';
  readonly recipient: string;
  readonly subject: string;
  readonly text: string;
  readonly status: 'sent' | 'failed';
  /** Why it failed. */
  readonly reason: string | null;
  readonly createdAtMs: number;
}

/** What is to be told, before it is sent. */
export type Drafted = Omit<Notification, 'status' | 'reason' | 'createdAtMs'>;

export const NOTIFIED_BY = [
  'order.confirmed',
  'order.shipped',
  'order.delivered',
  'order.cancelled',
  'order.failed',
  'notification.requested',
] as const;
export type NotifyingMessage = MessageOf<(typeof NOTIFIED_BY)[number]>;

/** 128 bits of a message id and a channel, as `n-<32 hex digits>`: message ids are too long to be ids themselves. */
export function notificationId(messageId: string, channel: Notification['channel']): string {
  const text = `${channel}/${messageId}`;
  const words = SEEDS.map((seed) => hash32(text, seed).toString(16).padStart(8, '0'));
  return `n-${words.join('')}`;
}

const SEEDS = [0x811c9dc5, 0x9e3779b9, 0x85ebca6b, 0xc2b2ae35] as const;

/** MurmurHash3 (Appleby), 32 bits, over UTF-16 code units. */
function hash32(text: string, seed: number): number {
  let hash = seed;
  for (let index = 0; index < text.length; index += 1) {
    let block = Math.imul(text.charCodeAt(index), 0xcc9e2d51);
    block = (block << 15) | (block >>> 17);
    hash ^= Math.imul(block, 0x1b873593);
    hash = (hash << 13) | (hash >>> 19);
    hash = (Math.imul(hash, 5) + 0xe6546b64) | 0;
  }
  hash ^= text.length;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
