import type { Identity } from '../../../core/services/accounts/ports.ts';
import type { LiveCursor, LiveUpdate } from './protocol.ts';

/** One socket's interest in one topic. */
export interface Subscriber {
  readonly identity: Identity;
  /** Hands an update to the socket, in order. A no-op once the socket is gone. */
  send(update: LiveUpdate): void;
}

export interface TopicRefusal {
  readonly code: string;
  readonly detail: string;
}

/** Serves the topics that begin with its prefix. */
export interface TopicSource {
  /** Such as `order:`, or a whole topic such as `admin:metrics`. */
  readonly prefix: string;
  /**
   * Begins to send: first what the subscriber lacks (everything after `after`, or a snapshot), then what happens.
   * Resolves with how to stop, or with why there is nothing for this subscriber.
   */
  subscribe(
    topic: string,
    after: LiveCursor | undefined,
    subscriber: Subscriber,
  ): Promise<{ readonly stop: () => void } | { readonly refused: TopicRefusal }>;
  /** Ends all its work. */
  close(): void;
}
