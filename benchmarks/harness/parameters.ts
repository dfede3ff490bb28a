import { DrillImpossible } from '../../adapters/main/drills/run.ts';

/** A parameter of a bench that is a whole number above zero. Throws DrillImpossible for anything else. */
export function numberOf(parameters: ReadonlyMap<string, string>, name: string, fallback: number): number {
  const given = parameters.get(name);
  if (given === undefined) return fallback;
  if (/^[1-9]\d{0,8}$/.test(given)) return Number(given);
  throw new DrillImpossible(`--set ${name}=${given}: must be a whole number above zero`);
}

/** A parameter of a bench that is one of some words. Throws DrillImpossible for anything else. */
export function choiceOf<Choice extends string>(
  parameters: ReadonlyMap<string, string>,
  name: string,
  choices: readonly Choice[],
  fallback: Choice,
): Choice {
  const given = parameters.get(name);
  if (given === undefined) return fallback;
  const choice = choices.find((one) => one === given);
  if (choice !== undefined) return choice;
  throw new DrillImpossible(`--set ${name}=${given}: must be one of ${choices.join(', ')}`);
}
