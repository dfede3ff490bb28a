import type { Clock } from '../../kernel/clock.ts';
import type { TransitTimes } from './carrier.ts';
import type { DeliveryEstimates } from './ports.ts';

/** Where parcels go when nobody has said where. */
export const DEFAULT_COUNTRY = 'US';

/** Tells when a parcel would arrive, by what its carriers say of the way. The parcel's own booking is what counts later. */
export function createDeliveryEstimates({
  clock,
  transit,
}: {
  readonly clock: Pick<Clock, 'now'>;
  readonly transit: TransitTimes;
}): DeliveryEstimates {
  return {
    estimate(country) {
      const orderedAtMs = clock.now();
      const { soonestMs, latestMs } = transit.to(country);
      return {
        country,
        earliestAt: new Date(orderedAtMs + soonestMs).toISOString(),
        latestAt: new Date(orderedAtMs + latestMs).toISOString(),
      };
    },
  };
}
