import { parseArgs } from 'node:util';
import { z } from 'zod';
import { errorMessage } from '../../../../core/kernel/errors.ts';
import { BadInput } from '../../../../core/models/evaluation/bad-input.ts';
import type { Evaluation, SimulatedEvaluation } from '../../../../core/models/evaluation/evaluation.ts';

export interface EvaluateArguments {
  readonly evaluation: Evaluation;
  /** A file, or data that is made up. */
  readonly input: string | SimulatedEvaluation;
  /** Where the report goes as JSON. */
  readonly json: string;
  /** Checked by the evaluation's own schema. */
  readonly options: object;
}

/** `undefined` when only the list of models was asked for. Throws BadInput naming the argument that is wrong. */
export function readEvaluateArguments(
  args: readonly string[],
  evaluations: readonly Evaluation[],
): EvaluateArguments | undefined {
  const [name, ...rest] = args;
  if (name === undefined || name === '--help') return undefined;
  const evaluation = evaluations.find((each) => each.name === name);
  if (evaluation === undefined) {
    throw new BadInput(
      `there is no model "${name}"; there are ${evaluations.map((each) => each.name).join(', ')}`,
    );
  }
  const simulated = rest.includes('--simulated') ? evaluation.simulated : undefined;
  const graded = simulated ?? evaluation;
  // Where nothing can be made up, the flag is refused like any other that is not known.
  const flags = simulated === undefined ? rest : rest.filter((argument) => argument !== '--simulated');
  const {
    input = simulated,
    json,
    ...given
  } = flagsOf(flags, graded, simulated === undefined ? ['input'] : []);
  if (input === undefined) throw new BadInput('--input: say which file to read');
  const options = graded.options.safeParse(given);
  if (!options.success) {
    const [issue] = options.error.issues;
    throw new BadInput(`--${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'is wrong'}`);
  }
  return { evaluation, input, json: json ?? `evaluation-${name}.json`, options: options.data };
}

/** The options of an evaluation, each with its description. */
export function optionsOf(
  evaluation: Pick<Evaluation, 'options'>,
): readonly { name: string; text: string }[] {
  if (!(evaluation.options instanceof z.ZodObject)) return [];
  return Object.entries(evaluation.options.shape).map(([name, field]) => ({
    name,
    text: (field as z.ZodType).description ?? '',
  }));
}

function flagsOf(
  args: readonly string[],
  evaluation: Pick<Evaluation, 'options'>,
  inputs: readonly string[],
): Partial<Record<string, string>> {
  const names = [...inputs, 'json', ...optionsOf(evaluation).map(({ name }) => name)];
  try {
    return parseArgs({
      args: [...args],
      options: Object.fromEntries(names.map((name) => [name, { type: 'string' as const }])),
    }).values;
  } catch (error) {
    throw new BadInput(errorMessage(error));
  }
}
