import { errorCode, OrreryError } from '../../kernel/errors.ts';
import type { Limiter } from '../transient.ts';

/** At most `limit` attempts under `key` in any `windowMs`. */
export interface AttemptWindow {
  readonly key: string;
  readonly limit: number;
  readonly windowMs: number;
}

export class TooManyAttempts extends OrreryError {
  /** When the next attempt is free, at least 1. */
  readonly retryAfterMs: number;

  constructor(code: string, message: string, retryAfterMs: number) {
    super(code, message, { retryable: true });
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * Attempts that several windows count at once.
 *
 * I1: an attempt counts in all of its windows or in none.
 */
export class Attempts {
  readonly #limiter: Limiter | undefined;

  /** `undefined`: nothing is limited. */
  constructor(limiter: Limiter | undefined) {
    this.#limiter = limiter;
  }

  /**
   * Counts an attempt; the function it resolves with takes that back. Rejects with TooManyAttempts of that code and
   * message, told when the last of the full windows has room.
   */
  async count(
    windows: readonly AttemptWindow[],
    refusal: { readonly code: string; readonly message: string },
  ): Promise<() => Promise<void>> {
    const limiter = this.#limiter;
    if (limiter === undefined) return () => Promise.resolve();
    const turns = await Promise.all(
      windows.map(async ({ key, limit, windowMs }) => ({
        key,
        turn: await limiter.takeTurn(key, limit, windowMs),
      })),
    );
    const giveBack = async (): Promise<void> => {
      await Promise.all(
        turns.flatMap(({ key, turn }) => (turn.allowed ? [limiter.giveBack(key, turn.ticket)] : [])),
      );
    };
    const waitsMs = turns.flatMap(({ turn }) => (turn.allowed ? [] : [turn.retryAfterMs]));
    if (waitsMs.length === 0) return giveBack;
    await giveBack();
    throw new TooManyAttempts(refusal.code, refusal.message, Math.max(...waitsMs));
  }

  /** Runs what proves a password; only a wrong one counts. */
  async prove<Result>(
    windows: readonly AttemptWindow[],
    refusal: { readonly code: string; readonly message: string },
    prove: () => Promise<Result>,
  ): Promise<Result> {
    const giveBack = await this.count(windows, refusal);
    try {
      const result = await prove();
      await giveBack();
      return result;
    } catch (error) {
      if (errorCode(error) !== 'bad_credentials') await giveBack();
      throw error;
    }
  }
}

const MINUTE_MS = 60_000;
/** Wrong passwords for one account from one IP in a minute, before the next try has to wait. */
const FAILURES_PER_MINUTE = 10;

/**
 * Wrong passwords for one account from anywhere: at most so many in so many seconds. After ten in a row the waits are
 * 15, 30, 60, 120 and 240 s, and the sixteenth comes when a quarter of an hour is over.
 */
const FAILURES_IN_SECONDS: readonly (readonly [failures: number, seconds: number])[] = [
  [10, 15],
  [11, 45],
  [12, 105],
  [13, 225],
  [14, 465],
  [15, 900],
];

/**
 * What a sign-in counts under. `trusted`: a live session of the account itself asks; it is spared the limit that others
 * can use up. The windows are of the address as it was typed in, whether there is an account or not.
 */
export function signInWindows(email: string, ip: string, trusted: boolean): readonly AttemptWindow[] {
  const here = { key: `login:${ip}:${email}`, limit: FAILURES_PER_MINUTE, windowMs: MINUTE_MS };
  if (trusted) return [here];
  const anywhere = FAILURES_IN_SECONDS.map(([limit, seconds]) => ({
    key: `login:${String(seconds)}:${email}`,
    limit,
    windowMs: seconds * 1_000,
  }));
  return [here, ...anywhere];
}

/** What a proof of the current password counts under, so that a stolen session is no way to try passwords. */
export function currentPasswordWindows(userId: string): readonly AttemptWindow[] {
  return [{ key: `password:${userId}`, limit: FAILURES_PER_MINUTE, windowMs: MINUTE_MS }];
}

/** Letters are a nuisance to who did not ask for them: few to one address, not many for one IP. */
export function letterWindows(email: string, ip: string): readonly AttemptWindow[] {
  return [
    { key: `letters:ip:${ip}`, limit: 20, windowMs: 15 * MINUTE_MS },
    { key: `letters:to:${email}`, limit: 5, windowMs: 15 * MINUTE_MS },
  ];
}

export function redeemWindows(ip: string): readonly AttemptWindow[] {
  return [{ key: `redeem:${ip}`, limit: 20, windowMs: MINUTE_MS }];
}

export function registrationWindows(ip: string): readonly AttemptWindow[] {
  return [{ key: `register:${ip}`, limit: 10, windowMs: MINUTE_MS }];
}
