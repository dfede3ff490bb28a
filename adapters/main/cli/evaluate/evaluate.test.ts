import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import t, { type Test } from 'tap';
import { BadInput } from '../../../../core/models/evaluation/bad-input.ts';
import { evaluate } from './evaluate.ts';
import { EVALUATIONS } from './evaluations.ts';

const PROGRAM = fileURLToPath(new URL('../evaluate.js', import.meta.url));
const BAD_INPUT_EXIT_CODE = 2;
const folder = t.testdir({});
// Reports are written into the folder one stands in.
process.chdir(folder);

interface Outcome {
  readonly code: number | null;
  readonly printed: string;
  readonly complaint: string;
}

/** The command in this process, with what its program would say. */
async function evaluated(...args: string[]): Promise<Outcome> {
  try {
    return { code: 0, printed: `${(await evaluate(args)).join('\n')}\n`, complaint: '' };
  } catch (error) {
    if (!(error instanceof BadInput)) throw error;
    return { code: BAD_INPUT_EXIT_CODE, printed: '', complaint: `${error.message}\n` };
  }
}

/** The real program. */
async function started(...args: string[]): Promise<Outcome> {
  const child = spawn(process.execPath, [PROGRAM, ...args]);
  let [printed, complaint] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (complaint += chunk.toString()));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, printed, complaint };
}

function file(name: string, content: string | Buffer): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A command that must be refused. */
async function refused(t: Pick<Test, 'equal' | 'match'>, args: string[], message: RegExp): Promise<void> {
  const { code, printed, complaint } = await evaluated(...args);
  t.equal(code, BAD_INPUT_EXIT_CODE, args.join(' '));
  t.equal(printed, '');
  t.match(complaint, message);
  t.equal(complaint.trim().split('\n').length, 1, 'one line, no stack');
}

await t.test('--help lists every model with its columns and options', async (t) => {
  const { code, printed } = await evaluated('--help');
  t.equal(code, 0);
  for (const { name, columns } of EVALUATIONS) {
    t.ok(printed.includes(`\n${name}: `), name);
    for (const column of columns) t.ok(printed.includes(`column ${column.name}`), `${name}, ${column.name}`);
  }
});

await t.test(
  'the program prints what it was asked, and ends with 2 and one line when that is wrong',
  async (t) => {
    const [help, wrong] = await Promise.all([started('--help'), started('churn', '--input', 'none.csv')]);
    t.strictSame(help, await evaluated('--help'));
    t.strictSame(wrong, await evaluated('churn', '--input', 'none.csv'));
    t.match(wrong, {
      code: BAD_INPUT_EXIT_CODE,
      printed: '',
      complaint: /^--input: there is no file none\.csv/,
    });
  },
);

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
  const { code, printed } = await evaluated(
    'anomaly',
    '--input',
    input,
    '--windows',
    windows,
    '--json',
    json,
  );
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

await t.test('of payments the failures are looked for, whatever the column says yes to', async (t) => {
  const rows = Array.from({ length: 400 }, (_, row) => `${row},${(row * 37) % 100},${row % 5 === 0 ? 0 : 1}`);
  const input = file('payments.csv', `at,amount,success\n${rows.join('\n')}\n`);
  const json = join(folder, 'payments.json');
  const asked = ['payments', '--input', input, '--time', 'at', '--json', json];
  const first = await evaluated(...asked);
  t.equal(first.code, 0);
  t.match(first.printed, /label: success, looked for: 0 /);
  t.match(
    (await evaluated(...asked, '--positive', '1')).printed,
    /label: success, looked for: 1 \(as --positive says\)/,
  );
  await refused(t, [...asked, '--positive', 'maybe'], /^--positive: "maybe" is no class of column success/);
});

await t.test('what can be made up needs no file', async (t) => {
  const json = join(folder, 'simulated.json');
  const asked = ['fraud', '--simulated', '--orders', '5000', '--seed', '2', '--trees', '10', '--json', json];
  const { code, printed } = await evaluated(...asked);
  t.equal(code, 0);
  t.match(printed, /Recall by pattern: known, and left out of the training\n.*\n.*\ncard testing /);
  t.match(JSON.parse(readFileSync(json, 'utf8')) as object, {
    model: 'fraud',
    input: 'simulated',
    options: { orders: 5_000, seed: 2, trees: 10 },
  });
  await refused(t, ['fraud', '--simulated', '--orders', '10'], /^--orders: /);
  await refused(t, ['fraud', '--simulated', '--trees', '9'], /^--trees: /);
  await refused(t, ['fraud', '--simulated', '--input', json], /--input/);
  await refused(t, ['churn', '--simulated'], /--simulated/);
});
