import { OrreryError } from '../../core/kernel/errors.ts';
import { type DemoSettings, ORDERS_PER_MINUTE } from '../../core/services/demo/ports.ts';

/** What `npm start` is asked for beside its settings. */
export interface StartWishes {
  /** Simulated shoppers from the start on. */
  readonly demo?: DemoSettings;
  /** Takes away what demos have left, and ends. */
  readonly removeDemo: boolean;
}

const { min, max, usual } = ORDERS_PER_MINUTE;

const USAGE = `npm start                                      starts the platform
npm start -- --demo                            … with simulated shoppers, about ${String(usual)} orders a minute
npm start -- --demo --orders-per-minute=120    … with more of them (${String(min)} to ${String(max)})
npm start -- --demo --no-sales                 … without flash sales
npm start -- --remove-demo                     removes what they have left, and stops
Settings are environment variables; see .env.example.`;

/** Throws OrreryError `bad_argument`, whose text names the argument and how the command is used. */
export function readStartArguments(args: readonly string[]): StartWishes {
  let ordersPerMinute: number | undefined;
  const flags = new Set<string>();
  for (const arg of args) {
    const [name = '', value] = arg.split('=', 2);
    if (name === '--orders-per-minute') ordersPerMinute = rateIn(arg, value);
    else if (['--demo', '--no-sales', '--remove-demo'].includes(arg)) flags.add(arg);
    else throw badArgument(`Unknown argument ${arg}.`);
  }
  const hasDemo = flags.has('--demo');
  if (flags.has('--remove-demo') && hasDemo)
    throw badArgument('--remove-demo: cannot be used together with --demo.');
  if (ordersPerMinute !== undefined && !hasDemo) throw badArgument('--orders-per-minute: needs --demo.');
  if (flags.has('--no-sales') && !hasDemo) throw badArgument('--no-sales: needs --demo.');
  return {
    removeDemo: flags.has('--remove-demo'),
    ...(hasDemo
      ? { demo: { ordersPerMinute: ordersPerMinute ?? usual, sales: !flags.has('--no-sales') } }
      : {}),
  };
}

function rateIn(arg: string, value: string | undefined): number {
  const rate = /^\d{1,4}$/.test(value ?? '') ? Number(value) : Number.NaN;
  if (rate >= min && rate <= max) return rate;
  throw badArgument(
    `${arg}: --orders-per-minute must be a whole number from ${String(min)} to ${String(max)}.`,
  );
}

function badArgument(text: string): OrreryError {
  return new OrreryError('bad_argument', `${text}\n\n${USAGE}`);
}
