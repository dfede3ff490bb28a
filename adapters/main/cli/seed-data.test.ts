import t from 'tap';
import { loadSettings } from '../settings.ts';
import { readSeedArguments } from './seed-arguments.ts';
import { seedData } from './seed-data.ts';
import { createSeedProgress } from './seed-progress.ts';

t.test('what to seed is read from the arguments', (t) => {
  t.match(readSeedArguments(['--orders', '2000', '--until', '2026-11-21T12:00Z', '--products', '100']), {
    remove: false,
    orders: 2_000,
    users: undefined,
    products: 100,
    until: '2026-11-21T12:00:00.000Z',
    workers: 2,
  });
  t.same(readSeedArguments(['--remove', '--yes']), { remove: true });
  t.end();
});

t.test('an argument that makes no sense is named, with what is allowed', (t) => {
  const refused = (message: RegExp, ...args: string[]): void => {
    t.throws(() => readSeedArguments(args), { code: 'command_refused', message }, args.join(' '));
  };
  refused(/^--orders: must be a whole number from 1 to 100,000,000, not "0"/, '--orders', '0');
  refused(/^--orders: .* not "1e7"/, '--orders', '1e7');
  refused(/^--orders: .* not "1000000000"/, '--orders', '1000000000');
  refused(/^--users: must be a whole number from 1 to 1,000,000/, '--users', 'many');
  refused(/^--products: must be a multiple of 50, not 75/, '--products', '75');
  refused(/^--seed: .* not "2147483648"/, '--seed', '2147483648');
  refused(/^--workers: must be a whole number from 1 to 16/, '--workers', '17');
  refused(/^--until: must be a time in UTC/, '--until', 'yesterday');
  refused(/^--until: /, '--until', '2026-13-41T00:00Z');
  refused(/--order.*\nnpm run seed -- --orders/, '--order', '5');
  refused(/takes everything away; --orders has no place/, '--remove', '--orders', '5');
  t.end();
});

t.test('the embedded database refuses more than it can bear, before anything is opened', async (t) => {
  const context = {
    settings: loadSettings({ DATA_DIR: '/nowhere' }),
    args: ['--orders', '10000000'],
    print: () => undefined,
    confirm: () => Promise.resolve(),
  };
  await t.rejects(seedData(context), {
    code: 'command_refused',
    message: /100,000 at most; set DATABASE_URL/,
  });
});

t.test('a load tells how far it is, how fast, and when it will be there', (t) => {
  let nowMs = 0;
  const lines: string[] = [];
  const progress = createSeedProgress(
    1_000,
    (line) => lines.push(line),
    () => nowMs,
  );
  progress.begin('orders');
  progress.orders(200);
  nowMs = 4_000;
  progress.orders(400);
  nowMs = 10_000;
  progress.orders(600);
  nowMs = 65_000;
  progress.orders(1_000);
  progress.end();
  t.same(
    lines.map((line) => line.trim()),
    [
      '0:00  orders',
      '0:00  200 orders, 20.0 %, 0 a second',
      '0:10  600 orders, 60.0 %, 40 a second, 0:10 left',
      '1:05  1,000 orders, 100.0 %, 12 a second, 0:00 left',
      '1:05  done',
    ],
    'what was there before counts for no speed',
  );
  t.end();
});
