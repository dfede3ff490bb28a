/**
 * Runs compiled test files, each in its own process, and reads what they say (TAP).
 *
 * A file fails when it exits with a failure, says nothing, takes too long, or leaves something open that keeps
 * its process alive after its last test.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** A file that takes longer is stuck: tap says what it waits for. */
const FILE_TIMEOUT_MS = 90_000;
/** A process that is too busy even to say so is ended a little later. */
const LAST_WORDS_MS = 3_000;
/** A process that lives on so long after its last test has left something open. */
const OPEN_AFTER_MS = 10_000;
/** Of a failing file the end of its output is shown. */
const SHOWN_LINES = 150;

/** Source paths of all tests, e.g. `core/engine/timers.test.ts`, below the folders given. */
export function findTests(root, folders) {
  const tests = [];
  for (const folder of folders) {
    if (!existsSync(join(root, folder))) continue;
    for (const entry of readdirSync(join(root, folder), { withFileTypes: true, recursive: true })) {
      if (!entry.isFile() || !/\.test\.tsx?$/.test(entry.name)) continue;
      tests.push(
        relative(root, join(entry.parentPath ?? entry.path, entry.name))
          .split(sep)
          .join('/'),
      );
    }
  }
  return tests.filter((path) => !path.includes('node_modules/')).sort();
}

function count(output) {
  const totals = { passed: 0, failed: 0, skipped: 0, done: false };
  for (const line of output.split('\n')) {
    const point = /^(not )?ok \d+(.*)$/.exec(line);
    if (point === null) {
      if (/^1\.\.\d+/.test(line)) totals.done = true;
    } else if (/ # SKIP\b/i.test(point[2])) totals.skipped += 1;
    else if (point[1] === undefined) totals.passed += 1;
    else totals.failed += 1;
  }
  return totals;
}

/** Runs one compiled file; resolves to its totals, what went wrong if anything, and its output. */
export function runTest(
  file,
  { cwd, env = process.env, timeoutMs = FILE_TIMEOUT_MS, openAfterMs = OPEN_AFTER_MS },
) {
  const started = performance.now();
  return new Promise((resolve) => {
    const child = spawn(process.execPath, ['--enable-source-maps', file], {
      cwd,
      env: { ...env, TAP_TIMEOUT: String(Math.ceil(timeoutMs / 1000)) },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let wrong;
    let leftOpen;
    const give = (reason) => {
      wrong ??= reason;
      child.kill('SIGKILL');
    };
    const tooLong = setTimeout(() => {
      give(`took longer than ${timeoutMs / 1000} s`);
    }, timeoutMs + LAST_WORDS_MS);
    const read = (chunk) => {
      output += chunk;
      // The root's summary comes after its last test, its plan and its teardown.
      if (leftOpen === undefined && /^# time=/m.test(output)) {
        leftOpen = setTimeout(() => {
          give('left something open: its process lives on after its last test');
        }, openAfterMs);
      }
    };
    child.stdout.setEncoding('utf8').on('data', read);
    child.stderr.setEncoding('utf8').on('data', read);
    child.on('close', (code, signal) => {
      clearTimeout(tooLong);
      clearTimeout(leftOpen);
      const totals = count(output);
      if (!totals.done) wrong ??= 'ended before its last test';
      if (code !== 0 && totals.failed === 0) wrong ??= `ended with ${signal ?? `exit code ${code}`}`;
      resolve({
        passed: totals.passed,
        failed: Math.max(totals.failed, wrong === undefined ? 0 : 1),
        skipped: totals.skipped,
        wrong,
        output,
        seconds: (performance.now() - started) / 1000,
      });
    });
  });
}

/**
 * Runs the tests in lanes, telling each result as it comes. Resolves to the totals.
 *
 * @param lanes a promise per test that may run at a time; the lane opens once it is fulfilled
 * @param oneByOne says of a path that it must not run beside another such; these go first
 * @param env what the tests find in their environment
 */
export async function runTests(root, tests, { lanes, oneByOne = () => false, env = process.env }) {
  const totals = { passed: 0, failed: 0, skipped: 0, files: [] };
  const inTurn = tests.filter(oneByOne);
  const others = tests.filter((test) => !oneByOne(test));
  let turnTaken = false;

  const run = async (test) => {
    const file = join(root, 'dist', test.replace(/\.tsx?$/, '.js'));
    const result = existsSync(file)
      ? await runTest(file, { cwd: root, env })
      : { passed: 0, failed: 1, skipped: 0, wrong: 'was not compiled', output: '', seconds: 0 };
    totals.passed += result.passed;
    totals.failed += result.failed;
    totals.skipped += result.skipped;
    if (result.failed > 0) totals.files.push(test);
    tellTest(test, result);
  };
  const lane = async (open) => {
    await open;
    for (;;) {
      if (inTurn.length > 0 && !turnTaken) {
        turnTaken = true;
        while (inTurn.length > 0) await run(inTurn.shift());
      } else if (others.length > 0) await run(others.shift());
      else return;
    }
  };
  await Promise.all(lanes.map(lane));
  return totals;
}

function tellTest(test, { passed, failed, skipped, seconds, wrong, output }) {
  const outcome = failed > 0 ? 'FAIL' : 'ok  ';
  const left = skipped > 0 ? `, ${skipped} skipped` : '';
  const reason = wrong === undefined ? '' : `: ${wrong}`;
  console.log(`  ${outcome} ${test} (${passed} passed${left}, ${seconds.toFixed(1)} s)${reason}`);
  if (failed > 0) console.log(output.split('\n').slice(-SHOWN_LINES).join('\n'));
}
