import type { InvariantName } from '../../simulated/invariants/invariants.ts';

/**
 * A seed for each switch whose run breaks an invariant with it turned off, as found by
 * `npm run simulate -- --switches`; docs/simulation.md has the same table for people. A change of the workload or of
 * the faults needs a new search.
 */
export const CATCHING_SEEDS: ReadonlyMap<
  string,
  { readonly seed: number; readonly invariant: InvariantName }
> = new Map([
  ['inbox', { seed: 151, invariant: 'I2' }],
  ['fence', { seed: 644, invariant: 'I12' }],
  ['outbox-sweeper', { seed: 1, invariant: 'I9' }],
  ['confirms', { seed: 11, invariant: 'I9' }],
  ['acknowledge-after-commit', { seed: 1, invariant: 'I9' }],
  ['gateway-key', { seed: 3, invariant: 'I4' }],
  ['idempotency-key', { seed: 1, invariant: 'I6' }],
  ['release', { seed: 1, invariant: 'I6' }],
  ['refund', { seed: 3, invariant: 'I4' }],
  ['timers', { seed: 36, invariant: 'I6' }],
  ['migration', { seed: 9, invariant: 'I10' }],
]);

/** Seeds that once broke an invariant with everything turned on; docs/simulation.md tells what they found. */
export const FOUND_SEEDS: readonly number[] = [1, 10_152, 22_979, 25_468];

/** Runs in which somebody repairs and pauses at random. */
export const MEDDLED_SEEDS: readonly number[] = [1, 2, 3, 4, 5];
