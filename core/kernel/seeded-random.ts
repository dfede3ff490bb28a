import type { Random } from './clock.ts';

/**
 * Chance that follows from a seed: the one source of it in simulated worlds, and of everything models draw.
 *
 * Each concern draws from a stream of its own, so that one fault more or less does not change what all the others
 * draw, and a failing run can be made smaller.
 *
 * Source: sfc32 of PractRand (Doty-Humphrey), seeded with MurmurHash3's finalizer over FNV-1a.
 */
export function streamOf(seed: number, concern: string): Random {
  let hash = Math.imul(seed ^ 0x811c9dc5, 0x01000193) ^ Math.floor(seed / 0x1_0000_0000);
  for (let index = 0; index < concern.length; index += 1) {
    hash = Math.imul(hash ^ concern.charCodeAt(index), 0x01000193);
  }
  let a = finalMix(hash);
  let b = finalMix(hash + 0x9e3779b9);
  let c = finalMix(hash + 0x3c6ef372);
  let counter = 1;
  const next = (): number => {
    const sum = (((a + b) | 0) + counter) | 0;
    counter = (counter + 1) | 0;
    a = b ^ (b >>> 9);
    b = (c + (c << 3)) | 0;
    c = (((c << 21) | (c >>> 11)) + sum) | 0;
    return (sum >>> 0) / 0x1_0000_0000;
  };
  for (let round = 0; round < 12; round += 1) next();
  return next;
}

function finalMix(value: number): number {
  let hash = value | 0;
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return hash ^ (hash >>> 16);
}

/** An integer from `from` to `to`, both included. */
export function whole(random: Random, from: number, to: number): number {
  return from + Math.floor(random() * (to - from + 1));
}

/** One of a list that is not empty. */
export function oneOf<Item>(random: Random, items: readonly Item[]): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new Error('there is something to choose from');
  return item;
}

export function chance(random: Random, probability: number): boolean {
  return probability > 0 && random() < probability;
}
