import type { Booking, Carrier } from '../../core/services/shipping/carrier.ts';

/** The whole way takes 1,000 s, so steps are due at 200, 400, 600, 800 and 1,000 s. */
export const WHOLE_MS = 1_000_000;
export const STEP_MS = WHOLE_MS / 5;

/** A carrier whose answers the test holds in its hand. */
export class ScriptedCarrier implements Carrier {
  readonly booked = new Set<string>();
  readonly cancelled: string[] = [];
  silent = false;
  refuses = false;
  keepsGoing = false;
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  book({ key }: { readonly key: string }): Promise<Booking | { kind: 'refused'; reason: string }> {
    if (this.silent) return Promise.reject(new Error('down'));
    if (this.refuses) return Promise.resolve({ kind: 'refused', reason: 'too heavy' });
    this.booked.add(key);
    return Promise.resolve({
      kind: 'booked',
      trackingNumber: `T-${key}`,
      carrier: 'Meridian',
      estimatedDeliveryAtMs: this.#now() + WHOLE_MS,
      route: [0, 1, 2, 3, 4].map((stop) => ({ name: `stop ${String(stop)}`, latitude: stop, longitude: 0 })),
    });
  }

  cancel(key: string): Promise<{ kind: 'cancelled' } | { kind: 'keptGoing'; reason: string }> {
    if (this.silent) return Promise.reject(new Error('down'));
    if (this.keepsGoing) return Promise.resolve({ kind: 'keptGoing', reason: 'picked up already' });
    this.booked.delete(key);
    this.cancelled.push(key);
    return Promise.resolve({ kind: 'cancelled' });
  }
}
