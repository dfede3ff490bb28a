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

export interface Accounts {
  /** Rejects with OrreryError `email_taken`. */
  register(request: {
    readonly name: string;
    readonly email: string;
    readonly password: string;
  }): Promise<SignedIn>;
  /** Rejects with OrreryError `bad_credentials`; an unknown address takes as long as a wrong password. */
  login(request: { readonly email: string; readonly password: string }): Promise<SignedIn>;
  /** Ends the session: here at once, in other processes within 5 s. */
  logout(sessionId: string): Promise<void>;
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
}

export interface AccountStore {
  /** False when the address is taken. */
  insertUser(user: StoredUser): Promise<boolean>;
  findByEmail(email: string): Promise<StoredUser | undefined>;
  findById(userId: string): Promise<StoredUser | undefined>;
  /** The oldest account of a role. */
  firstOfRole(role: Role): Promise<User | undefined>;
  /** Undefined, and nothing changed, when there is no such user, or when it has the role `unlessRole`. */
  updateUser(
    userId: string,
    change: { name?: string; passwordHash?: string; role?: Role },
    unlessRole?: Role,
  ): Promise<User | undefined>;
  /** Drops the user's ended sessions and the oldest ones beyond `keep`. */
  insertSession(session: { id: string; userId: string; expiresAt: number }, keep: number): Promise<void>;
  /** The users of those sessions that have not ended, by the database's clock. */
  findSessions(sessionIds: readonly string[]): Promise<ReadonlyMap<string, User>>;
  deleteSession(sessionId: string): Promise<void>;
  deleteSessionsOf(userId: string, exceptSessionId?: string): Promise<void>;
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
