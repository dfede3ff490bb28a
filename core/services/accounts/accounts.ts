import { OrreryError } from '../../kernel/errors.ts';
import { BatchedLookup } from '../batched-lookup.ts';
import { normaliseEmail } from './email.ts';
import type {
  Accounts,
  AccountStore,
  Identity,
  PasswordHasher,
  SignedIn,
  StoredUser,
  TokenSigner,
  User,
} from './ports.ts';
import { SessionCache } from './session-cache.ts';

/** A session ends this long after it began, used or not. */
const SESSION_MS = 30 * 24 * 60 * 60 * 1_000;
/** Sessions of one user; signing in once more ends the oldest. */
const SESSIONS_PER_USER_MAX = 50;
/** Sessions looked up in one query. */
const LOOKUP_SESSIONS_MAX = 500;
const FIRST_ADMIN_EMAIL = 'admin@orrery.local';

export interface AccountServiceOptions {
  readonly store: AccountStore;
  readonly hasher: PasswordHasher;
  readonly signer: TokenSigner;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  readonly newId: () => string;
  /** A password nobody can guess, fit to be read to somebody. */
  readonly newPassword: () => string;
}

/**
 * Owns: who may sign in, and which sessions live. Does not own: cookies and headers (adapters/http), hashing and
 * signing (given).
 */
export class AccountService implements Accounts {
  readonly #options: AccountServiceOptions;
  readonly #sessions: SessionCache;
  readonly #lookup: BatchedLookup<User>;
  /** Verified in place of an unknown address's hash, so that both take the same time. */
  readonly #decoyHash: string;

  private constructor(options: AccountServiceOptions, decoyHash: string) {
    this.#options = options;
    this.#decoyHash = decoyHash;
    this.#sessions = new SessionCache(options.now);
    this.#lookup = new BatchedLookup((ids) => options.store.findSessions(ids), LOOKUP_SESSIONS_MAX);
  }

  static async open(options: AccountServiceOptions): Promise<AccountService> {
    return new AccountService(options, await options.hasher.hash(options.newPassword()));
  }

  async register(request: { name: string; email: string; password: string }): Promise<SignedIn> {
    const { store, hasher, newId } = this.#options;
    const user: StoredUser = {
      id: newId(),
      name: request.name,
      email: normaliseEmail(request.email),
      role: 'customer',
      passwordHash: await hasher.hash(request.password),
    };
    if (!(await store.insertUser(user))) {
      throw new OrreryError('email_taken', 'there is already an account with this e-mail address');
    }
    return this.#signIn(user);
  }

  async login(request: { email: string; password: string }): Promise<SignedIn> {
    const { store, hasher } = this.#options;
    const user = await store.findByEmail(normaliseEmail(request.email));
    const matches = await hasher.verify(user?.passwordHash ?? this.#decoyHash, request.password);
    if (user === undefined || !matches) {
      throw new OrreryError('bad_credentials', 'the e-mail address or the password is wrong');
    }
    return this.#signIn(user);
  }

  async logout(sessionId: string): Promise<void> {
    await this.#options.store.deleteSession(sessionId);
    this.#sessions.end(sessionId);
  }

  async authenticate(token: string): Promise<Identity | undefined> {
    const claims = await this.#options.signer.verify(token);
    if (claims === undefined) return undefined;
    const { sessionId } = claims;
    const known = this.#sessions.get(sessionId);
    if (known === 'ended') return undefined;
    if (known !== undefined) return { user: known, sessionId };
    const askedAt = this.#options.now();
    const user = await this.#lookup.find(sessionId);
    this.#sessions.put(sessionId, user, askedAt);
    return user === undefined || this.#sessions.get(sessionId) === 'ended' ? undefined : { user, sessionId };
  }

  async update(
    identity: Identity,
    change: { name?: string; password?: { current: string; next: string } },
  ): Promise<User> {
    const { store, hasher } = this.#options;
    const userId = identity.user.id;
    const stored = await store.findById(userId);
    if (stored === undefined) throw new OrreryError('unknown_user', 'this account is gone');
    const { password } = change;
    if (password !== undefined && !(await hasher.verify(stored.passwordHash, password.current))) {
      throw new OrreryError('bad_credentials', 'currentPassword is wrong');
    }
    const updated = await store.updateUser(userId, {
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(password === undefined ? {} : { passwordHash: await hasher.hash(password.next) }),
    });
    if (updated === undefined) throw new OrreryError('unknown_user', 'this account is gone');
    if (password !== undefined) await store.deleteSessionsOf(userId, identity.sessionId);
    this.#sessions.forgetUser(userId);
    return updated;
  }

  async ensureAdmin(wanted: {
    email?: string;
    password?: string;
  }): Promise<{ email: string; password?: string }> {
    const present = await this.#options.store.firstOfRole('admin');
    if (present !== undefined) return { email: present.email };
    const made = await this.#giveAdmin(wanted.email ?? FIRST_ADMIN_EMAIL, wanted.password, false);
    if (made === undefined) return { email: normaliseEmail(wanted.email ?? FIRST_ADMIN_EMAIL) };
    return wanted.password === undefined ? made : { email: made.email };
  }

  async resetAdmin(wanted: {
    email?: string;
    password?: string;
  }): Promise<{ email: string; password: string }> {
    const email =
      wanted.email ?? (await this.#options.store.firstOfRole('admin'))?.email ?? FIRST_ADMIN_EMAIL;
    const made = await this.#giveAdmin(email, wanted.password, true);
    return made ?? this.resetAdmin(wanted);
  }

  /**
   * Makes or promotes the account and sets its password; undefined when another process made it meanwhile. Without
   * `overwrite` an admin's password stays: of two first starts at once, only one may tell a password.
   */
  async #giveAdmin(
    address: string,
    chosen: string | undefined,
    overwrite: boolean,
  ): Promise<{ email: string; password: string } | undefined> {
    const { store, hasher, newId, newPassword } = this.#options;
    const email = normaliseEmail(address);
    const password = chosen ?? newPassword();
    const passwordHash = await hasher.hash(password);
    const present = await store.findByEmail(email);
    if (present === undefined) {
      const inserted = await store.insertUser({
        id: newId(),
        name: 'Administrator',
        email,
        role: 'admin',
        passwordHash,
      });
      return inserted ? { email, password } : undefined;
    }
    const change = { role: 'admin', passwordHash } as const;
    const updated = await store.updateUser(present.id, change, overwrite ? undefined : 'admin');
    if (updated === undefined) return undefined;
    await store.deleteSessionsOf(present.id);
    this.#sessions.forgetUser(present.id);
    return { email, password };
  }

  async #signIn(stored: User): Promise<SignedIn> {
    const { store, signer, newId, now } = this.#options;
    const user: User = { id: stored.id, name: stored.name, email: stored.email, role: stored.role };
    const askedAt = now();
    // Tokens count in whole seconds.
    const expiresAt = Math.floor((askedAt + SESSION_MS) / 1_000) * 1_000;
    const sessionId = newId();
    await store.insertSession({ id: sessionId, userId: user.id, expiresAt }, SESSIONS_PER_USER_MAX);
    this.#sessions.put(sessionId, user, askedAt);
    const token = await signer.sign({ userId: user.id, role: user.role, sessionId, expiresAt });
    return { user, token, expiresAt };
  }
}
