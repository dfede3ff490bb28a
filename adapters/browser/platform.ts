import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const START_MS_MAX = 60_000;
const STOP_MS_MAX = 15_000;

export const ADMIN = { email: 'admin@example.com', password: 'correct horse battery' } as const;

/** No limit and no chance: three days on the road pass in a few seconds, and only test tokens decide. */
const SETTINGS = {
  PORT: '0',
  LOG_LEVEL: 'warn',
  SHIPPING_TIME_SCALE: '100000',
  PAYMENT_FAILURE_RATE: '0',
  FRAUD_REVIEW_ABOVE: '100',
  CHECKOUT_LIMIT_PER_MINUTE: '0',
  RATE_LIMIT_PER_MINUTE: '0',
  // Tests share the machine: being late is no load that must be shed.
  OVERLOAD_DELAY_MS: '0',
  ADMIN_EMAIL: ADMIN.email,
  ADMIN_PASSWORD: ADMIN.password,
} as const;

/** The part of a tap test that is needed here. */
interface Teardown {
  teardown(undo: () => Promise<void>): void;
}

/**
 * Starts the product as `npm start` does, embedded and in a folder of its own, and resolves to where it is; it is
 * stopped and removed after the test. A test that needs no settings of its own uses the product at ORRERY_TEST_URL,
 * where one runs.
 */
export async function startPlatform(
  t: Teardown,
  settings: Readonly<Record<string, string>> = {},
): Promise<string> {
  const running = process.env['ORRERY_TEST_URL'];
  if (running !== undefined && running !== '' && Object.keys(settings).length === 0) return running;
  const folder = await mkdtemp(join(tmpdir(), 'orrery-browser-'));
  const start = fileURLToPath(new URL('../main/start.js', import.meta.url));
  // The platform of one test ends before code of the embedded database that is compiled twice would have paid for it.
  const flags = Object.keys(settings).length === 0 ? [] : ['--liftoff-only'];
  const child = spawn(process.execPath, ['--enable-source-maps', ...flags, start], {
    cwd: folder,
    env: {
      PATH: process.env['PATH'],
      HOME: process.env['HOME'],
      DATA_DIR: join(folder, 'data'),
      ...SETTINGS,
      ...settings,
    },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  t.teardown(async () => {
    await stop(child);
    await rm(folder, { recursive: true, force: true });
  });
  return addressOf(child);
}

async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const late = setTimeout(() => child.kill('SIGKILL'), STOP_MS_MAX);
  const ended = once(child, 'exit');
  child.kill('SIGTERM');
  await ended;
  clearTimeout(late);
}

/** What it prints once it is up. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const late = setTimeout(() => {
      reject(new Error(`not up after ${START_MS_MAX} ms:\n${output}`));
    }, START_MS_MAX);
    const read = (chunk: string): void => {
      output += chunk;
      const url = /Orrery is up: (http:\S+)/.exec(output)?.[1];
      if (url === undefined) return;
      clearTimeout(late);
      resolve(url);
    };
    child.stdout?.setEncoding('utf8').on('data', read);
    child.stderr?.setEncoding('utf8').on('data', read);
    child.once('exit', (code) => {
      clearTimeout(late);
      reject(new Error(`ended with ${String(code)} before it was up:\n${output}`));
    });
  });
}
