import { parseArgs } from 'node:util';
import { errorMessage } from '../../../core/kernel/errors.ts';
import { CATEGORIES } from '../../postgres/seed/shape.ts';
import { CommandRefused } from './command.ts';

export const SEED_USAGE = `npm run seed -- --orders 10000000   makes users, products and orders, or goes on with a load that was cut off
  --users 100000     whose orders they are, 1 to 1,000,000
  --products 50000   in 50 categories; a multiple of 50, to 50,000
  --seed 1           another number makes another data set of the same size
  --until TIME       the moment after the last order (2026-11-21T12:00:00Z); else now
  --workers 2        transactions at once, 1 to 16
npm run seed                        goes on with the load that was begun
npm run seed -- --remove            takes the seeded data away again (--yes answers the question)`;

const ORDERS_MAX = 100_000_000;
const USERS_MAX = 1_000_000;
const PRODUCTS_MAX = 50_000;
const SEED_MAX = 2_147_483_647;
const WORKERS_MAX = 16;

export type SeedArguments =
  | { readonly remove: true }
  | {
      readonly remove: false;
      /** Undefined: whatever was begun. */
      readonly orders: number | undefined;
      readonly users: number | undefined;
      readonly products: number | undefined;
      readonly seed: number | undefined;
      /** ISO 8601. */
      readonly until: string | undefined;
      readonly workers: number;
    };

/** Rejects with CommandRefused, naming what is wrong. */
export function readSeedArguments(args: readonly string[]): SeedArguments {
  const given = parsed(args);
  const { remove, yes: _yes, ...rest } = given;
  if (remove === true) {
    const [other] = Object.keys(rest);
    if (other !== undefined)
      throw new CommandRefused(`--remove takes everything away; --${other} has no place beside it`);
    return { remove };
  }
  const whole = (name: keyof typeof rest, min: number, max: number): number | undefined =>
    wholeNumber(`--${name}`, rest[name], min, max);
  const products = whole('products', CATEGORIES, PRODUCTS_MAX);
  if (products !== undefined && products % CATEGORIES !== 0) {
    throw new CommandRefused(
      `--products: must be a multiple of ${String(CATEGORIES)}, not ${String(products)}`,
    );
  }
  return {
    remove: false,
    orders: whole('orders', 1, ORDERS_MAX),
    users: whole('users', 1, USERS_MAX),
    products,
    seed: whole('seed', 0, SEED_MAX),
    until: moment(rest.until),
    workers: whole('workers', 1, WORKERS_MAX) ?? 2,
  };
}

function parsed(args: readonly string[]) {
  const text = { type: 'string' } as const;
  try {
    return parseArgs({
      args: [...args],
      options: {
        orders: text,
        users: text,
        products: text,
        seed: text,
        until: text,
        workers: text,
        remove: { type: 'boolean' },
        yes: { type: 'boolean' },
      },
    }).values;
  } catch (error) {
    throw new CommandRefused(`${errorMessage(error)}\n${SEED_USAGE}`);
  }
}

function wholeNumber(name: string, value: string | undefined, min: number, max: number): number | undefined {
  if (value === undefined) return undefined;
  const number = /^\d{1,12}$/.test(value) ? Number(value) : NaN;
  if (number >= min && number <= max) return number;
  const allowed = `${min.toLocaleString('en-US')} to ${max.toLocaleString('en-US')}`;
  throw new CommandRefused(`${name}: must be a whole number from ${allowed}, not "${value}"`);
}

const MOMENT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?Z$/;

function moment(value: string | undefined): string | undefined {
  if (value === undefined) return undefined;
  if (MOMENT.test(value) && !Number.isNaN(Date.parse(value))) return new Date(value).toISOString();
  throw new CommandRefused(`--until: must be a time in UTC such as 2026-11-21T12:00:00Z, not "${value}"`);
}
