import type { DeadLetter, Delivery } from '../../../core/engine/ports.ts';

/** What a process hands to the broker: a frame, the copy of a retry or replay, or a dead letter. */
export interface Post {
  readonly exchange: string;
  readonly routingKey: string;
  readonly mandatory: boolean;
  readonly messages: readonly unknown[];
  /** The text of a body that is no JSON. */
  readonly unreadable?: string;
  /** How often these messages went through a retry queue; absent: never. */
  readonly attempts?: number;
  readonly headers?: Delivery['headers'];
  /** For the dead letters. */
  readonly letter?: DeadLetter;
}

/** A frame in one queue. Messages are handed on by reference: whoever gets one must not change it. */
export interface QueuedFrame {
  /** Counts the frames this queue ever took. */
  readonly id: number;
  readonly messages: readonly unknown[];
  readonly unreadable: string | undefined;
  readonly attempts: number;
  readonly headers: Delivery['headers'];
  /** How often it was given out and came back. */
  redeliveries: number;
}
