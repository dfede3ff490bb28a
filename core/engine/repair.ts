import type { Message } from '../kernel/message.ts';

/**
 * Owns: the words of repairing an actor by hand, whatever the actor is: the request, its refusal, being parked.
 * Does not own: how a request is decided (decide-repair.ts), what a behaviour brings for it (`Repairs` in behaviour.ts).
 *
 * A repair is a message like any other: the single writer, the fence, the inbox and the log hold for it as well.
 */

/** What every repair's message carries; a behaviour's own operations may carry more. */
export interface RepairRequest {
  readonly repairId: string;
  /** `resend`, `migrate`, `park` and `unpark` are the engine's; the others are the behaviour's. */
  readonly operation: string;
  /** The version the repair was decided on: it is refused once the actor has moved on. */
  readonly expectedVersion: number;
  readonly requestedBy: string;
  readonly reason: string;
  /** Whoever asks has read the warnings. */
  readonly acknowledge: boolean;
  /** `resend`: the open request to send again; absent: all of them. */
  readonly messageId?: string | undefined;
}

/**
 * An actor set aside: what arrives is kept in order and handed over when it is taken up again, its timers and open
 * requests rest meanwhile. Repairs reach it all the same.
 */
export interface Parked {
  readonly sinceMs: number;
  /** The version it was parked at: timers armed later were armed by repairs. */
  readonly version: number;
  readonly by: string;
  readonly reason: string;
  readonly held: readonly Message[];
}

/** Messages a parked actor keeps; they are part of its snapshot. Further ones go to the dead letters. */
export const HELD_MESSAGES_MAX = 200;

/** What is wrong with a repair; nothing was changed by it. */
export interface Refusal {
  readonly code: 'moved_on' | 'not_possible' | 'acknowledge_required' | 'bad_changes';
  /** In words for whoever asked. */
  readonly why: string;
  /** Of `bad_changes`: each wrong field, dots between steps. */
  readonly errors?: readonly { readonly path: string; readonly message: string }[];
  /** Of `acknowledge_required`: what has to be acknowledged. */
  readonly warnings?: readonly string[];
}
