import { writeFile } from 'node:fs/promises';
import type { Evaluation, Report } from '../../../../core/models/evaluation/evaluation.ts';
import { type EvaluateArguments, optionsOf, readEvaluateArguments } from './arguments.ts';
import { EVALUATIONS } from './evaluations.ts';
import { printedReport } from './print-report.ts';
import { readFurther } from './read-further.ts';
import { readTable } from './read-table.ts';

/**
 * Grades the model that the arguments name, writes its report as JSON, and resolves to the lines to be printed; without a
 * model to how the command is used. Rejects with BadInput, and writes nothing, when the input or an option is wrong.
 */
export async function evaluate(args: readonly string[]): Promise<readonly string[]> {
  const given = readEvaluateArguments(args, EVALUATIONS);
  if (given === undefined) return usage();
  const { evaluation, json, options } = given;
  const input = typeof given.input === 'string' ? given.input : 'simulated';
  const grade = await gradingOf(given);
  const started = performance.now();
  const report = grade();
  const seconds = Math.round(performance.now() - started) / 1_000;
  const written = { model: evaluation.name, input, options, seconds, ...report };
  await writeFile(json, `${JSON.stringify(written, null, 2)}\n`);
  return [...printedReport(report), '', `${seconds.toFixed(1)} s; written to ${json}`];
}

/** Everything is read before the time counts. */
async function gradingOf({ evaluation, input, options }: EvaluateArguments): Promise<() => Report> {
  if (typeof input !== 'string') return () => input.run(options);
  const table = await readTable(input);
  const further = await readFurther(evaluation, options, input);
  return () => evaluation.run(table, options, further);
}

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
      ...simulatedUsage(evaluation),
    ]),
  ];
}

function simulatedUsage({ name, simulated }: Evaluation): string[] {
  if (simulated === undefined) return [];
  return [
    `  npm run evaluate -- ${name} --simulated [options]: ${simulated.holds}`,
    ...optionsOf(simulated).map((option) => `    --${option.name}: ${option.text}`),
  ];
}
