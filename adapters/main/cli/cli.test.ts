import { cpSync, existsSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { accountsMigrations } from '../../postgres/accounts/schema.ts';
import type { Database } from '../../postgres/database.ts';
import { migrate } from '../../postgres/migrate.ts';
import { openPostgres } from '../../postgres/open.ts';
import { withTestDatabase } from '../../postgres/testing.ts';
import { openData } from '../data-folder.ts';
import { lockDataDir } from '../data-lock.ts';
import { silentLogger } from '../../../core/kernel/logger.ts';
import { openAccounts } from '../open-accounts.ts';
import { loadSettings } from '../settings.ts';
import { backUpData } from './back-up-data.ts';
import { CommandRefused, type CommandContext } from './command.ts';
import { resetAdmin } from './reset-admin.ts';
import { resetData } from './reset-data.ts';
import { restoreData } from './restore-data.ts';

interface Terminal extends CommandContext {
  readonly printed: string[];
  readonly questions: string[];
}

function terminal(environment: Record<string, string>, args: string[] = [], agrees = true): Terminal {
  const printed: string[] = [];
  const questions: string[] = [];
  return {
    settings: loadSettings(environment),
    args,
    printed,
    questions,
    print: (line) => {
      printed.push(line);
    },
    confirm: (question) => {
      questions.push(question);
      return agrees ? Promise.resolve() : Promise.reject(new CommandRefused('Nothing was changed.'));
    },
  };
}

/** Makes the accounts' schema with an admin in it, as a first start does. */
async function firstStart(database: Database): Promise<void> {
  await migrate(database, [accountsMigrations]);
  const accounts = await openAccounts(database, { sessionSecret: undefined }, silentLogger);
  await accounts.ensureAdmin({ password: 'first password' });
}

async function signsIn(
  environment: Record<string, string>,
  email: string,
  password: string,
): Promise<boolean> {
  const settings = loadSettings(environment);
  const database = await openData(settings);
  try {
    const accounts = await openAccounts(database, settings, silentLogger);
    return await accounts.login({ email, password }).then(
      () => true,
      () => false,
    );
  } finally {
    await database.close();
  }
}

// Copies of a whole Postgres: seconds on a busy machine.
t.setTimeout(300_000);

/** One first start for all: making the files of a new Postgres takes seconds, copying them does not. */
const template = t.testdir({});
const firstData = makeFirstData();
async function makeFirstData(): Promise<void> {
  const database = await openData(loadSettings({ DATA_DIR: template }));
  try {
    await firstStart(database);
  } finally {
    await database.close();
  }
}

async function embedded(folder: string): Promise<Record<string, string>> {
  await firstData;
  const environment = { DATA_DIR: join(folder, 'data') };
  cpSync(template, environment.DATA_DIR, { recursive: true });
  return environment;
}

t.test('the admin gets a new password, which is printed and signs in', async (t) => {
  const environment = await embedded(t.testdir({}));
  const context = terminal(environment);
  await resetAdmin(context);
  const password = /^password: (\S+)$/.exec(context.printed[1] ?? '')?.[1] ?? '';
  t.match(context.printed[0], /^admin: +admin@orrery\.local$/);
  t.equal(await signsIn(environment, 'admin@orrery.local', password), true);
  t.equal(await signsIn(environment, 'admin@orrery.local', 'first password'), false);

  const chosen = terminal({ ...environment, ADMIN_PASSWORD: 'chosen password' });
  await resetAdmin(chosen);
  t.notMatch(chosen.printed.join('\n'), /chosen password/, 'a password that was given is not printed');
  t.equal(await signsIn(environment, 'admin@orrery.local', 'chosen password'), true);
});

t.test('before the first start there is nothing to reset, back up or restore', async (t) => {
  const environment = { DATA_DIR: join(t.testdir({}), 'data') };
  await t.rejects(resetAdmin(terminal(environment)), {
    code: 'command_refused',
    message: /first start makes the admin/,
  });
  await t.rejects(backUpData(terminal(environment)), {
    code: 'command_refused',
    message: /There is no data/,
  });
  await t.rejects(restoreData(terminal(environment)), {
    code: 'command_refused',
    message: /Name the backup/,
  });
  await t.rejects(restoreData(terminal(environment, ['no.tar.gz'])), { message: /There is no file/ });
  const context = terminal(environment);
  await resetData(context);
  t.match(context.printed, [/There is no data/]);
  t.same(context.questions, []);
});

t.test('embedded data is backed up, deleted and restored', async (t) => {
  const folder = t.testdir({});
  const environment = await embedded(folder);
  const file = join(folder, 'backups', 'shop.tar.gz');
  await backUpData(terminal(environment, [file]));
  t.same(readdirSync(join(folder, 'backups')), ['shop.tar.gz']);
  await t.rejects(backUpData(terminal(environment, [file])), { message: /is there already/ });

  await t.rejects(resetData(terminal(environment, [], false)), { message: 'Nothing was changed.' });
  t.ok(existsSync(join(environment['DATA_DIR'] ?? '', 'postgres', 'PG_VERSION')), 'a no deletes nothing');
  await resetData(terminal(environment));
  t.same(readdirSync(environment['DATA_DIR'] ?? ''), [], 'all of it is gone');

  await restoreData(terminal(environment, [file]));
  t.ok(existsSync(join(environment['DATA_DIR'] ?? '', 'postgres', 'PG_VERSION')), 'into an empty folder');

  await t.rejects(restoreData(terminal(environment, [file], false)), { message: 'Nothing was changed.' });
  await restoreData(terminal(environment, [file]));
  t.equal(await signsIn(environment, 'admin@orrery.local', 'first password'), true, 'over what was there');
  t.same(readdirSync(environment['DATA_DIR'] ?? ''), ['postgres'], 'nothing is left behind');
});

t.test('a file that is no backup changes nothing', async (t) => {
  const folder = t.testdir({ 'notes.tar.gz': 'just some text' });
  const environment = await embedded(folder);
  await t.rejects(restoreData(terminal(environment, [join(folder, 'notes.tar.gz')])), {
    code: 'command_refused',
  });
  t.same(readdirSync(environment['DATA_DIR'] ?? ''), ['postgres']);
  t.ok(existsSync(join(environment['DATA_DIR'] ?? '', 'postgres', 'PG_VERSION')));
});

t.test('while the platform runs its data is left alone', async (t) => {
  const folder = t.testdir({ 'b.tar.gz': '' });
  const environment = await embedded(folder);
  const release = await lockDataDir(environment['DATA_DIR'] ?? '');
  t.teardown(release);
  for (const command of [resetData, resetAdmin, backUpData, restoreData]) {
    const context = terminal(environment, [
      join(folder, command === restoreData ? 'b.tar.gz' : 'new.tar.gz'),
    ]);
    await t.rejects(command(context), { code: 'data_in_use' }, command.name);
  }
  t.ok(existsSync(join(environment['DATA_DIR'] ?? '', 'postgres', 'PG_VERSION')));
});

t.test('in a database only the schemas of the product go', (t) =>
  withTestDatabase(t, async (db, url) => {
    const environment = { DATABASE_URL: url };
    const empty = terminal(environment);
    await resetData(empty);
    t.match(empty.printed, [/There is no data of Orrery/]);

    await firstStart(db);
    await db.exec('create schema carts; create table carts.shopping_carts_of_somebody_else ()');
    const running = await openPostgres(url, { poolMax: 1 });
    try {
      await t.rejects(resetData(terminal(environment)), { message: /is connected to the database/ });
    } finally {
      await running.close();
    }
    await t.rejects(resetData(terminal(environment, [], false)), { message: 'Nothing was changed.' });

    const context = terminal(environment);
    await resetData(context);
    t.match(context.questions, [/^Drop the schemas accounts of orrery_test_/]);
    const left = await db.query("select nspname from pg_namespace where nspname in ('accounts', 'carts')");
    t.same(left, [{ nspname: 'carts' }]);
  }),
);

t.test('a database is dumped and restored', (t) =>
  withTestDatabase(t, async (db, url) => {
    const environment = { DATABASE_URL: url };
    const folder = t.testdir({});
    const file = join(folder, 'shop.dump');
    await firstStart(db);
    try {
      await backUpData(terminal(environment, [file]));
    } catch (error) {
      if (!(error instanceof Error && error.message.includes('pg_dump was not found'))) throw error;
      t.pass('without the PostgreSQL client the command is told');
      return;
    }
    await resetData(terminal(environment));
    await restoreData(terminal(environment, [file]));
    t.equal(await signsIn(environment, 'admin@orrery.local', 'first password'), true);
    await restoreData(terminal(environment, [file]));
    t.equal(await signsIn(environment, 'admin@orrery.local', 'first password'), true, 'over what was there');
    writeFileSync(join(folder, 'no.dump'), 'just some text');
    await t.rejects(restoreData(terminal(environment, [join(folder, 'no.dump')])), {
      message: /pg_restore failed/,
    });
    t.equal(
      await signsIn(environment, 'admin@orrery.local', 'first password'),
      true,
      'a bad dump changes nothing',
    );
  }),
);
