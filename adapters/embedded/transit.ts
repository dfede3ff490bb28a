import { assert } from '../../core/kernel/assert.ts';
import type { TransitTimes } from '../../core/services/shipping/carrier.ts';
import { countryCode, WAREHOUSES } from './places.ts';

const DAY_MS = 86_400_000;
/** Days from booking to the door; the simulated carriers make the soonest. */
const NEAR = { soonest: 3, latest: 5 } as const;
const ABROAD = { soonest: 5, latest: 8 } as const;

const WAREHOUSE_COUNTRIES: ReadonlySet<string> = new Set(WAREHOUSES.map(({ country }) => country));

/**
 * What the simulated carriers promise: a country with a warehouse is near, every other one abroad. `timeScale`: how
 * much faster than real time parcels travel, above 0.
 */
export function createTransitTimes(timeScale: number): TransitTimes {
  assert(timeScale > 0, 'time moves forwards');
  const scaled = (days: number): number => Math.max(1, Math.round((days * DAY_MS) / timeScale));
  return {
    to(country) {
      const { soonest, latest } = WAREHOUSE_COUNTRIES.has(countryCode(country)) ? NEAR : ABROAD;
      return { soonestMs: scaled(soonest), latestMs: scaled(latest) };
    },
  };
}
