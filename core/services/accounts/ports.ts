/** The accounts service as others see it, and what it needs of the world. */

export const ROLES = ['customer', 'admin', 'ops'] as const;
export type Role = (typeof ROLES)[number];

export interface User {
  readonly id: string;
  readonly name: string;
  /** Normalised: trimmed, lower case, NFC. */
  readonly email: string;
  readonly role: Role;
}

/** Who a valid token speaks for. */
export interface Identity {
  readonly user: User;
  readonly sessionId: string;
}

export interface SignedIn {
  readonly user: User;
  readonly token: string;
  /** Milliseconds since the epoch, when the session and its token end. */
  readonly expiresAt: number;
}

/** A place where somebody is signed in, as its owner sees it. Times are ISO 8601, UTC. */
export interface Session {
  readonly id: string;
  /** "Firefox on Linux"; told at sign-in. */
  readonly device: string;
  readonly createdAt: string;
  /** When it was last used, a few minutes more or less; absent when that was only at sign-in. */
  readonly lastSeenAt?: string;
  readonly expiresAt: string;
  /** Whether it is the one that asks. */
  readonly current: boolean;
}

export interface Accounts {
  /** Rejects with OrreryError `email_taken`. `device` is told in the list of sessions. */
  register(request: {
    readonly name: string;
    readonly email: string;
    readonly password: string;
    readonly device?: string;
  }): Promise<SignedIn>;
  /**
   * Rejects with OrreryError `bad_credentials`; an unknown address takes as long as a wrong password. Only who knows the
   * password hears `account_disabled`.
   */
  login(request: {
    readonly email: string;
    readonly password: string;
    readonly device?: string;
  }): Promise<SignedIn>;
  /** Ends the session: here at once, in other processes within 5 s. */
  logout(sessionId: string): Promise<void>;
  /** Where the user is signed in, the newest first. */
  sessions(identity: Identity): Promise<readonly Session[]>;
  /** Ends one of the user's sessions, as `logout` does. Rejects with OrreryError `unknown_session`. */
  endSession(identity: Identity, sessionId: string): Promise<void>;
  /** Ends all sessions of the user, the one that asks among them. */
  endSessions(identity: Identity): Promise<void>;
  /**
   * The identity behind a token; undefined when it is forged, expired or its session has ended. What it says may
   * be up to 4 s old.
   */
  authenticate(token: string): Promise<Identity | undefined>;
  /** A new password ends all other sessions. Rejects with OrreryError `bad_credentials` when `currentPassword` is wrong. */
  update(
    identity: Identity,
    change: {
      readonly name?: string;
      readonly password?: { readonly current: string; readonly next: string };
    },
  ): Promise<User>;
  /**
   * Closes the account for good: what other services know about the person is forgotten, sessions, addresses and
   * resets are deleted, and what is left says nothing about them; the e-mail address is free again. Rejects with
   * OrreryError `bad_credentials` when the password is wrong, `last_admin` for the only admin there is.
   */
  closeAccount(identity: Identity, currentPassword: string): Promise<void>;
  /**
   * Has other services forget again whoever closed an account, until nothing can come any more that speaks of them: what
   * was under way at that moment, an order of another process or a letter, may have arrived after they forgot. Accounts
   * with an order under way are left for the next time. To be called every few minutes, by one process at a time.
   */
  forgetClosed(): Promise<void>;
  /**
   * The first admin, made when there is none: with the given address and password, else `admin@orrery.local` and a
   * password that is told here once and never again. `password` is absent when there was one already or it was given.
   */
  ensureAdmin(wanted: { readonly email?: string; readonly password?: string }): Promise<{
    readonly email: string;
    readonly password?: string;
  }>;
  /** Gives an admin (made when missing) a new password and ends their sessions; for the operator's command line. */
  resetAdmin(wanted: { readonly email?: string; readonly password?: string }): Promise<{
    readonly email: string;
    readonly password: string;
  }>;
}

export interface StoredUser extends User {
  readonly passwordHash: string;
  /** An admin has switched the account off; absent: it is on. */
  readonly disabled?: boolean;
}

/** A session as it is stored. Times are milliseconds since the epoch. */
export interface StoredSession {
  readonly id: string;
  readonly device: string;
  readonly createdAtMs: number;
  /** Null: not since sign-in. */
  readonly lastSeenAtMs: number | null;
  readonly expiresAtMs: number;
}

/** Accounts that were closed are in none of the answers. */
export interface AccountStore {
  /** False when the address is taken. */
  insertUser(user: StoredUser): Promise<boolean>;
  findByEmail(email: string): Promise<StoredUser | undefined>;
  findById(userId: string): Promise<StoredUser | undefined>;
  /** The oldest account of a role. */
  firstOfRole(role: Role): Promise<User | undefined>;
  /**
   * Undefined, and nothing changed, when there is no such user, or when it has the role `unlessRole`. A new password
   * makes letters with a reset worthless.
   */
  updateUser(
    userId: string,
    change: { name?: string; passwordHash?: string; role?: Role; enabled?: true },
    unlessRole?: Role,
  ): Promise<User | undefined>;
  /** Whether the user is an admin and there is no other. */
  isLastAdmin(userId: string): Promise<boolean>;
  /**
   * Deletes all that is stored here about the user but the row itself, which keeps its id and nothing else. Resolves
   * with the sessions that ended, with `last_admin` (nothing changed) or with undefined when there is no such user.
   */
  anonymise(
    userId: string,
    replacement: { readonly name: string; readonly email: string; readonly passwordHash: string },
  ): Promise<readonly string[] | 'last_admin' | undefined>;
  /** Closed accounts, a minute ago or more, of which `settle` was not told yet. */
  closedAccounts(limit: number): Promise<readonly string[]>;
  /** The closed account needs no more looking after, if that much time has passed since it was closed. */
  settle(userId: string, closedForMs: number): Promise<void>;
  /**
   * Drops the user's ended sessions and the oldest ones beyond `keep`. False, and no session, when the user is gone or
   * the password is another by now: a sign-in with an old password can't outlive the change.
   */
  insertSession(
    session: { id: string; userId: string; device: string; expiresAt: number },
    passwordHash: string,
    keep: number,
  ): Promise<boolean>;
  /** The users of those sessions that have not ended, by the database's clock, and the sessions not seen for long. */
  findSessions(sessionIds: readonly string[]): Promise<{
    readonly users: ReadonlyMap<string, User>;
    readonly unseen: readonly string[];
  }>;
  /** Notes that the sessions are in use. */
  touchSessions(sessionIds: readonly string[]): Promise<void>;
  /** Those that have not ended, the newest first. */
  sessionsOf(userId: string): Promise<readonly StoredSession[]>;
  /** False when there is none of that id, or it is not of `ofUser`. */
  deleteSession(sessionId: string, ofUser?: string): Promise<boolean>;
  /** Resolves with the ids of those that ended. */
  deleteSessionsOf(userId: string, exceptSessionId?: string): Promise<readonly string[]>;
  /** The secret of that name; the first proposal ever made wins, in all processes. */
  secret(name: string, proposal: string): Promise<string>;
}

export interface PasswordHasher {
  hash(password: string): Promise<string>;
  verify(hash: string, password: string): Promise<boolean>;
}

export interface TokenClaims {
  readonly userId: string;
  readonly role: Role;
  readonly sessionId: string;
  /** Milliseconds since the epoch. */
  readonly expiresAt: number;
}

export interface TokenSigner {
  sign(claims: TokenClaims): Promise<string>;
  /** Undefined for anything but a token of ours that has not expired. */
  verify(token: string): Promise<TokenClaims | undefined>;
}
