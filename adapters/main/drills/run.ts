import { parseArgs } from 'node:util';
import { errorMessage } from '../../../core/kernel/errors.ts';

/**
 * Owns: how a drill is called and how it ends: its options, its lines with the time, its verdicts, its exit code.
 *
 * Exit codes: 0 everything held, 1 something did not, 2 it could not run (a wrong argument, a missing service).
 */
export class DrillImpossible extends Error {}

/** Runs a drill as a program; `drill` resolves to whether everything held. */
export async function runDrill(drill: (given: readonly string[]) => Promise<boolean>): Promise<void> {
  try {
    process.exitCode = (await drill(process.argv.slice(2))) ? 0 : 1;
  } catch (error) {
    if (error instanceof DrillImpossible) console.error(`The drill can't run: ${error.message}`);
    else
      console.error(`The drill broke off: ${error instanceof Error ? (error.stack ?? '') : String(error)}`);
    process.exitCode = error instanceof DrillImpossible ? 2 : 1;
  }
}

/** A whole number that may be given as `--name N`. */
export interface NumberOption {
  readonly min: number;
  readonly max: number;
  readonly fallback: number;
}

export interface Options<Numbers extends string, Texts extends string, Flags extends string> {
  readonly numbers: Readonly<Record<Numbers, NumberOption>>;
  readonly texts?: readonly Texts[];
  readonly flags?: readonly Flags[];
}

export interface Given<Numbers extends string, Texts extends string, Flags extends string> {
  readonly numbers: Readonly<Record<Numbers, number>>;
  readonly texts: Readonly<Partial<Record<Texts, string>>>;
  readonly flags: ReadonlySet<Flags>;
}

/** Throws DrillImpossible, in one line that says what is allowed, for anything that is not understood. */
export function readOptions<
  Numbers extends string,
  Texts extends string = never,
  Flags extends string = never,
>(given: readonly string[], options: Options<Numbers, Texts, Flags>): Given<Numbers, Texts, Flags> {
  const names = Object.keys(options.numbers) as Numbers[];
  const [texts, flags] = [options.texts ?? [], options.flags ?? []];
  const values = parsed(given, [...names, ...texts], flags);
  const numbers = names.map(
    (name) => [name, wholeNumber(name, values[name], options.numbers[name])] as const,
  );
  return {
    numbers: Object.fromEntries(numbers) as Record<Numbers, number>,
    texts: Object.fromEntries(
      texts.flatMap((name) => (typeof values[name] === 'string' ? [[name, values[name]]] : [])),
    ) as Partial<Record<Texts, string>>,
    flags: new Set(flags.filter((name) => values[name] === true)),
  };
}

function parsed(
  given: readonly string[],
  valued: readonly string[],
  flags: readonly string[],
): Record<string, string | boolean | undefined> {
  const option = (type: 'string' | 'boolean') => (name: string) => [name, { type }] as const;
  try {
    const { values } = parseArgs({
      args: [...given],
      options: Object.fromEntries([...valued.map(option('string')), ...flags.map(option('boolean'))]),
      strict: true,
      allowPositionals: false,
    });
    return values;
  } catch (error) {
    const known = [...valued.map((name) => `--${name} …`), ...flags.map((name) => `--${name}`)].join(', ');
    throw new DrillImpossible(`${errorMessage(error).split(/[.]?\s*\n|[.] /)[0] ?? ''}; known are ${known}`);
  }
}

function wholeNumber(
  name: string,
  value: string | boolean | undefined,
  { min, max, fallback }: NumberOption,
): number {
  if (value === undefined) return fallback;
  const number = typeof value === 'string' && /^\d{1,15}$/.test(value) ? Number(value) : Number.NaN;
  if (number >= min && number <= max) return number;
  throw new DrillImpossible(
    `--${name} is ${String(value)}: must be a whole number from ${min.toLocaleString('en-US')} to ${max.toLocaleString('en-US')}`,
  );
}

const startedAtMs = performance.now();

/** Tells a step with the seconds since the start. */
export function say(text: string): void {
  console.log(`${((performance.now() - startedAtMs) / 1_000).toFixed(1).padStart(6)} s  ${text}`);
}

/** What had to hold, and whether it did; each is told as it comes. */
export class Verdicts {
  #passed = 0;
  readonly #failed: string[] = [];
  readonly #tell: (line: string) => void;

  constructor(tell: (line: string) => void = console.log) {
    this.#tell = tell;
  }

  get passed(): number {
    return this.#passed;
  }

  /** The names of those that did not hold. */
  get failed(): readonly string[] {
    return this.#failed;
  }

  check(name: string, holds: boolean, detail = ''): void {
    this.#tell(`  ${holds ? 'ok    ' : 'BROKEN'}  ${name}${detail === '' ? '' : ` ${detail}`}`);
    if (holds) this.#passed += 1;
    else this.#failed.push(name);
  }

  /** The last line of a drill. */
  sum(): string {
    return `${this.#passed} passed, ${this.#failed.length} failed`;
  }
}

export function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
