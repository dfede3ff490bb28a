import { uuidv7 } from 'uuidv7';
import type { Logger } from '../../core/kernel/logger.ts';
import { AccountService } from '../../core/services/accounts/accounts.ts';
import type { Letters } from '../../core/services/accounts/letters.ts';
import { PasswordResetService } from '../../core/services/accounts/password-resets.ts';
import { personalDataOf } from '../../core/services/accounts/personal-data.ts';
import { argon2Hasher, newPassword } from '../http/passwords.ts';
import { createTokenSigner, newSessionSecret, resetTokens } from '../http/tokens.ts';
import { PostgresResetStore } from '../postgres/accounts/resets.ts';
import { PostgresAccountStore } from '../postgres/accounts/store.ts';
import type { Database } from '../postgres/database.ts';
import type { Settings } from './settings.ts';

/** What signs sessions; without `SESSION_SECRET` it is made once and kept in the database, for all processes. */
export async function sessionSecret(
  database: Database,
  settings: Pick<Settings, 'sessionSecret'>,
): Promise<string> {
  return (
    settings.sessionSecret ?? (await new PostgresAccountStore(database).secret('session', newSessionSecret()))
  );
}

/**
 * The accounts service over a database. `forgetters`: what makes other services forget a person whose account is
 * closed; each may be called again after a failure.
 */
export async function openAccounts(
  database: Database,
  settings: Pick<Settings, 'sessionSecret'>,
  logger: Logger,
  forgetters: readonly ((userId: string) => Promise<void>)[] = [],
): Promise<AccountService> {
  return AccountService.open({
    store: new PostgresAccountStore(database),
    hasher: argon2Hasher,
    signer: createTokenSigner(await sessionSecret(database, settings)),
    personalData: personalDataOf(forgetters),
    logger,
    now: Date.now,
    newId: uuidv7,
    newPassword,
  });
}

/** Forgotten passwords of those accounts. */
export function openPasswordResets(
  database: Database,
  accounts: AccountService,
  letters: Letters,
  logger: Logger,
): PasswordResetService {
  return new PasswordResetService({
    accounts: new PostgresAccountStore(database),
    store: new PostgresResetStore(database),
    tokens: resetTokens,
    hasher: argon2Hasher,
    letters,
    sessionsEnded: (sessionIds) => accounts.sessionsEnded(sessionIds),
    logger,
  });
}
