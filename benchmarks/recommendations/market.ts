import type { Random } from '../../core/kernel/clock.ts';
import { oneOf, streamOf, whole } from '../../core/kernel/seeded-random.ts';
import type { ShelfProduct } from '../../core/services/intelligence/shelf.ts';

/** A product of the simulated market, with what only the simulation knows of it. */
export interface MarketProduct extends ShelfProduct {
  readonly cents: number;
  readonly group: number;
  /** Where it lies in the space of styles; who lies near likes it. */
  readonly style: readonly [number, number, number];
  /** How easily it is come across; a few products have most of it. */
  readonly fame: number;
  /** Days until it is used up; undefined: nobody buys it again and again. */
  readonly usedUpDays: number | undefined;
  /** Products that are wanted once this one is there. */
  readonly companions: readonly number[];
}

export interface Market {
  readonly products: readonly MarketProduct[];
  readonly groups: readonly (readonly number[])[];
}

const GROUPS = [
  'lamps',
  'pans',
  'tea',
  'soap',
  'rugs',
  'tools',
  'paper',
  'plants',
  'toys',
  'snacks',
] as const;
/** Of groups at these places products are used up. */
const USED_UP_GROUPS: ReadonlySet<number> = new Set([2, 3, 6, 9]);
const PRODUCTS_A_GROUP = 24;
const WORDS = [
  'oak',
  'linen',
  'tall',
  'mild',
  'bright',
  'small',
  'nordic',
  'royal',
  'plain',
  'wild',
] as const;

/** A shop's range: ten groups of 24 products, prices from 3 to about 200, fame falling with the rank (Zipf), companions. */
export function marketOf(seed: number): Market {
  const random = streamOf(seed, 'lift/market');
  const groups = GROUPS.map((_, group) =>
    Array.from({ length: PRODUCTS_A_GROUP }, (_, rank) => group * PRODUCTS_A_GROUP + rank),
  );
  const count = GROUPS.length * PRODUCTS_A_GROUP;
  const products = groups.flatMap((members, group) => {
    const usual = USED_UP_GROUPS.has(group) ? 900 : 3_500;
    return members.map((index, rank): MarketProduct => ({
      id: `product-${String(index).padStart(3, '0')}`,
      sku: `SKU-${String(index)}`,
      name: `${oneOf(random, WORDS)} ${oneOf(random, WORDS)} ${GROUPS[group] ?? ''}`,
      description: `${oneOf(random, WORDS)} and ${oneOf(random, WORDS)}`,
      category: GROUPS[group] ?? '',
      group,
      cents: Math.max(300, Math.round(usual * Math.exp(0.6 * normal(random)))),
      style: [normal(random), normal(random), normal(random)],
      fame: 1 / (rank + 2),
      usedUpDays: USED_UP_GROUPS.has(group) ? whole(random, 14, 45) : undefined,
      companions: random() < 0.5 ? [whole(random, 0, count - 1)] : [],
    }));
  });
  return { products, groups };
}

export function normal(random: Random): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
