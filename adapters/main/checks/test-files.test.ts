import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { pathToFileURL } from 'node:url';
import t from 'tap';

interface TestFiles {
  findTests(root: string, folders: readonly string[]): string[];
  runFiles(
    files: readonly string[],
    options: { readonly cwd: string; readonly timeoutMs: number; readonly openAfterMs: number },
  ): Promise<readonly { readonly failed: number }[]>;
  runTests(
    root: string,
    tests: readonly string[],
    options: { readonly lanes: readonly Promise<unknown>[] },
  ): Promise<object>;
}

/** The checks run before anything is compiled, so they are plain modules in the source folder. */
const source = pathToFileURL(join(process.cwd(), 'adapters/main/checks/test-files.mjs')).href;
const testFiles = (await import(source)) as TestFiles;

interface Folder {
  testdir(files: Record<string, string>): string;
}

/** Where nothing hangs, a slow machine has its time. */
const IN_TIME_MS = 60_000;
/** Enough to begin; files that hang take all of it. */
const HANGS_MS = 6_000;

/** What the checks make of test files with these sources that share a process. */
async function verdicts(
  t: Folder,
  sources: readonly string[],
  timeoutMs = IN_TIME_MS,
): Promise<readonly { readonly failed: number }[]> {
  const folder = t.testdir(
    Object.fromEntries(sources.map((source, index) => [`${String(index)}.test.mjs`, source])),
  );
  return testFiles.runFiles(
    sources.map((_, index) => join(folder, `${String(index)}.test.mjs`)),
    { cwd: process.cwd(), timeoutMs, openAfterMs: timeoutMs / 4 },
  );
}

/** What the checks make of a test file with this source. */
async function verdict(
  t: Folder,
  source: string,
  timeoutMs = IN_TIME_MS,
): Promise<{ readonly failed: number }> {
  const [result] = await verdicts(t, [source], timeoutMs);
  if (result === undefined) throw new Error('one file has one result');
  return result;
}

t.test('passed, failed and skipped tests are counted', async (t) => {
  const result = await verdict(
    t,
    `import t from 'tap';
     t.test('passes', (t) => { t.ok(true); t.ok(true); t.end(); });
     t.test('passes too', (t) => { t.ok(true); t.end(); });
     t.test('fails', (t) => { t.ok(true); t.ok(false); t.end(); });
     t.test('has no service', { skip: 'none' }, (t) => { t.end(); });`,
  );
  t.match(result, { passed: 2, failed: 1, skipped: 1, wrong: undefined });
});

t.test('a file that ends early, throws or exits badly fails', async (t) => {
  t.match(await verdict(t, `import 'tap'; process.exit(0);`), {
    failed: 1,
    wrong: 'ended before its last test',
  });
  t.match(await verdict(t, `console.log('no test at all');`), {
    failed: 1,
    wrong: 'ended before its last test',
  });
  t.ok((await verdict(t, `throw new Error('at once');`)).failed > 0);
  const late = await verdict(
    t,
    `import t from 'tap';
     t.test('passes', (t) => { t.end(); });
     process.on('exit', () => { process.exitCode = 3; });`,
  );
  t.match(late, { failed: 1, wrong: 'ended with exit code 3' });
});

t.test('a file that hangs is ended and fails', async (t) => {
  const stuck = await verdict(t, `import t from 'tap'; t.test('loops', () => { for (;;); });`, HANGS_MS);
  t.match(stuck, { failed: 1, wrong: 'took longer than 6 s' });
});

t.test('a file that leaves something open fails, though its tests pass', async (t) => {
  const source = `import t from 'tap'; import { createServer } from 'node:net';
    t.test('passes', (t) => { createServer().listen(0); t.end(); });`;
  t.match(
    await verdict(t, source, HANGS_MS),
    { passed: 1, failed: 1, output: /type: Server/ },
    'tap names what is open',
  );
  t.match(await verdict(t, `${source} t.end();`, HANGS_MS), {
    passed: 1,
    failed: 1,
    wrong: /^left something open/,
  });
});

t.test('of files in one process each has its own result', async (t) => {
  const passes = `import t from 'tap';
    t.test('passes', (t) => { t.end(); });
    t.test('passes too', async () => { await new Promise((resolve) => setTimeout(resolve, 20)); });`;
  const fails = `import t from 'tap'; t.test('fails', (t) => { t.ok(false); t.end(); });`;
  t.match(await verdicts(t, [passes, fails, passes]), [
    { passed: 2, failed: 0, wrong: undefined, output: '' },
    { passed: 0, failed: 1, wrong: undefined },
    { passed: 2, failed: 0, wrong: undefined },
  ]);
});

t.test('a file that breaks its process fails, and so do those that come after it', async (t) => {
  const passes = `import t from 'tap'; t.test('passes', (t) => { t.end(); });`;
  t.match(await verdicts(t, [passes, `import 'tap'; process.exit(0);`, passes]), [
    { passed: 1, failed: 0 },
    { failed: 1, wrong: 'ended before its last test' },
    { failed: 1, wrong: 'did not run' },
  ]);
  const open = `import t from 'tap'; import { createServer } from 'node:net';
    t.test('passes', (t) => { createServer().listen(0); t.end(); });`;
  const results = await verdicts(t, [passes, open], HANGS_MS);
  t.ok(
    results.some(({ failed }) => failed > 0),
    'something was left open',
  );
});

t.test('what fails beside others has a second chance by itself, and both are told', async (t) => {
  const root = t.testdir({
    dist: {
      'steady.test.js': `import t from 'tap'; t.test('passes', (t) => { t.end(); });`,
      'unsteady.test.js': `import t from 'tap'; import { existsSync, writeFileSync } from 'node:fs';
        const isSecond = existsSync(new URL('mark', import.meta.url));
        writeFileSync(new URL('mark', import.meta.url), '');
        t.test('passes', (t) => { t.end(); });
        t.test('passes at last', (t) => { t.ok(isSecond); t.end(); });`,
      'wrong.test.js': `import t from 'tap'; t.test('fails', (t) => { t.ok(false); t.end(); });`,
      'package.json': '{ "type": "module" }',
    },
  });
  const lines: string[] = [];
  t.intercept(console, 'log', { value: (line: string) => lines.push(line) });
  const tests = ['steady.test.ts', 'unsteady.test.ts', 'wrong.test.ts', 'missing.test.ts'];
  t.same(await testFiles.runTests(root, tests, { lanes: [Promise.resolve()] }), {
    passed: 3,
    failed: 2,
    skipped: 0,
    files: ['wrong.test.ts', 'missing.test.ts'],
    unsteady: ['unsteady.test.ts'],
  });
  const told = lines.filter((line) => line.includes('unsteady.test.ts ('));
  t.match(told, [/FAIL .* \(1 passed/, /ok .* \(2 passed.*, again, by itself\)/]);
});

t.test('tests are found below their folders, packages aside', (t) => {
  const root = t.testdir({});
  for (const path of ['core/a', 'core/a/node_modules/x', 'ui'])
    mkdirSync(join(root, path), { recursive: true });
  for (const path of [
    'core/a/b.test.ts',
    'core/c.test.tsx',
    'core/d.ts',
    'core/a/node_modules/x/e.test.ts',
    'ui/f.test.ts',
  ]) {
    writeFileSync(join(root, path), '');
  }
  t.same(testFiles.findTests(root, ['core', 'nowhere']), ['core/a/b.test.ts', 'core/c.test.tsx']);
  t.end();
});
