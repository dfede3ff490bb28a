import { OrreryError } from '../../kernel/errors.ts';
import type { Role } from './ports.ts';

/** Everybody with an account, as admins see them. Times are ISO 8601, UTC. */
export interface Person {
  readonly id: string;
  readonly name: string;
  readonly email: string;
  readonly role: Role;
  /** Since when the account is switched off; null: it is on. */
  readonly disabledAt: string | null;
  readonly createdAt: string;
  /** Places where they are signed in. */
  readonly sessions: number;
  /** When one of these was last used, a few minutes more or less. */
  readonly lastSeenAt: string | null;
}

export interface PeopleFilter {
  /** Part of a name or an e-mail address. */
  readonly words?: string;
  readonly role?: Role;
  readonly disabled?: boolean;
  readonly limit: number;
  readonly cursor?: string;
}

export type Refused = 'last_admin' | 'unknown_person';

/** Accounts that were closed are in none of the answers. */
export interface PeopleStore {
  /** The newest first. Rejects with OrreryError `bad_cursor`. */
  list(
    filter: PeopleFilter,
  ): Promise<{ readonly items: readonly Person[]; readonly nextCursor: string | null }>;
  find(userId: string): Promise<Person | undefined>;
  /** Never takes the role from the last admin who can sign in. */
  setRole(userId: string, role: Role): Promise<Refused | undefined>;
  /** Never switches the last admin off. Resolves with the sessions that ended. */
  disable(userId: string): Promise<readonly string[] | Refused>;
  enable(userId: string): Promise<Refused | undefined>;
  /** Resolves with those that ended. */
  endSessions(userId: string): Promise<readonly string[]>;
}

export interface PeoplePorts {
  readonly store: PeopleStore;
  /** This process takes these sessions no longer; the others hear of it within 5 s. */
  readonly sessionsEnded: (sessionIds: readonly string[]) => void;
  /** What this process remembers about the user is wrong from now on. */
  readonly userChanged: (userId: string) => void;
}

/**
 * Owns: what admins do with other people's accounts. Everything here holds in this process at once and in others within
 * 5 s. Rejects with OrreryError `unknown_person`, and `last_admin` where nobody would be left to manage the shop.
 */
export class People {
  private readonly ports: PeoplePorts;

  constructor(ports: PeoplePorts) {
    this.ports = ports;
  }

  list(filter: PeopleFilter): ReturnType<PeopleStore['list']> {
    return this.ports.store.list(filter);
  }

  async find(userId: string): Promise<Person> {
    const person = await this.ports.store.find(userId);
    if (person === undefined) throw refusal('unknown_person');
    return person;
  }

  async setRole(userId: string, role: Role): Promise<Person> {
    const refused = await this.ports.store.setRole(userId, role);
    if (refused !== undefined) throw refusal(refused);
    this.ports.userChanged(userId);
    return this.find(userId);
  }

  /** Nobody is signed in to the account from then on, and nobody can sign in. Rejects with `own_account` for one's own. */
  async disable(userId: string, by: string): Promise<Person> {
    if (userId === by)
      throw new OrreryError('own_account', 'your own account is not switched off by yourself');
    const ended = await this.ports.store.disable(userId);
    if (typeof ended === 'string') throw refusal(ended);
    this.ports.sessionsEnded(ended);
    return this.find(userId);
  }

  async enable(userId: string): Promise<Person> {
    const refused = await this.ports.store.enable(userId);
    if (refused !== undefined) throw refusal(refused);
    return this.find(userId);
  }

  async endSessions(userId: string): Promise<Person> {
    await this.find(userId);
    this.ports.sessionsEnded(await this.ports.store.endSessions(userId));
    return this.find(userId);
  }
}

function refusal(code: Refused): OrreryError {
  return code === 'last_admin'
    ? new OrreryError(code, 'this is the only admin: make another one first')
    : new OrreryError(code, 'there is no such account');
}
