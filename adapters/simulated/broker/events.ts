import type { DeadLetter, Frame, StoredDeadLetter } from '../../../core/engine/ports.ts';
import type { QueuedFrame } from './frame.ts';

/** The two connections of a process (P11). */
export type Side = 'publisher' | 'consumer';

/** What happens at the broker, told in the moment it happens; `client` is the name of a process. */
export type BrokerEvent =
  /** A process has written a frame to its connection. */
  | { readonly type: 'published'; readonly client: string; readonly frame: Frame }
  /** A queue has a frame: fresh, or back from a retry queue. */
  | { readonly type: 'stored'; readonly queue: string; readonly frame: Readonly<QueuedFrame> }
  /** A process has been handed a frame; it may have left the queue long before. */
  | {
      readonly type: 'delivered';
      readonly queue: string;
      readonly frame: Readonly<QueuedFrame>;
      readonly client: string;
      readonly redeliveries: number;
    }
  /** An acknowledgement has reached the queue: the frame is gone for good. */
  | {
      readonly type: 'acknowledged';
      readonly queue: string;
      readonly frame: Readonly<QueuedFrame>;
      readonly client: string;
    }
  /** Frames are in their queue again, oldest first; `last`: behind the newer ones. */
  | {
      readonly type: 'returned';
      readonly queue: string;
      readonly frames: readonly Readonly<QueuedFrame>[];
      readonly client: string;
      readonly last: boolean;
    }
  /** A retry queue has the copy that returns to `queue`. */
  | {
      readonly type: 'retried';
      readonly queue: string;
      readonly delayMs: number;
      readonly messages: readonly unknown[];
      readonly attempts: number;
      readonly client: string;
    }
  /** A dead letter is safe. */
  | {
      readonly type: 'buried';
      readonly id: string;
      readonly letter: DeadLetter;
      readonly client: string;
    }
  /** A dead letter is gone, its copy being safe. */
  | { readonly type: 'replayed'; readonly letter: StoredDeadLetter; readonly client: string }
  /** A process is now the only one to which a partition's queue gives frames. */
  | { readonly type: 'activated'; readonly queue: string; readonly client: string }
  | { readonly type: 'connected'; readonly client: string; readonly side: Side }
  /** One end of a connection has learned that it is gone. */
  | {
      readonly type: 'disconnected';
      readonly client: string;
      readonly side: Side;
      readonly noticedBy: 'broker' | 'client';
    };
