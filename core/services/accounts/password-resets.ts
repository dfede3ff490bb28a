import { errorMessage, OrreryError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import { normaliseEmail } from './email.ts';
import type { Letters } from './letters.ts';
import type { AccountStore, PasswordHasher } from './ports.ts';
import { resetLetter } from './reset-letter.ts';

const MINUTE_MS = 60_000;
/** How long a letter is good for. */
const VALID_MINUTES = 30;

export interface PasswordResets {
  /**
   * Sends a letter with a token to the account of that address, if there is one. Resolves before that, alike for known
   * and unknown addresses.
   *
   * `origin`: where the link in the letter leads; undefined: the letter has the token alone.
   */
  request(email: string, origin: string | undefined): Promise<void>;
  /**
   * Sets a new password and ends all sessions. Rejects with OrreryError `reset_token_invalid` when the token is wrong,
   * was used, is too old, or is not of the newest letter.
   */
  redeem(token: string, password: string): Promise<void>;
  /** Resolves once no letter is being written any more. */
  settled(): Promise<void>;
}

export interface ResetStore {
  /** Takes the place of the user's earlier one; nothing happens when the account is closed by now. */
  put(reset: { userId: string; tokenDigest: string; validMs: number }): Promise<void>;
  /** Whether there is one that is not too old, by the database's clock. */
  isValid(tokenDigest: string): Promise<boolean>;
  /**
   * Sets the password, ends the user's sessions and the reset itself, all or nothing; undefined when it is not valid.
   * Resolves with the sessions that ended.
   */
  redeem(tokenDigest: string, passwordHash: string): Promise<readonly string[] | undefined>;
}

/** Secrets that are told in letters. Only their digest is stored. */
export interface ResetTokens {
  create(): string;
  digest(token: string): string;
}

export interface PasswordResetOptions {
  readonly accounts: Pick<AccountStore, 'findByEmail'>;
  readonly store: ResetStore;
  readonly tokens: ResetTokens;
  readonly hasher: PasswordHasher;
  readonly letters: Letters;
  /** Told which sessions ended, so that this process takes them no longer. */
  readonly sessionsEnded: (sessionIds: readonly string[]) => void;
  readonly logger: Logger;
}

/**
 * Owns: what becomes of a forgotten password. Does not own: who may ask how often (adapters/http).
 *
 * I1: until the answer, known and unknown addresses take one and the same query; what only a known address needs is
 *     done after it.
 */
export class PasswordResetService implements PasswordResets {
  readonly #options: PasswordResetOptions;
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: PasswordResetOptions) {
    this.#options = options;
  }

  async request(address: string, origin: string | undefined): Promise<void> {
    const { accounts, logger } = this.#options;
    const user = await accounts.findByEmail(normaliseEmail(address));
    if (user === undefined) return;
    const writing = this.#write(user, origin).catch((error: unknown) => {
      // Whoever waits for the letter asks again; there is nobody left to tell.
      logger.error({ error: errorMessage(error) }, 'a letter with a password reset could not be sent');
    });
    this.#underWay.add(writing);
    void writing.then(() => this.#underWay.delete(writing));
  }

  async redeem(token: string, password: string): Promise<void> {
    const { store, tokens, hasher, sessionsEnded } = this.#options;
    const digest = tokens.digest(token);
    // Asked first, because hashing is expensive and tokens are easily made up.
    if (!(await store.isValid(digest))) throw tokenInvalid();
    const ended = await store.redeem(digest, await hasher.hash(password));
    if (ended === undefined) throw tokenInvalid();
    sessionsEnded(ended);
  }

  async settled(): Promise<void> {
    await Promise.all(this.#underWay);
  }

  async #write(user: { id: string; email: string }, origin: string | undefined): Promise<void> {
    const { store, tokens, letters } = this.#options;
    const token = tokens.create();
    const reset = { userId: user.id, tokenDigest: tokens.digest(token), validMs: VALID_MINUTES * MINUTE_MS };
    await store.put(reset);
    await letters.send(resetLetter(user, token, VALID_MINUTES, origin));
  }
}

function tokenInvalid(): OrreryError {
  return new OrreryError(
    'reset_token_invalid',
    'token: this is not the token of the newest letter, or it was used or is too old',
  );
}
