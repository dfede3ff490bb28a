import type { Interval } from './bootstrap.ts';

/** 95 %, two-sided, of the normal distribution. */
const Z = 1.96;

/** The 95 % interval of a share of `count` cases, above none (Wilson 1927). */
export function shareInterval(share: number, count: number): Interval {
  const middle = (share + Z ** 2 / (2 * count)) / (1 + Z ** 2 / count);
  const half =
    (Z / (1 + Z ** 2 / count)) * Math.sqrt((share * (1 - share)) / count + Z ** 2 / (4 * count ** 2));
  return { low: Math.max(0, middle - half), high: Math.min(1, middle + half) };
}
