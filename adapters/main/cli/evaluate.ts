/**
 * Grades a model against its baselines on a file of the user's own.
 *
 *   npm run evaluate -- forecast --input sales.csv --horizon 28 --season 7 --folds 4
 *
 * Prints a table and writes the same as JSON. Exit code 2, and nothing written, when the input or an option is wrong.
 */
import { writeFile } from 'node:fs/promises';
import process from 'node:process';
import { BadInput } from '../../../core/models/evaluation/bad-input.ts';
import { optionsOf, readEvaluateArguments } from './evaluate/arguments.ts';
import { EVALUATIONS } from './evaluate/evaluations.ts';
import { printedReport } from './evaluate/print-report.ts';
import { readFurther } from './evaluate/read-further.ts';
import { readTable } from './evaluate/read-table.ts';

const BAD_INPUT_EXIT_CODE = 2;

function usage(): string[] {
  return [
    'npm run evaluate -- MODEL --input FILE.csv [--json FILE] [options]',
    ...EVALUATIONS.flatMap((evaluation) => [
      '',
      `${evaluation.name}: ${evaluation.summary}`,
      ...evaluation.columns.map(
        ({ name, required, holds }) => `  column ${name}${required ? '' : ' (optional)'}: ${holds}`,
      ),
      ...optionsOf(evaluation).map(({ name, text }) => `  --${name}: ${text}`),
    ]),
  ];
}

async function evaluate(args: readonly string[]): Promise<readonly string[]> {
  const given = readEvaluateArguments(args, EVALUATIONS);
  if (given === undefined) return usage();
  const { evaluation, input, json, options } = given;
  const table = await readTable(input);
  const further = await readFurther(evaluation, options, input);
  const started = performance.now();
  const report = evaluation.run(table, options, further);
  const seconds = Math.round(performance.now() - started) / 1_000;
  const written = { model: evaluation.name, input, options, seconds, ...report };
  await writeFile(json, `${JSON.stringify(written, null, 2)}\n`);
  return [...printedReport(report), '', `${seconds.toFixed(1)} s; written to ${json}`];
}

try {
  for (const line of await evaluate(process.argv.slice(2))) process.stdout.write(`${line}\n`);
} catch (error) {
  if (!(error instanceof BadInput)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = BAD_INPUT_EXIT_CODE;
}
