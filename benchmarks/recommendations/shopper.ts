import type { Random } from '../../core/kernel/clock.ts';
import { chance, streamOf, whole } from '../../core/kernel/seeded-random.ts';
import { type Market, type MarketProduct, normal } from './market.ts';

/**
 * How shoppers are assumed to behave. Set before anything was measured and not fitted to any result: what the lift depends on
 * most, `attention`, is reported at half and at double as well.
 *
 * - `attention`, `positionDecay`: the first slot is looked at with this probability, the n-th with that divided by n: eyes fall off
 *   about as the inverse of the rank (Joachims et al. 2005; Craswell et al. 2008).
 * - `ignoring`: shoppers who never look at suggestions.
 * - `takesWanted`, `impulse`: what of the examined is bought. Guesses near what shops tell of such lists (clicks of 1 to 5 in a hundred
 *   shown, a purchase for every tenth to every third click).
 * - `substituted`: so often an impulse is bought instead of something planned, not beside it.
 */
export const BEHAVIOUR = {
  attention: 0.4,
  positionDecay: 1,
  ignoring: 0.4,
  takesWanted: 0.3,
  impulse: 0.03,
  substituted: 0.5,
  /** A day's probability of a visit: the mean, between shoppers from a third to three times as much. */
  visitsADay: 1 / 9,
  /** A planned thing is found by search and menus. */
  findsPlanned: 0.8,
  /** What has run out is thought of without help, each visit. */
  remembersUsedUp: 0.7,
  /** What goes with an earlier purchase is come across without help, each visit. */
  findsCompanion: 0.15,
  companionWanted: 0.25,
} as const;
export type Behaviour = { readonly [Key in keyof typeof BEHAVIOUR]: number };

/** A product that was shown, in the order of the slots. */
export type Suggestions = readonly number[];

export interface Bought {
  readonly product: number;
  readonly suggested: boolean;
}

const COMPANION_VISITS = 4;
const TASTE_WIDTH = 1.5;

/**
 * Owns: one shopper with hidden tastes: groups that interest, a place in the space of styles (likings fall off with the squared
 * distance), a budget for each visit, what has run out, and what goes with earlier purchases. What a visit brings follows from the seed, the
 * shopper, the day and what was looked at.
 */
export class Shopper {
  readonly id: string;
  readonly visitsADay: number;
  readonly #market: Market;
  readonly #seed: number;
  readonly #behaviour: Behaviour;
  readonly #interests: readonly number[];
  readonly #style: readonly number[];
  readonly #budgetCents: number;
  readonly #ignores: boolean;
  /** Day from which on a product has run out. */
  readonly #runsOut = new Map<number, number>();
  /** Companions of what was bought, with the visits that they are still wanted in. */
  readonly #companions = new Map<number, number>();

  constructor(id: string, market: Market, seed: number, behaviour: Behaviour) {
    const random = streamOf(seed, `lift/${id}`);
    this.id = id;
    this.#market = market;
    this.#seed = seed;
    this.#behaviour = behaviour;
    this.visitsADay = behaviour.visitsADay * Math.exp((2 * random() - 1) * Math.log(3));
    this.#interests = market.groups.map(() => (random() < 0.35 ? 1 : 0.08) * (0.5 + random()));
    this.#style = [normal(random), normal(random), normal(random)];
    this.#budgetCents = 9_000 * Math.exp(0.5 * normal(random));
    this.#ignores = random() < behaviour.ignoring;
  }

  visits(day: number): boolean {
    return streamOf(this.#seed, `lift/${this.id}/${String(day)}/visit`)() < this.visitsADay;
  }

  /** Goes through a visit. `suggest` shows what goes with a basket once it holds something. */
  shop(day: number, home: Suggestions, suggest: (product: number) => Suggestions): readonly Bought[] {
    const stream = (concern: string): Random =>
      streamOf(this.#seed, `lift/${this.id}/${String(day)}/${concern}`);
    const own = stream('own');
    let budget = this.#budgetCents * (0.5 + own());
    const basket = new Map<number, boolean>();
    let planned = this.#planned(own);
    const wanted = new Set([...this.#needed(day), ...planned]);
    const take = (product: number, suggested: boolean): boolean => {
      const cents = this.#product(product).cents;
      if (basket.has(product) || cents > budget) return false;
      budget -= cents;
      basket.set(product, suggested);
      return true;
    };
    const look = (slots: Suggestions, random: Random): void => {
      for (const product of this.#examined(slots, random)) {
        if (wanted.has(product)) {
          if (chance(random, this.#behaviour.takesWanted)) take(product, true);
        } else if (chance(random, this.#behaviour.impulse * this.#liking(product)) && take(product, true)) {
          if (chance(random, this.#behaviour.substituted)) planned = planned.slice(1);
        }
      }
    };
    look(home, stream('home'));
    for (const product of this.#foundAlone(day, planned, stream('found'))) take(product, false);
    const first = [...basket.keys()][0];
    if (first !== undefined) look(suggest(first), stream('beside'));
    const bought = [...basket].map(([product, suggested]): Bought => ({ product, suggested }));
    this.#keep(day, bought, stream('kept'));
    return bought;
  }

  #examined(slots: Suggestions, random: Random): Suggestions {
    if (this.#ignores) return [];
    const { attention, positionDecay } = this.#behaviour;
    return slots.filter((_, slot) => chance(random, Math.min(1, attention / (slot + 1) ** positionDecay)));
  }

  /** What somebody comes for: one thing, sometimes more, of what interests and is liked or well known. */
  #planned(random: Random): readonly number[] {
    const count = random() < 0.35 ? 0 : 1 + whole(random, 0, 2);
    return Array.from({ length: count }, () => {
      const group = drawn(this.#interests, random());
      const members = this.#market.groups[group] ?? [];
      const weights = members.map((product) => this.#product(product).fame * (0.1 + this.#liking(product)));
      return members[drawn(weights, random())] ?? 0;
    });
  }

  #needed(day: number): readonly number[] {
    const empty = [...this.#runsOut].flatMap(([product, from]) => (from <= day ? [product] : []));
    return [...empty, ...this.#companions.keys()];
  }

  /** What is found, or thought of, without any help. */
  #foundAlone(day: number, planned: readonly number[], random: Random): readonly number[] {
    const { findsPlanned, remembersUsedUp, findsCompanion } = this.#behaviour;
    return [
      ...planned.filter(() => chance(random, findsPlanned)),
      ...this.#needed(day).filter((product) =>
        chance(random, this.#companions.has(product) ? findsCompanion : remembersUsedUp),
      ),
    ];
  }

  #keep(day: number, bought: readonly Bought[], random: Random): void {
    for (const [product, visits] of this.#companions) {
      if (visits <= 1) this.#companions.delete(product);
      else this.#companions.set(product, visits - 1);
    }
    for (const { product } of bought) {
      const { usedUpDays, companions } = this.#product(product);
      this.#companions.delete(product);
      // Whoever does not like it finds another brand next time.
      if (usedUpDays !== undefined && chance(random, 0.3 + 0.7 * this.#liking(product))) {
        this.#runsOut.set(product, day + usedUpDays * (0.7 + 0.6 * random()));
      } else this.#runsOut.delete(product);
      for (const companion of companions) {
        if (chance(random, this.#behaviour.companionWanted))
          this.#companions.set(companion, COMPANION_VISITS);
      }
    }
  }

  /** 0 to 1: near in style, of a group that interests. */
  #liking(product: number): number {
    const { style, group } = this.#product(product);
    const distance = style.reduce((sum, place, at) => sum + (place - (this.#style[at] ?? 0)) ** 2, 0);
    return Math.min(1, this.#interests[group] ?? 0) * Math.exp(-distance / (2 * TASTE_WIDTH ** 2));
  }

  #product(index: number): MarketProduct {
    const product = this.#market.products[index];
    if (product === undefined) throw new Error(`there is no product ${String(index)}`);
    return product;
  }
}

/** A place drawn by its weight; `share` is from 0 to below 1. */
function drawn(weights: readonly number[], share: number): number {
  const total = weights.reduce((sum, next) => sum + next, 0);
  let sum = 0;
  const found = weights.findIndex((weight) => (sum += weight) > share * total);
  return found < 0 ? weights.length - 1 : found;
}
