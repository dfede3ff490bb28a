import { PALETTES, type Palette } from './palette.ts';

/**
 * How one product looks apart from what it is: colours, proportions, pose. All of it follows from its SKU, so that
 * a picture never changes and no two products of a shelf look the same.
 */
export interface Look {
  readonly palette: Palette;
  /** Rises by one from product to product of a shelf. */
  readonly index: number;
  /** Uniform between the bounds, different at each call, the same for the same SKU. */
  range(from: number, to: number): number;
  /** One of the options. */
  choose<Option>(options: readonly [Option, ...Option[]]): Option;
}

export function lookOf(sku: string): Look {
  const index = Number(/\d+$/.exec(sku)?.[0] ?? hashOf(sku) % 1_000);
  const palette =
    PALETTES[(index * 3 + (hashOf(sku.replace(/\d+$/, '')) % PALETTES.length)) % PALETTES.length];
  let state = hashOf(sku);
  const random = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    const mixed = Math.imul(state ^ (state >>> 15), state | 1);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    palette: palette ?? (PALETTES[0] as Palette),
    index,
    range: (from, to) => from + random() * (to - from),
    choose: (options) => options[Math.floor(random() * options.length)] ?? options[0],
  };
}

/** FNV-1a. */
function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let at = 0; at < text.length; at += 1) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193);
  return hash >>> 0;
}
