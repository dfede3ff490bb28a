import { traceIdOf } from '../kernel/tracing.ts';
import type { Fence } from './ports.ts';

/**
 * What happens to a service beside the messages it handles: for metrics, and for the people who keep it running.
 * Whoever listens must not throw, and gets no promise of order or completeness: the truth is in the store.
 */
export type Notice =
  | { readonly type: 'partitions.opened'; readonly fences: readonly Fence[] }
  | { readonly type: 'partitions.handed_over'; readonly partitions: readonly number[] }
  /** Somebody else has the lease, or may have. */
  | { readonly type: 'partitions.lost'; readonly partitions: readonly number[] }
  | { readonly type: 'partitions.left_to_newer'; readonly partitions: readonly number[] }
  /** A part of the world is out of reach: the store, `sending`, or a queue by its name. */
  | { readonly type: 'paused'; readonly part: string }
  | { readonly type: 'resumed'; readonly part: string; readonly pausedMs: number }
  /** A batch is decided again from the store. */
  | { readonly type: 'decided.again'; readonly messages: number; readonly reason: string }
  | { readonly type: 'message.retried'; readonly message: About; readonly attempts: number }
  | {
      readonly type: 'message.buried';
      readonly message: About;
      readonly code: string;
      readonly reason: string;
      readonly queue: string;
    };

export type Notify = (notice: Notice) => void;

/** Which message a notice or a log line is about. */
export interface About {
  readonly messageId?: string;
  readonly messageType?: string;
  /** The story the message belongs to: an order's id, mostly. */
  readonly correlationId?: string;
  /** The trace it belongs to, where there is one. */
  readonly traceId?: string;
}

/** Reads what it can: a message on its way to the dead letters may be anything. */
export function aboutMessage(message: unknown): About {
  if (typeof message !== 'object' || message === null) return {};
  const { id, type, correlationId, traceparent } = message as Readonly<Record<string, unknown>>;
  return {
    ...(typeof id === 'string' ? { messageId: id } : {}),
    ...(typeof type === 'string' ? { messageType: type } : {}),
    ...(typeof correlationId === 'string' ? { correlationId } : {}),
    ...(typeof traceparent === 'string' ? { traceId: traceIdOf(traceparent) } : {}),
  };
}
