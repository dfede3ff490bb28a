import type { Random } from '../../core/kernel/clock.ts';
import type { OrderItem } from '../../core/messages/shapes.ts';
import type { CheckoutRequest } from '../../core/services/orders/ports.ts';
import { chance, oneOf, streamOf, whole } from '../../core/kernel/seeded-random.ts';

/** What a simulated shop has on its shelves, and what its shoppers are going to do; all of it follows from the seed. */
export interface Workload {
  readonly shelves: readonly Shelf[];
  readonly visits: readonly Visit[];
  readonly corrections: readonly Correction[];
}

/** An operator finds more or fewer units on a shelf than there should be. */
export interface Correction {
  readonly atMs: number;
  readonly sku: string;
  readonly warehouseId: string;
  readonly delta: number;
  readonly door: number;
}

export interface Shelf {
  readonly sku: string;
  readonly priceCents: number;
  readonly levels: readonly { readonly warehouseId: string; readonly units: number }[];
}

/** One shopper's checkout and what comes of it. Times in milliseconds. */
export interface Visit {
  /** Since the start of the run. */
  readonly atMs: number;
  readonly request: CheckoutRequest;
  /** The same request once more so soon after, perhaps at another process. */
  readonly doubleClickMs: number | null;
  /** Since the order was accepted. */
  readonly cancelAfterMs: number | null;
  readonly review: {
    /** Since the order was accepted: the score that makes it suspicious. */
    readonly scoredAfterMs: number;
    readonly decidedAfterMs: number;
    readonly decision: 'approve' | 'reject';
  } | null;
  /** Picks the process that the request goes to. */
  readonly door: number;
}

const WAREHOUSES = ['east', 'west'] as const;
const SHELVES_MAX = 5;
/** Visits of one run, and the time in which they begin. */
const VISITS = { min: 2, max: 7 } as const;
const VISITS_WITHIN_MS = 4_000;
const LINES_MAX = 3;
const CORRECTIONS_MAX = 2;

export function planWorkload(seed: number): Workload {
  const random = streamOf(seed, 'workload');
  const shelves = Array.from({ length: whole(random, 1, SHELVES_MAX) }, (_, index) => shelf(index, random));
  const count = whole(random, VISITS.min, VISITS.max);
  // Some runs are a rush for one product, in one moment.
  const rush = chance(random, 0.2);
  const visits = Array.from({ length: count }, (_, index) => {
    const items = rush ? [itemOf(shelves[0] as Shelf, random)] : basket(shelves, random);
    return visit(index, items, rush ? 300 : VISITS_WITHIN_MS, random);
  });
  return {
    shelves,
    visits: visits.sort((one, other) => one.atMs - other.atMs),
    corrections: Array.from({ length: whole(random, 0, CORRECTIONS_MAX) }, () => correction(shelves, random)),
  };
}

function shelf(index: number, random: Random): Shelf {
  // Half of the products are scarce: their last units are fought for.
  const most = chance(random, 0.5) ? 4 : 60;
  const levels = WAREHOUSES.slice(0, whole(random, 1, WAREHOUSES.length)).map((warehouseId) => ({
    warehouseId,
    units: whole(random, 0, most),
  }));
  return { sku: `SKU-${String(index + 1)}`, priceCents: whole(random, 1, 200) * 50, levels };
}

/** Several lines, now and then two of the same product. */
function basket(shelves: readonly Shelf[], random: Random): readonly OrderItem[] {
  return Array.from({ length: whole(random, 1, LINES_MAX) }, () => itemOf(oneOf(random, shelves), random));
}

function itemOf({ sku, priceCents }: Shelf, random: Random): OrderItem {
  return {
    productId: `product-${sku}`,
    sku,
    name: `Thing ${sku}`,
    quantity: whole(random, 1, 3),
    priceCents,
  };
}

function correction(shelves: readonly Shelf[], random: Random): Correction {
  const { sku, levels } = oneOf(random, shelves);
  return {
    atMs: Math.floor(random() * VISITS_WITHIN_MS),
    sku,
    warehouseId: oneOf(random, levels).warehouseId,
    delta: whole(random, 1, 3) * (chance(random, 0.5) ? 1 : -1),
    door: whole(random, 0, 9),
  };
}

function visit(index: number, items: readonly OrderItem[], withinMs: number, random: Random): Visit {
  const shopper = `shopper-${String(index + 1)}`;
  const token = tokenOf(random());
  return {
    atMs: Math.floor(random() * withinMs),
    request: {
      userId: shopper,
      email: `${shopper}@example.com`,
      customerName: `Shopper ${String(index + 1)}`,
      idempotencyKey: `${shopper}/checkout`,
      fingerprint: 'f'.repeat(64),
      items,
      currency: 'USD',
      shippingAddress: ADDRESS,
      paymentMethod: { type: chance(random, 0.8) ? 'credit_card' : 'paypal', token },
    },
    doubleClickMs: chance(random, 0.2) ? whole(random, 0, 400) : null,
    // From at once, before anything is reserved, to after the parcel has left.
    cancelAfterMs: chance(random, 0.3) ? Math.floor(10_000 * random() ** 2) : null,
    review: chance(random, 0.15)
      ? {
          scoredAfterMs: Math.floor(4_000 * random() ** 2),
          decidedAfterMs: whole(random, 200, 6_000),
          decision: chance(random, 0.6) ? 'approve' : 'reject',
        }
      : null,
    door: whole(random, 0, 9),
  };
}

/** `tok_timeout` is silent for ever: its order has to give up, and the money has to be looked for. */
function tokenOf(draw: number): string {
  if (draw < 0.82) return 'tok_ok';
  if (draw < 0.93) return 'tok_declined';
  return draw < 0.98 ? 'tok_insufficient_funds' : 'tok_timeout';
}

const ADDRESS = { street: '1 Main St', city: 'Berlin', state: 'BE', zip: '10115', country: 'DE' } as const;
