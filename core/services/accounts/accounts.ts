import { errorMessage, OrreryError } from '../../kernel/errors.ts';
import { isoTime } from '../../kernel/iso-time.ts';
import type { Logger } from '../../kernel/logger.ts';
import { BatchedLookup } from '../batched-lookup.ts';
import { UNKNOWN_DEVICE } from './device.ts';
import { normaliseEmail } from './email.ts';
import type { PersonalData } from './personal-data.ts';
import type {
  Accounts,
  AccountStore,
  Identity,
  PasswordHasher,
  Session,
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
/** For how long after the closing others are asked to forget: by then no message about it is on its way any more. */
const CLOSED_WATCHED_MS = 24 * 60 * 60 * 1_000;
/** Closed accounts looked after at a time. */
const CLOSED_AT_ONCE_MAX = 1_000;
const CLOSED_NAME = 'Deleted account';
/** Nobody registers such an address: it is none. */
const CLOSED_EMAIL_PREFIX = 'deleted:';

export interface AccountServiceOptions {
  readonly store: AccountStore;
  readonly hasher: PasswordHasher;
  readonly signer: TokenSigner;
  readonly personalData: PersonalData;
  readonly logger: Logger;
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
    this.#lookup = new BatchedLookup((ids) => this.#findSessions(ids), LOOKUP_SESSIONS_MAX);
  }

  static async open(options: AccountServiceOptions): Promise<AccountService> {
    return new AccountService(options, await options.hasher.hash(options.newPassword()));
  }

  async register(request: {
    name: string;
    email: string;
    password: string;
    device?: string;
  }): Promise<SignedIn> {
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
    return this.#signIn(user, request.device);
  }

  async login(request: { email: string; password: string; device?: string }): Promise<SignedIn> {
    const { store, hasher } = this.#options;
    const user = await store.findByEmail(normaliseEmail(request.email));
    const matches = await hasher.verify(user?.passwordHash ?? this.#decoyHash, request.password);
    if (user === undefined || !matches) throw badCredentials();
    if (user.disabled === true) throw accountDisabled();
    return this.#signIn(user, request.device);
  }

  async logout(sessionId: string): Promise<void> {
    await this.#options.store.deleteSession(sessionId);
    this.#sessions.end(sessionId);
  }

  async sessions({ user, sessionId }: Identity): Promise<readonly Session[]> {
    const stored = await this.#options.store.sessionsOf(user.id);
    return stored.map(({ id, device, createdAtMs, lastSeenAtMs, expiresAtMs }) => ({
      id,
      device,
      createdAt: isoTime(createdAtMs),
      ...(lastSeenAtMs === null ? {} : { lastSeenAt: isoTime(lastSeenAtMs) }),
      expiresAt: isoTime(expiresAtMs),
      current: id === sessionId,
    }));
  }

  async endSession({ user }: Identity, sessionId: string): Promise<void> {
    if (!(await this.#options.store.deleteSession(sessionId, user.id))) {
      throw new OrreryError('unknown_session', 'you have no such session');
    }
    this.#sessions.end(sessionId);
  }

  async endSessions({ user }: Identity): Promise<void> {
    this.sessionsEnded(await this.#options.store.deleteSessionsOf(user.id));
  }

  /** For those who end sessions in the store: this process takes them no longer, from now on. */
  sessionsEnded(sessionIds: readonly string[]): void {
    for (const sessionId of sessionIds) this.#sessions.end(sessionId);
  }

  /** For those who change a user in the store: this process asks again who they are. */
  userChanged(userId: string): void {
    this.#sessions.forgetUser(userId);
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
    const { password } = change;
    if (password !== undefined) await this.#requirePassword(userId, password.current);
    const updated = await store.updateUser(userId, {
      ...(change.name === undefined ? {} : { name: change.name }),
      ...(password === undefined ? {} : { passwordHash: await hasher.hash(password.next) }),
    });
    if (updated === undefined) throw unknownUser();
    if (password !== undefined) {
      this.sessionsEnded(await store.deleteSessionsOf(userId, identity.sessionId));
    }
    this.#sessions.forgetUser(userId);
    return updated;
  }

  async closeAccount({ user }: Identity, currentPassword: string): Promise<void> {
    const { store, personalData } = this.#options;
    await this.#requirePassword(user.id, currentPassword);
    if (await store.isLastAdmin(user.id)) throw lastAdmin();
    // First, so that whoever is asked to can still see whose data it is, and a failure leaves an account to try again.
    await personalData.forget(user.id);
    const ended = await store.anonymise(user.id, {
      name: CLOSED_NAME,
      email: `${CLOSED_EMAIL_PREFIX}${user.id}`,
      // Nobody knows its password.
      passwordHash: this.#decoyHash,
    });
    if (ended === 'last_admin') throw lastAdmin();
    if (ended === undefined) throw unknownUser();
    this.sessionsEnded(ended);
    this.#sessions.forgetUser(user.id);
  }

  async forgetClosed(): Promise<void> {
    const { store, personalData, logger } = this.#options;
    for (const userId of await store.closedAccounts(CLOSED_AT_ONCE_MAX)) {
      try {
        await personalData.forget(userId);
        await store.settle(userId, CLOSED_WATCHED_MS);
      } catch (error) {
        if (error instanceof OrreryError && error.code === 'orders_under_way') continue;
        logger.warn({ userId, error: errorMessage(error) }, 'a closed account is not forgotten yet');
      }
    }
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
    const change = { role: 'admin', passwordHash, enabled: true } as const;
    const updated = await store.updateUser(present.id, change, overwrite ? undefined : 'admin');
    if (updated === undefined) return undefined;
    this.sessionsEnded(await store.deleteSessionsOf(present.id));
    this.#sessions.forgetUser(present.id);
    return { email, password };
  }

  async #requirePassword(userId: string, currentPassword: string): Promise<void> {
    const { store, hasher } = this.#options;
    const stored = await store.findById(userId);
    if (stored === undefined) throw unknownUser();
    if (!(await hasher.verify(stored.passwordHash, currentPassword))) {
      throw new OrreryError('bad_credentials', 'currentPassword is wrong');
    }
  }

  async #findSessions(sessionIds: readonly string[]): Promise<ReadonlyMap<string, User>> {
    const { store } = this.#options;
    const { users, unseen } = await store.findSessions(sessionIds);
    if (unseen.length > 0) {
      // Nobody waits for it; what could not be noted now is noted at the next look.
      store.touchSessions(unseen).catch(() => undefined);
    }
    return users;
  }

  async #signIn(stored: StoredUser, device: string = UNKNOWN_DEVICE): Promise<SignedIn> {
    const { store, signer, newId, now } = this.#options;
    const user: User = { id: stored.id, name: stored.name, email: stored.email, role: stored.role };
    const askedAt = now();
    // Tokens count in whole seconds.
    const expiresAt = Math.floor((askedAt + SESSION_MS) / 1_000) * 1_000;
    const sessionId = newId();
    const session = { id: sessionId, userId: user.id, device, expiresAt };
    if (!(await store.insertSession(session, stored.passwordHash, SESSIONS_PER_USER_MAX))) {
      throw badCredentials();
    }
    this.#sessions.put(sessionId, user, askedAt);
    const token = await signer.sign({ userId: user.id, role: user.role, sessionId, expiresAt });
    return { user, token, expiresAt };
  }
}

function badCredentials(): OrreryError {
  return new OrreryError('bad_credentials', 'the e-mail address or the password is wrong');
}

function accountDisabled(): OrreryError {
  return new OrreryError(
    'account_disabled',
    'this account is switched off; whoever runs the shop can say why',
  );
}

function unknownUser(): OrreryError {
  return new OrreryError('unknown_user', 'this account is gone');
}

function lastAdmin(): OrreryError {
  return new OrreryError('last_admin', 'this is the only admin: make another one first');
}
