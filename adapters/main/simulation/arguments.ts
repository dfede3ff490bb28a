import { OrreryError } from '../../../core/kernel/errors.ts';
import { FAULTS, FAULT_NAMES, type FaultName, faultNamed } from '../../simulated/faults.ts';
import { SWITCHES, switchNamed } from './switches.ts';

export const USAGE = `npm run simulate -- --seeds 10000 --from 1      runs seeds 1 to 10,000 and stops at the first that fails
npm run simulate -- --seed 4711 --trace        tells what happens in the run of one seed
npm run simulate -- --switches                 turns one safety mechanism off after the other, until it is noticed
  --faults NAME,…   only these kinds of faults
  --switch NAME     with this safety mechanism turned off
  --threads N       instead of one for each processor
  --list            names and meanings of all faults and switches`;

/** What `npm run simulate` is asked for. */
export interface Wanted {
  readonly mode: 'seeds' | 'seed' | 'switches' | 'list';
  readonly from: number;
  readonly seeds: number;
  readonly trace: boolean;
  readonly faults: readonly FaultName[] | undefined;
  readonly off: string | undefined;
  readonly threads: number | undefined;
}

const SEEDS_DEFAULT = 1_000;
/** How many seeds a search may take until a switch counts as not noticed. */
export const SEARCH_SEEDS = 2_000;
const SEED_MAX = 2 ** 48;
const THREADS_MAX = 256;

/** Throws OrreryError `bad_argument`, `unknown_fault` or `unknown_switch`, with a line that names the argument. */
export function readArguments(given: readonly string[]): Wanted {
  const values = new Map<string, string>();
  const flags = new Set<string>();
  for (let index = 0; index < given.length; index += 1) {
    const option = given[index] ?? '';
    if (['--trace', '--switches', '--list'].includes(option)) flags.add(option);
    else if (['--seeds', '--from', '--seed', '--faults', '--switch', '--threads'].includes(option)) {
      const value = given[(index += 1)];
      if (value === undefined) throw badArgument(`${option} needs a value`);
      values.set(option, value);
    } else throw badArgument(`${option} is no argument of this command\n${USAGE}`);
  }
  const number = (option: string, fallback: number, max: number, min = 0): number => {
    const text = values.get(option);
    if (text === undefined) return fallback;
    const value = /^\d+$/.test(text) ? Number(text) : NaN;
    if (value >= min && value <= max) return value;
    throw badArgument(`${option} ${text}: a whole number from ${String(min)} to ${String(max)} is needed`);
  };
  const seed = values.has('--seed') ? number('--seed', 0, SEED_MAX) : undefined;
  if (flags.has('--trace') && seed === undefined) throw badArgument('--trace needs --seed');
  const off = values.get('--switch');
  const modes = { '--list': 'list', '--switches': 'switches' } as const;
  const mode =
    Object.entries(modes).find(([flag]) => flags.has(flag))?.[1] ?? (seed === undefined ? 'seeds' : 'seed');
  return {
    mode,
    from: seed ?? number('--from', 1, SEED_MAX),
    seeds: number('--seeds', mode === 'switches' ? SEARCH_SEEDS : SEEDS_DEFAULT, SEED_MAX, 1),
    trace: flags.has('--trace'),
    faults: values.get('--faults')?.split(',').map(faultNamed),
    off: off === undefined ? undefined : switchNamed(off).name,
    threads: values.has('--threads') ? number('--threads', 1, THREADS_MAX, 1) : undefined,
  };
}

/** Names and meanings of all faults and switches. */
export function lists(): string {
  const lines = (rows: readonly (readonly [string, string])[]): string =>
    rows.map(([name, meaning]) => `  ${name.padEnd(26)} ${meaning}`).join('\n');
  const faults = FAULT_NAMES.map((name) => [name, FAULTS[name]] as const);
  const switches = SWITCHES.map(({ name, off }) => [name, off] as const);
  return `faults:\n${lines(faults)}\nswitches (off):\n${lines(switches)}`;
}

function badArgument(text: string): OrreryError {
  return new OrreryError('bad_argument', text);
}
