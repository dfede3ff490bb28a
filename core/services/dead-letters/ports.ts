import type { DeadLetter, StoredDeadLetter } from '../../engine/ports.ts';

/*
 * Dead letters as operators see them: one store for all services and both brokers. A letter is `waiting` until somebody
 * decides: `replaying` (it goes back to the queue it came from), then `replayed`; or `discarded`. Every change of state is
 * one transaction that finds the letter in the state before, so nothing is replayed twice.
 */

export const LETTER_STATES = ['waiting', 'replaying', 'replayed', 'discarded'] as const;
export type LetterState = (typeof LETTER_STATES)[number];

/** Waiting letters with the same cause: code, type of message and service. */
export interface LetterGroup {
  /** Opaque; names the group in the API. */
  readonly group: string;
  /** Whose queues the letters came from. */
  readonly service: string;
  readonly code: string;
  /** Null: what came was no message with a type. */
  readonly type: string | null;
  /** The queues they came from, partitions one by one. */
  readonly queues: readonly string[];
  readonly count: number;
  /** ISO 8601, UTC: when the first and the last of them died. */
  readonly firstAt: string;
  readonly lastAt: string;
}

export interface LetterSummary {
  readonly id: string;
  readonly group: string;
  readonly service: string;
  /** Where it came from, and where a replay sends it. */
  readonly queue: string;
  readonly code: string;
  readonly type: string | null;
  readonly reason: string;
  readonly messageId: string | null;
  readonly correlationId: string | null;
  readonly attempts: number;
  readonly diedAt: string;
  readonly state: LetterState;
  /** What people did with it last; absent while nobody has. */
  readonly change?: LetterChange;
}

export interface LetterChange {
  readonly by: string;
  readonly at: string;
  readonly reason: string;
  /** Why a replay gave the letter back. */
  readonly refusal?: string;
}

export interface Letter extends LetterSummary {
  readonly message: unknown;
  readonly stack?: string;
  /** Of the broker's message in which it came. */
  readonly headers: Readonly<Record<string, unknown>>;
  /** What a replay sends in place of `message`; absent: nobody mended it. */
  readonly mended?: unknown;
}

/** Which letters: those that fit all that is given. Only waiting ones are ever taken. */
export interface LetterChoice {
  readonly service?: string;
  readonly group?: string;
  readonly ids?: readonly string[];
}

export interface LetterDecision {
  readonly by: string;
  readonly reason: string;
}

/** A replay as a stored job: it goes on after a restart, in whichever process is free. */
export interface Replay {
  readonly id: string;
  readonly by: string;
  readonly reason: string;
  readonly group: string | null;
  readonly ratePerSecond: number;
  readonly total: number;
  /** Letters that are back in their queues. */
  readonly replayed: number;
  /** Letters that wait again, each with its refusal, or because the replay was stopped. */
  readonly returned: number;
  readonly createdAt: string;
  /** Somebody asked it to stop. */
  readonly stopping: boolean;
  /** Null while it is under way. */
  readonly finishedAt: string | null;
}

export interface LetterFilter {
  readonly service?: string;
  readonly group?: string;
  readonly state?: LetterState;
  readonly limit: number;
  readonly cursor?: string;
}

/** Where letters are kept. Ids are unique among all services. */
export interface LetterStore {
  /** Durable once resolved; a letter that is known stays as it is. */
  append(letter: StoredDeadLetter): Promise<void>;
  /** Waiting letters by cause, the latest first, at most `limit` causes. */
  groups(limit: number): Promise<readonly LetterGroup[]>;
  /** Those that wait, by service; services without any are left out. */
  waiting(): Promise<ReadonlyMap<string, number>>;
  /** The latest first. Rejects with OrreryError `bad_cursor`. */
  list(
    filter: LetterFilter,
  ): Promise<{ readonly items: readonly LetterSummary[]; readonly nextCursor: string | null }>;
  find(id: string): Promise<Letter | undefined>;
  /**
   * Takes waiting letters for a replay, the oldest first, at most `max`, and stores it: one transaction. `mended` replaces the
   * message of the one letter chosen. Undefined: none of them waits.
   */
  begin(
    replay: Pick<Replay, 'id' | 'by' | 'reason' | 'ratePerSecond'>,
    choice: LetterChoice,
    options: { readonly max: number; readonly mended?: unknown },
  ): Promise<Replay | undefined>;
  /** Discards waiting letters, at most `max`; resolves with how many. */
  discard(choice: LetterChoice, decision: LetterDecision, max: number): Promise<number>;
  replays(limit: number): Promise<readonly Replay[]>;
  findReplay(id: string): Promise<Replay | undefined>;
  /** Asks a replay to stop; false: it is over, or there is none. */
  stopReplay(id: string): Promise<boolean>;
  /** Drops letters that were replayed or discarded before `before` (ISO 8601), and replays that ended before. */
  forget(before: string): Promise<void>;
}

/** One letter on its way back. */
export interface LetterToSend {
  readonly id: string;
  readonly service: string;
  readonly queue: string;
  /** Mended, where somebody did. */
  readonly message: unknown;
}

/** What whoever works off replays needs of the store. A replay is worked off by one runner at a time, which has its lease. */
export interface ReplayStore {
  /** Takes replays that nobody works off (or not any more), oldest first. */
  take(owner: string, leaseMs: number, limit: number): Promise<readonly Replay[]>;
  /** Extends the lease; undefined: somebody else has it, or the replay is over. */
  renew(id: string, owner: string, leaseMs: number): Promise<Replay | undefined>;
  next(id: string, limit: number): Promise<readonly LetterToSend[]>;
  /** Letters that are back in their queues, and letters that can't go there: these wait again, with the refusal. */
  settle(
    id: string,
    sent: readonly string[],
    refused: readonly { readonly id: string; readonly refusal: string }[],
  ): Promise<void>;
  /** What is left waits again, and the replay is over. */
  finish(id: string): Promise<void>;
}

export type { DeadLetter, StoredDeadLetter };
