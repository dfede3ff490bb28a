import { spawn } from 'node:child_process';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { EVALUATIONS } from './evaluations.ts';

const PROGRAM = fileURLToPath(new URL('../evaluate.js', import.meta.url));
const folder = t.testdir({});

interface Outcome {
  readonly code: number | null;
  readonly printed: string;
  readonly complaint: string;
}

/** The real program, in a folder of its own. */
async function evaluate(...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [PROGRAM, ...args], { cwd: folder });
  let [printed, complaint] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', resolve);
  });
  return { code, printed, complaint };
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** Runs that must be refused, a few at a time: each is a process of its own. */
async function refused(t: Pick<Test, 'equal' | 'match'>, args: string[], message: RegExp): Promise<void> {
  const { code, printed, complaint } = await evaluate(...args);
  t.equal(code, 2, args.join(' '));
  t.equal(printed, '');
  t.match(complaint, message);
  t.equal(complaint.trim().split('\n').length, 1, 'one line, no stack');
}

await t.test('--help lists every model with its columns and options', async (t) => {
  const { code, printed } = await evaluate('--help');
  t.equal(code, 0);
  for (const { name, columns } of EVALUATIONS) {
    t.ok(printed.includes(`\n${name}: `), name);
    for (const column of columns) t.ok(printed.includes(`column ${column.name}`), `${name}, ${column.name}`);
  }
});

await t.test(
  'every model refuses an unknown option and a file without its columns, and writes nothing',
  async (t) => {
    const strange = file('strange.csv', 'strange\n1\n');
    for (const { name } of EVALUATIONS) {
      await refused(t, [name, '--input', strange, '--nonsense', '1'], /--nonsense/);
      await refused(t, [name, '--input', strange], /column|--/);
      t.notOk(existsSync(join(folder, `evaluation-${name}.json`)), `${name} wrote nothing`);
    }
  },
);

await t.test('files that can not be read are named, with the line where there is one', async (t) => {
  const model = 'churn';
  const cases: [string, RegExp][] = [
    [join(folder, 'none.csv'), /^--input: there is no file .*none\.csv/],
    [folder, /^--input: .* is not a file/],
    [file('empty.csv', ''), /^--input: .*empty/],
    [file('header.csv', 'customer,time,amount\n'), /has a header and no row/],
    [file('twice.csv', 'time,time\n1,2\n'), /^line 1: column "time" is there twice/],
    [file('ragged.csv', 'customer,time,amount\na,1,2\nb,1\n'), /^line 3: has 2 cells, the header has 3/],
    [
      file('text.csv', 'customer,time,amount\na,1,2\nb,1,much\n'),
      /^line 3, column amount: "much" is not a number/,
    ],
    [
      file('cut.csv.gz', gzipSync('customer,time,amount\na,1,2\n').subarray(0, 20)),
      /^--input: .*can't be read/,
    ],
    [file('plain.csv.gz', 'customer,time,amount\na,1,2\n'), /^--input: .*can't be read/],
  ];
  for (const [path, message] of cases) await refused(t, [model, '--input', path], message);
  await refused(t, ['astrology', '--input', folder], /^there is no model "astrology"; there are .*churn/);
  await refused(t, [model], /^--input: say which file to read/);
});

await t.test('windows of a second file: missing, not JSON, not spans', async (t) => {
  const rows = Array.from({ length: 300 }, (_, step) => `${step},${Math.sin(step)}`);
  const input = file('values.csv', `time,value\n${rows.join('\n')}\n`);
  const windows = (name: string, content: string): string[] => [
    'anomaly',
    '--input',
    input,
    '--windows',
    file(name, content),
  ];
  await refused(t, ['anomaly', '--input', input], /^--windows: /);
  await refused(
    t,
    ['anomaly', '--input', input, '--windows', 'none.json'],
    /^--windows: there is no file none\.json/,
  );
  await refused(t, windows('broken.json', '[['), /^--windows: .*is not JSON/);
  await refused(t, windows('other.json', '[{"start": 1}]'), /^--windows: .*is neither/);
  await refused(
    t,
    windows('bad.csv', 'start,end\n9,5\n'),
    /^line 2, column end: --windows: is before its start/,
  );
});

await t.test('a report is printed and written as JSON, from gzip too', async (t) => {
  const rows = Array.from(
    { length: 300 },
    (_, step) => `${step},${10 + Math.sin(step * 1.7) + (step === 200 ? 90 : 0)}`,
  );
  const input = file('stream.csv.gz', gzipSync(`time,value\n${rows.join('\n')}\n`));
  const windows = file('windows.json', '[["195", "215"]]');
  const json = join(folder, 'report.json');
  const { code, printed } = await evaluate('anomaly', '--input', input, '--windows', windows, '--json', json);
  t.equal(code, 0);
  t.match(printed, /ours .*\n/);
  t.match(JSON.parse(readFileSync(json, 'utf8')) as object, {
    model: 'anomaly',
    input,
    options: { windows },
    grades: [{ model: 'ours', metric: 'NAB score' }],
    facts: { points: 300 },
  });
});
