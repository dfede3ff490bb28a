import { parseArgs } from 'node:util';
import { errorMessage } from '../../core/kernel/errors.ts';
import { DrillImpossible } from '../../adapters/main/drills/run.ts';
import type { settingsSchema } from '../../adapters/main/settings.ts';
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
  /** `--set name=value`: what benches let one choose. */
  readonly parameters: ReadonlyMap<string, string>;
  /** `--set NAME=value`: settings of the platform, over those of the benches. */
  readonly settings: Readonly<Record<string, string>>;
  /** False: nothing is set beside the floor, which would have to be measured for it. */
  readonly floor: boolean;
  readonly list: boolean;
}

const OPTIONS = {
  runs: { type: 'string' },
  seconds: { type: 'string' },
  stack: { type: 'string' },
  json: { type: 'string' },
  chart: { type: 'string' },
  set: { type: 'string', multiple: true },
  'no-floor': { type: 'boolean' },
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
  const benches = named.length > 0 ? named : known;
  const pairs = (values.set ?? []).map(pairOf);
  for (const [name] of pairs) requireKnown(name, benches);
  return {
    benches,
    runs: wholeNumber('runs', values.runs, 100) ?? 3,
    seconds: wholeNumber('seconds', values.seconds, 3_600),
    stack,
    json: values.json,
    chart: values.chart,
    parameters: new Map(pairs.filter(([name]) => !isSetting(name))),
    settings: Object.fromEntries(pairs.filter(([name]) => isSetting(name))),
    floor: values['no-floor'] !== true,
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
  if (at < 1 || at === given.length - 1) throw new DrillImpossible(`--set ${given}: must be name=value`);
  return [given.slice(0, at), given.slice(at + 1)];
}

/** Settings that change what is measured; where a run is, is not for its caller to choose. */
const SETTINGS: readonly (keyof typeof settingsSchema.shape)[] = [
  'PARTITIONS',
  'PAYMENT_LATENCY_MS',
  'PAYMENT_FAILURE_RATE',
  'PAYMENT_TIMEOUT_MS',
  'RESERVATION_HOLD_SECONDS',
  'SHIPPING_TIME_SCALE',
  'LOCAL_HOPS',
  'CHECKOUT_LIMIT_PER_MINUTE',
  'RATE_LIMIT_PER_MINUTE',
];

function isSetting(name: string): boolean {
  return SETTINGS.some((setting) => setting === name);
}

function requireKnown(name: string, benches: readonly Bench[]): void {
  if (isSetting(name) || benches.some(({ parameters }) => parameters.includes(name))) return;
  const asked = benches.map((bench) => bench.name).join(', ');
  const own = [...new Set(benches.flatMap(({ parameters }) => parameters))];
  throw new DrillImpossible(`--set ${name}: ${asked} can be set ${[...own, ...SETTINGS].join(', ')}`);
}
