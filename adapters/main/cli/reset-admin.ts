import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { openData, postgresFolder } from '../data-folder.ts';
import { silentLogger } from '../../../core/kernel/logger.ts';
import { openAccounts } from '../open-accounts.ts';
import { CommandRefused, type CommandContext } from './command.ts';
import { productSchemas } from './product-schemas.ts';

/** Gives the admin (of `ADMIN_EMAIL`, else the first) the password of `ADMIN_PASSWORD`, else a new one, and prints it. */
export async function resetAdmin({ settings, print }: CommandContext): Promise<void> {
  if (
    settings.databaseUrl === undefined &&
    !existsSync(join(postgresFolder(settings.dataDir), 'PG_VERSION'))
  ) {
    throw new CommandRefused(
      `There is no data in ${resolve(settings.dataDir)} yet: the first start makes the admin.`,
    );
  }
  const database = await openData(settings, { poolMax: 1, applicationName: 'orrery-cli' });
  try {
    if (!(await productSchemas(database)).includes('accounts')) {
      throw new CommandRefused('The database has no accounts yet: the first start makes the admin.');
    }
    const accounts = await openAccounts(database, settings, silentLogger);
    const { email, password } = await accounts.resetAdmin({
      ...(settings.adminEmail === undefined ? {} : { email: settings.adminEmail }),
      ...(settings.adminPassword === undefined ? {} : { password: settings.adminPassword }),
    });
    print(`admin:    ${email}`);
    print(
      settings.adminPassword === undefined ? `password: ${password}` : 'password: as set in ADMIN_PASSWORD',
    );
    print('Sessions opened with the old password have ended.');
  } finally {
    await database.close();
  }
}
