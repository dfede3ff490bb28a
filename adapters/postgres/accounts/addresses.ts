import { OrreryError } from '../../../core/kernel/errors.ts';
import type { AddressChange, AddressEntry, AddressStore } from '../../../core/services/accounts/addresses.ts';
import type { Database, Queryable } from '../database.ts';

const LOCK_USER = `SELECT FROM accounts.users WHERE id = $1 AND closed_at IS NULL FOR NO KEY UPDATE`;

const LIST = `
  SELECT id, label, street, city, state, zip, country, is_default AS "isDefault"
  FROM accounts.addresses WHERE user_id = $1 ORDER BY created_at DESC, id DESC`;

/** Not yet the default: that is for SET_DEFAULT, once no other is it. */
const PUT = `
  INSERT INTO accounts.addresses (id, user_id, label, street, city, state, zip, country, is_default)
  VALUES ($1, $2, $3, $4, $5, $6, $7, $8, false)
  ON CONFLICT (id) DO UPDATE SET label = excluded.label, street = excluded.street, city = excluded.city,
    state = excluded.state, zip = excluded.zip, country = excluded.country`;

const REMOVE = `DELETE FROM accounts.addresses WHERE user_id = $1 AND id = $2`;

const CLEAR_DEFAULT = `
  UPDATE accounts.addresses SET is_default = false WHERE user_id = $1 AND is_default AND id <> $2`;

const SET_DEFAULT = `
  UPDATE accounts.addresses SET is_default = true WHERE user_id = $1 AND id = $2 AND NOT is_default`;

type AddressRow = Omit<AddressEntry, 'label'> & { readonly label: string | null };

/** I1: changes of one user's addresses come one after the other: each takes the user's row first. */
export class PostgresAddressStore implements AddressStore {
  readonly #database: Database;

  constructor(database: Database) {
    this.#database = database;
  }

  list(userId: string): Promise<readonly AddressEntry[]> {
    return listOf(this.#database, userId);
  }

  change<Change extends AddressChange>(
    userId: string,
    decide: (entries: readonly AddressEntry[]) => Change,
  ): Promise<Change> {
    return this.#database.transaction(async (tx) => {
      if ((await tx.query(LOCK_USER, [userId])).length === 0) {
        throw new OrreryError('unknown_user', 'this account is gone');
      }
      const change = decide(await listOf(tx, userId));
      await write(tx, userId, change);
      return change;
    });
  }
}

async function listOf(database: Queryable, userId: string): Promise<readonly AddressEntry[]> {
  const rows = await database.query<AddressRow>(LIST, [userId], 'accounts_addresses');
  return rows.map(({ label, ...entry }) => (label === null ? entry : { ...entry, label }));
}

async function write(tx: Queryable, userId: string, change: AddressChange): Promise<void> {
  const { put, removed, defaultId } = change;
  if (removed !== undefined) await tx.query(REMOVE, [userId, removed]);
  if (put !== undefined) {
    const { id, label = null, street, city, state, zip, country } = put;
    await tx.query(PUT, [id, userId, label, street, city, state, zip, country]);
  }
  if (defaultId === null) return;
  await tx.query(CLEAR_DEFAULT, [userId, defaultId]);
  await tx.query(SET_DEFAULT, [userId, defaultId]);
}
