import { AssertionFailed } from '../../core/kernel/assert.ts';
import {
  FenceLost,
  OrreryError,
  StoreUnavailable,
  ValueRefused,
  errorMessage,
} from '../../core/kernel/errors.ts';

/** SQLSTATE that our own SQL raises when a commit's fence or an expected version does not hold (P2). */
export const FENCE_LOST_STATE = 'OR001';

/** What trying again can't help: bad values, broken constraints, values past a limit of the store (P8). */
const REFUSED_CLASSES = new Set(['22', '23', '54']);

/**
 * The world is down, overloaded, or two transactions got in each other's way: connection (08), rolled back (40),
 * resources (53), lock not available (55), cancelled or shut down (57), input and output (58), and 25, for a
 * transaction that idled too long was ended.
 */
const UNAVAILABLE_CLASSES = new Set(['08', '25', '40', '53', '55', '57', '58']);

/** The five characters of a SQLSTATE, or undefined when the error is none of the server's. */
export function sqlState(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('code' in error) || !('severity' in error)) return undefined;
  return typeof error.code === 'string' && error.code.length === 5 ? error.code : undefined;
}

/** Name of the constraint that an error is about, if any. */
export function constraintOf(error: unknown): string | undefined {
  if (!(error instanceof Error) || !('constraint' in error)) return undefined;
  return typeof error.constraint === 'string' ? error.constraint : undefined;
}

/**
 * Turns whatever the driver threw into one of the store's errors. Without a SQLSTATE it is the connection's
 * trouble; a SQLSTATE of no known class is a mistake in our SQL: `sql_error`, not retryable.
 */
export function classify(error: unknown): Error {
  if (error instanceof OrreryError || error instanceof AssertionFailed) return error;
  // The driver throws these for values that no statement of ours should carry: our bug, not the world's.
  if (error instanceof TypeError || error instanceof RangeError) return error;
  const state = sqlState(error);
  const text = errorMessage(error);
  if (state === undefined) return new StoreUnavailable(`the database can't be reached: ${text}`, error);
  if (state === FENCE_LOST_STATE) return new FenceLost(text, error);
  const stateClass = state.slice(0, 2);
  if (REFUSED_CLASSES.has(stateClass)) return new ValueRefused(`${text} (SQLSTATE ${state})`, error);
  if (UNAVAILABLE_CLASSES.has(stateClass)) return new StoreUnavailable(`${text} (SQLSTATE ${state})`, error);
  return new OrreryError('sql_error', `${text} (SQLSTATE ${state})`, { cause: error });
}

/** Whether the connection that brought this error must not be used again. */
export function breaksConnection(error: unknown): boolean {
  if (error instanceof OrreryError || error instanceof TypeError || error instanceof RangeError) return false;
  const state = sqlState(error);
  if (state === undefined) return true;
  return state.startsWith('08') || state.startsWith('57P') || state === '25P03' || state === '25P04';
}
