import type { Fault } from '../../simulated/faults.ts';
import { type RunOptions, type RunResult, simulate } from './simulate.ts';

/**
 * The fewest faults of a failing run with which it still fails: faults are left out, first by halves, then one by one,
 * as long as an invariant that was violated still is.
 *
 * Source: Zeller, Hildebrandt, "Simplifying and isolating failure-inducing input", 2002 (ddmin).
 */
export async function shrink(options: RunOptions, failing: RunResult): Promise<RunResult> {
  const wanted = new Set(failing.violations.map(({ invariant }) => invariant));
  let smallest = failing;
  const stillFails = async (faults: readonly Fault[]): Promise<boolean> => {
    const result = await simulate({ ...options, faults });
    if (!result.violations.some(({ invariant }) => wanted.has(invariant))) return false;
    smallest = result;
    return true;
  };
  for (let parts = 2; smallest.faults.length > 0;) {
    const { faults } = smallest;
    const size = Math.ceil(faults.length / parts);
    let smaller = false;
    for (let start = 0; start < faults.length && !smaller; start += size) {
      smaller = await stillFails([...faults.slice(0, start), ...faults.slice(start + size)]);
    }
    if (smaller) parts = Math.max(2, parts - 1);
    else if (size <= 1) break;
    else parts = Math.min(faults.length, parts * 2);
  }
  return smallest;
}
