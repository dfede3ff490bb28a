import { parseArgs } from 'node:util';
import { errorMessage } from '../../core/kernel/errors.ts';
import { DrillImpossible } from '../../adapters/main/drills/run.ts';
import type { Bench, Stack } from './bench.ts';

export interface Asked {
  readonly benches: readonly Bench[];
  readonly runs: number;
  /** Undefined: as long as each bench usually takes. */
  readonly seconds: number | undefined;
  /** Undefined: services where all of them answer, else embedded. */
  readonly stack: Stack | undefined;
  readonly json: string | undefined;
  readonly chart: string | undefined;
  readonly parameters: ReadonlyMap<string, string>;
  readonly list: boolean;
}

const OPTIONS = {
  runs: { type: 'string' },
  seconds: { type: 'string' },
  stack: { type: 'string' },
  json: { type: 'string' },
  chart: { type: 'string' },
  set: { type: 'string', multiple: true },
  list: { type: 'boolean' },
} as const;

/** Throws DrillImpossible, in one line that says what is allowed, for anything that is not understood. */
export function readArguments(given: readonly string[], known: readonly Bench[]): Asked {
  const { values, positionals } = parsed(given);
  const named = positionals.map((name) => {
    const bench = known.find((each) => each.name === name);
    if (bench !== undefined) return bench;
    throw new DrillImpossible(
      `there is no bench ${name}; known are ${known.map((each) => each.name).join(', ')}`,
    );
  });
  const stack = values.stack;
  if (stack !== undefined && stack !== 'services' && stack !== 'embedded') {
    throw new DrillImpossible(`--stack is ${stack}: must be services or embedded`);
  }
  return {
    benches: named.length > 0 ? named : known,
    runs: wholeNumber('runs', values.runs, 100) ?? 3,
    seconds: wholeNumber('seconds', values.seconds, 3_600),
    stack,
    json: values.json,
    chart: values.chart,
    parameters: new Map((values.set ?? []).map(pairOf)),
    list: values.list === true,
  };
}

function parsed(given: readonly string[]) {
  try {
    return parseArgs({ args: [...given], options: OPTIONS, strict: true, allowPositionals: true });
  } catch (error) {
    const names = Object.keys(OPTIONS).map((name) => `--${name}`);
    throw new DrillImpossible(
      `${errorMessage(error).split(/[.]?\s*\n|[.] /)[0] ?? ''}; known are ${names.join(', ')}`,
    );
  }
}

function wholeNumber(name: string, value: string | undefined, max: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,9}$/.test(value) ? Number(value) : 0;
  if (number >= 1 && number <= max) return number;
  throw new DrillImpossible(`--${name} is ${value}: must be a whole number from 1 to ${String(max)}`);
}

function pairOf(given: string): readonly [name: string, value: string] {
  const at = given.indexOf('=');
  if (at < 1) throw new DrillImpossible(`--set ${given}: must be name=value`);
  return [given.slice(0, at), given.slice(at + 1)];
}
