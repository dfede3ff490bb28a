/**
 * Every check of the repository, each told with its time; all run even when one fails.
 *
 *   npm test                  everything
 *   npm test -- core/engine   build, then only the tests whose path contains one of the words
 *   npm test -- .long.        the tests that take too long to be among all others
 *
 * REQUIRE_SERVICES=1: a missing service fails instead of having its tests skipped.
 */
import { spawn } from 'node:child_process';
import { chmodSync, existsSync, mkdtempSync, rmSync, statfsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openBrowserStage } from './checks/browser-stage.mjs';
import { findServices } from './checks/services.mjs';
import { findTests, runTests } from './checks/test-files.mjs';

const ROOT = join(dirname(fileURLToPath(import.meta.url)), '..', '..');
const TEST_FOLDERS = ['core', 'sagas', 'adapters', 'benchmarks'];
const modules = (...parts) => join(ROOT, 'node_modules', ...parts);

const BUILDS = [
  { name: 'server: compile', args: [join(ROOT, 'adapters/main/prepare.mjs'), '--build-server'] },
  {
    name: 'UI: types',
    args: [modules('@typescript/native/bin/tsc'), '--noEmit', '-p', 'ui'],
    needs: 'ui/tsconfig.json',
  },
  {
    name: 'UI: bundle',
    args: [join(ROOT, 'adapters/main/prepare.mjs'), '--build-ui'],
    needs: 'ui/index.html',
  },
];

/** They need no build, so they run beside it and beside the first tests. */
const READERS = [
  {
    name: 'lint (oxlint)',
    args: [modules('oxlint/bin/oxlint'), '--deny-warnings'],
  },
  {
    name: 'format (oxfmt)',
    args: [modules('oxfmt/bin/oxfmt'), '--check'],
  },
  {
    name: 'imports (dependency-cruiser)',
    args: [
      modules('dependency-cruiser/bin/dependency-cruise.mjs'),
      '--config=.dependency-cruiser.cjs',
      '--output-type=err',
      ...['core', 'sagas', 'adapters', 'benchmarks', 'ui'].filter((folder) => existsSync(join(ROOT, folder))),
    ],
  },
];

const SIMULATION = {
  name: 'simulation: 300 seeds',
  args: [join(ROOT, 'dist/adapters/main/cli/simulate.js'), '--seeds', '300'],
};

/**
 * Tests that share a process: those of pure code, whose start would take longer than they do, and those which use one
 * embedded database after the other. Tests of whole engines and platforms are long, and have one each.
 */
const TOGETHER = [
  'core/engine/',
  'core/models/',
  'core/',
  'sagas/',
  'adapters/http/',
  'adapters/contracts/',
  'adapters/postgres/',
  'adapters/embedded/',
  'adapters/simulated/',
  'adapters/rabbitmq/',
  'adapters/stripe/',
  'benchmarks/',
];
const processOf = (path) =>
  path.includes('/engine-') ? undefined : TOGETHER.find((folder) => path.startsWith(folder));

/** So much of it the data folders of a run may take. */
const MEMORY_BYTES_LEAST = 2 ** 31;

/** A folder for what tests write, in memory where the system has room for it: disks are slow to promise anything. */
function folderInMemory() {
  const place = '/dev/shm';
  if (process.env.TMPDIR !== undefined || !existsSync(place)) return undefined;
  try {
    const { bavail, bsize } = statfsSync(place);
    if (bavail * bsize < MEMORY_BYTES_LEAST) return undefined;
    const folder = mkdtempSync(join(place, 'orrery-test-'));
    // RabbitMQ reads files that tests write for it.
    chmodSync(folder, 0o755);
    return folder;
  } catch {
    return undefined;
  }
}

const totals = { passed: 0, failed: 0, skipped: 0, wrong: [] };

function tell(name, passed, started, output = '') {
  totals[passed ? 'passed' : 'failed'] += 1;
  if (!passed) totals.wrong.push(name);
  const seconds = ((performance.now() - started) / 1000).toFixed(1);
  console.log(`${passed ? 'ok  ' : 'FAIL'} ${name} (${seconds} s)`);
  if (!passed && output.trim() !== '') console.log(output.trimEnd());
}

/** Runs a program of ours to its end; its output is shown only when it fails. */
function step({ name, args, needs }) {
  if (needs !== undefined && !existsSync(join(ROOT, needs))) return Promise.resolve();
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, args, { cwd: ROOT, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const read = (chunk) => (output += chunk);
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.on('close', (code) => {
      tell(name, code === 0, started, output);
      resolve();
    });
  });
}

async function inTurn(entries) {
  for (const entry of entries) await step(entry);
}

async function checkServices() {
  const required = process.env.REQUIRE_SERVICES === '1';
  for (const { name, found, line } of await findServices()) {
    console.log(`${name}: ${line}`);
    if (!required) continue;
    if (found) totals.passed += 1;
    else {
      totals.failed += 1;
      totals.wrong.push(`${name} (REQUIRE_SERVICES=1)`);
    }
  }
}

async function runAll(words) {
  const started = performance.now();
  const subset = words.length > 0;
  await checkServices();
  const tests = findTests(ROOT, TEST_FOLDERS).filter((path) =>
    subset ? words.some((word) => path.includes(word)) : !path.includes('.long.'),
  );
  const readers = subset ? Promise.resolve() : inTurn(READERS);
  await inTurn(subset ? [BUILDS[0]] : BUILDS);
  const checked = subset ? readers : readers.then(() => step(SIMULATION));
  // Some tests wait more than they work: one lane more than there are cores keeps these busy. With more the whole is no
  // sooner done, and each test waits longer for what it asked.
  const lanes = Array.from({ length: Math.min(6, availableParallelism() + 1) }, (_, lane) =>
    lane === 0 ? checked : Promise.resolve(),
  );
  console.log(`tests: ${tests.length} files, ${lanes.length} at a time`);
  const inBrowser = (path) => path.startsWith('adapters/browser/');
  const stage = tests.filter(inBrowser).length > 1 ? await openBrowserStage(ROOT) : undefined;
  const result = await runTests(ROOT, tests, {
    lanes,
    oneByOne: inBrowser,
    together: processOf,
    env: { ...process.env, ...stage?.env },
  });
  await stage?.close();
  totals.passed += result.passed;
  totals.failed += result.failed;
  totals.skipped += result.skipped;
  totals.wrong.push(...result.files);
  if (subset && tests.length === 0) {
    totals.failed += 1;
    totals.wrong.push(`no test has ${words.join(' or ')} in its path`);
  }
  for (const name of result.unsteady) {
    console.log(`unsteady: ${name} failed beside other tests and passed by itself (see above)`);
  }
  for (const name of totals.wrong) console.log(`failed: ${name}`);
  const skipped = totals.skipped > 0 ? `, ${totals.skipped} skipped` : '';
  console.log(`${((performance.now() - started) / 1000).toFixed(0)} s${skipped}`);
  console.log(`${totals.passed} passed, ${totals.failed} failed`);
  process.exitCode = totals.failed > 0 ? 1 : 0;
}

const folder = folderInMemory();
if (folder !== undefined) process.env.TMPDIR = folder;
try {
  await runAll(process.argv.slice(2));
} finally {
  if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
}
