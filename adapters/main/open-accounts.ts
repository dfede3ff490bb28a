import { uuidv7 } from 'uuidv7';
import { AccountService } from '../../core/services/accounts/accounts.ts';
import { argon2Hasher, newPassword } from '../http/passwords.ts';
import { createTokenSigner, newSessionSecret } from '../http/tokens.ts';
import { PostgresAccountStore } from '../postgres/accounts/store.ts';
import type { Queryable } from '../postgres/database.ts';
import type { Settings } from './settings.ts';

/** The accounts service over a database; without `SESSION_SECRET` the secret is made once and kept there. */
export async function openAccounts(
  database: Queryable,
  settings: Pick<Settings, 'sessionSecret'>,
): Promise<AccountService> {
  const store = new PostgresAccountStore(database);
  const secret = settings.sessionSecret ?? (await store.secret('session', newSessionSecret()));
  return AccountService.open({
    store,
    hasher: argon2Hasher,
    signer: createTokenSigner(secret),
    now: Date.now,
    newId: uuidv7,
    newPassword,
  });
}
