import { z } from 'zod';

/** What a client may say. Cursors are numbers for every topic there is; texts are left to topics to come. */
const cursor = z.union([z.int().min(0), z.string().min(1).max(200)]);
const topic = z.string().min(1).max(200);

export const clientMessage = z.union([
  z.strictObject({ subscribe: topic, after: cursor.optional() }),
  z.strictObject({ unsubscribe: topic }),
  z.strictObject({ authenticate: z.string().min(1).max(2_000) }),
]);
export type ClientMessage = z.output<typeof clientMessage>;
export type LiveCursor = z.output<typeof cursor>;

/** One update of a topic; `cursor` is what to subscribe `after` once the connection is lost. */
export interface LiveUpdate {
  readonly cursor: LiveCursor;
  readonly type: string;
  readonly data: unknown;
}

/** A refusal; `topic` when it is about one. */
export interface LiveError {
  readonly type: 'error';
  readonly topic?: string;
  readonly code: string;
  readonly detail: string;
}

/** Why the server closes a socket (RFC 6455, 7.4; 4000 and up are ours). */
export const CLOSE = {
  goingAway: 1001,
  policy: 1008,
  tooSlow: 4408,
  sessionEnded: 4401,
  tooManySockets: 4503,
} as const;
