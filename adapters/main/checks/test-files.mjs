/**
 * Runs compiled test files, each in its own process or several of a kind in one, and reads what they say (TAP).
 *
 * A file fails when its process exits with a failure, says nothing, takes too long, or leaves something open that keeps
 * its process alive after its last test.
 */
import { spawn } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { readTap } from './tap-output.mjs';

const SEVERAL = join(dirname(fileURLToPath(import.meta.url)), 'several.mjs');

/** Most tests end before code of the embedded database that is compiled twice would have paid for it. */
const NODE_OPTIONS = ['--enable-source-maps', '--liftoff-only'];
/** A file that takes longer is stuck: tap says what it waits for. */
const FILE_TIMEOUT_MS = 420_000;
/** A process that is too busy even to say so is ended a little later. */
const LAST_WORDS_MS = 3_000;
/** A process that lives on so long after its last test has left something open. */
const OPEN_AFTER_MS = 10_000;
/** So much longer may a process take for each further file that it runs. */
const FURTHER_FILE_MS = 10_000;
/** Files in one process: more would leave the other cores idle at the end. */
const TOGETHER_MAX = 16;
/** Of a failing file so much is shown. */
const SHOWN_LINES = 150;
/** Where more files fail, it is not for want of processor time. */
const AGAIN_MAX = 5;

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

/**
 * Runs a process of one or several compiled files; resolves to a result per file: its totals, what went wrong if
 * anything, and for a file that failed the output.
 */
export function runFiles(
  files,
  { cwd, env = process.env, timeoutMs = FILE_TIMEOUT_MS, openAfterMs = OPEN_AFTER_MS },
) {
  const started = performance.now();
  const program = files.length === 1 ? files : [SEVERAL, ...files];
  return new Promise((resolve) => {
    const child = spawn(process.execPath, [...NODE_OPTIONS, ...program], {
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
      const { totals, planned } = readTap(output, files);
      const unfinished = totals.find((total) => !total.done) ?? totals.at(-1);
      if (!planned || !unfinished.done) wrong ??= 'ended before its last test';
      if (code !== 0 && totals.every((total) => total.failed === 0))
        wrong ??= `ended with ${signal ?? `exit code ${code}`}`;
      const seconds = (performance.now() - started) / 1000;
      resolve(
        totals.map((total) => {
          const reason = total === unfinished ? wrong : total.done ? undefined : 'did not run';
          const failed = Math.max(total.failed, reason === undefined ? 0 : 1);
          return { ...total, failed, wrong: reason, output: failed > 0 ? output : '', seconds };
        }),
      );
    });
  });
}

/**
 * Runs the tests in lanes, telling each result as it comes. Resolves to the totals: `files` failed, `unsteady` ones
 * failed beside others and passed by themselves. A few files that fail get this second chance, in the open: others
 * may have left them too little of the machine.
 *
 * @param lanes a promise per process of tests that may run at a time; the lane opens once it is fulfilled
 * @param oneByOne says of a path that it must not run beside another such; these go first
 * @param together names the process that a path shares with others of the same name; undefined: one of its own
 * @param env what the tests find in their environment
 */
export async function runTests(
  root,
  tests,
  { lanes, oneByOne = () => false, together = () => undefined, env = process.env },
) {
  const totals = { passed: 0, failed: 0, skipped: 0, files: [], unsteady: [] };
  const failures = [];
  const inTurn = tests.filter(oneByOne).map((test) => [test]);
  const others = grouped(
    tests.filter((test) => !oneByOne(test)),
    together,
  );
  let turnTaken = false;

  const count = ({ passed, failed, skipped }) => {
    totals.passed += passed;
    totals.failed += failed;
    totals.skipped += skipped;
  };
  const run = async (group) => {
    const compiled = group.filter((test) => existsSync(compiledFile(root, test)));
    const results =
      compiled.length === 0
        ? []
        : await runFiles(
            compiled.map((test) => compiledFile(root, test)),
            { cwd: root, env, timeoutMs: FILE_TIMEOUT_MS + (compiled.length - 1) * FURTHER_FILE_MS },
          );
    for (const test of group) {
      const result = results[compiled.indexOf(test)] ?? NOT_COMPILED;
      if (result.failed > 0) failures.push({ test, result });
      else count(result);
      tellTest(test, result, compiled.length);
    }
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
  for (const { test, result } of failures) {
    const again =
      failures.length > AGAIN_MAX || result === NOT_COMPILED
        ? undefined
        : (await runFiles([compiledFile(root, test)], { cwd: root, env }))[0];
    if (again !== undefined) tellTest(test, again, 1, ', again, by itself');
    count(again?.failed === 0 ? again : result);
    (again?.failed === 0 ? totals.unsteady : totals.files).push(test);
  }
  return totals;
}

const NOT_COMPILED = { passed: 0, failed: 1, skipped: 0, wrong: 'was not compiled', output: '', seconds: 0 };

const compiledFile = (root, test) => join(root, 'dist', test.replace(/\.tsx?$/, '.js'));

/** The tests by their process, in the order of each one's first; none has more than a handful of long files. */
function grouped(tests, together) {
  const groups = new Map();
  for (const test of tests) {
    const name = together(test) ?? test;
    groups.set(name, [...(groups.get(name) ?? []), test]);
  }
  return [...groups.values()].flatMap((group) => {
    const parts = Math.ceil(group.length / TOGETHER_MAX);
    return Array.from({ length: parts }, (_, part) => group.filter((_, index) => index % parts === part));
  });
}

function tellTest(test, { passed, failed, skipped, seconds, wrong, output }, files, how = '') {
  const outcome = failed > 0 ? 'FAIL' : 'ok  ';
  const left = skipped > 0 ? `, ${skipped} skipped` : '';
  const took = files > 1 ? `one of ${files} in ${seconds.toFixed(1)} s` : `${seconds.toFixed(1)} s`;
  const reason = wrong === undefined ? '' : `: ${wrong}`;
  console.log(`  ${outcome} ${test} (${passed} passed${left}, ${took}${how})${reason}`);
  if (failed > 0) console.log(telling(output));
}

/** What went wrong first, or else the end: another file of the process may have written long after the failure. */
function telling(output) {
  const lines = output.split('\n');
  const wrong = lines.findIndex((line) => /^\s*not ok /.test(line));
  const start = wrong < 0 ? lines.length - SHOWN_LINES : Math.max(0, wrong - SHOWN_LINES / 3);
  return lines.slice(Math.max(0, start), Math.max(0, start) + SHOWN_LINES).join('\n');
}
