import { randomInt } from 'node:crypto';
import { DrillImpossible, readOptions } from '../run.ts';
import type { PerformOptions } from './perform.ts';
import type { Scenario } from './scenario.ts';
import { SCENARIOS } from './scenarios.ts';

export interface ChaosArguments {
  /** Only tell what there is. */
  readonly list: boolean;
  readonly scenarios: readonly Scenario[];
  readonly options: PerformOptions;
}

/** Throws DrillImpossible for whatever is not understood. */
export function readChaosArguments(given: readonly string[]): ChaosArguments {
  const { numbers, texts, flags } = readOptions(given, {
    numbers: {
      rate: { min: 1, max: 1_000, fallback: 25 },
      seconds: { min: 0, max: 600, fallback: 0 },
      seed: { min: 0, max: 2 ** 32 - 1, fallback: randomInt(2 ** 32) },
    },
    texts: ['scenario', 'logs'],
    flags: ['list'],
  });
  const { rate, seconds, seed } = numbers;
  return {
    list: flags.has('list'),
    scenarios: texts.scenario === undefined ? SCENARIOS : texts.scenario.split(',').map(scenarioNamed),
    options: {
      rate,
      seed,
      ...(seconds > 0 && { seconds }),
      ...(texts.logs !== undefined && { logs: texts.logs }),
    },
  };
}

function scenarioNamed(name: string): Scenario {
  const scenario = SCENARIOS.find((each) => each.name === name.trim());
  if (scenario !== undefined) return scenario;
  throw new DrillImpossible(
    `there is no scenario "${name.trim()}"; known are ${SCENARIOS.map((each) => each.name).join(', ')}`,
  );
}
