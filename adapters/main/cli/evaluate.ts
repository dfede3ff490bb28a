/**
 * Grades a model against its baselines on a file of the user's own.
 *
 *   npm run evaluate -- forecast --input sales.csv --horizon 28 --season 7 --folds 4
 *
 * Prints a table and writes the same as JSON. Exit code 2, and nothing written, when the input or an option is wrong.
 */
import process from 'node:process';
import { BadInput } from '../../../core/models/evaluation/bad-input.ts';
import { evaluate } from './evaluate/evaluate.ts';

const BAD_INPUT_EXIT_CODE = 2;

try {
  for (const line of await evaluate(process.argv.slice(2))) process.stdout.write(`${line}\n`);
} catch (error) {
  if (!(error instanceof BadInput)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = BAD_INPUT_EXIT_CODE;
}
