import type { Reading, Taken } from './reading.ts';

/** Letters from the smallest to the largest, as they are written here. */
const LETTERS = ['XXS', 'XS', 'S', 'M', 'L', 'XL', 'XXL', 'XXXL'] as const;
const WORDS: ReadonlyMap<string, string> = new Map([
  ['small', 'S'],
  ['medium', 'M'],
  ['large', 'L'],
  ['2xl', 'XXL'],
  ['3xl', 'XXXL'],
]);
const LETTER = 'x{0,2}s|m|x{0,3}l|[23]xl|(?:extra|x)[ -]?(?:small|large)|small|medium|large';
const NUMBER = String.raw`\d{1,3}(?:\.5)?`;

/** A size in a search is named as one, or is letters that mean nothing else. */
const ASKED = [
  new RegExp(
    String.raw`(?<![\p{L}\p{N}])(?:in )?sizes? (${LETTER}|(?:(?:uk|us|eu) )?${NUMBER})(?![\p{L}\p{N}.,]*\d|\p{L})`,
    'iu',
  ),
  new RegExp(String.raw`(?<![\p{L}\p{N}'’-])(?:in )?(xxs|xs|xl|xxl|xxxl|[23]xl)(?![\p{L}\p{N}-])`, 'iu'),
  new RegExp(String.raw`(?<![\p{L}\p{N}])((?:uk|eu) ${NUMBER})(?![\p{L}\p{N}]|[.,]\d)`, 'iu'),
];

/** Reads a size out of a search, written one way: `XL`, `42`, `UK 9`. */
export function readSize(reading: Reading): { readonly size: string; readonly bits: Taken[] } | undefined {
  for (const pattern of ASKED) {
    const found = reading.find(pattern);
    if (found !== null) return { size: sizeOf(found[1] ?? ''), bits: [reading.take(found)] };
  }
  return undefined;
}

/** Sizes further apart than this are no range of sizes. */
const RANGE_MAX = 30;

/** Sizes that a product's texts name: `Sizes S to XXL`, `sizes 36–46`, `Size M, L and XL`, `XL`. */
export function sizesIn(text: string): ReadonlySet<string> {
  const sizes = new Set<string>();
  for (const [, list = ''] of text.matchAll(SIZES)) {
    const parts = list.split(/\s*(?:,|\band\b|\bor\b|\/)\s*/i).filter((part) => part !== '');
    for (const part of parts) {
      const [from = '', to] = part.split(/\s*(?:\bto\b|–|(?<=\d)-(?=\d)|(?<=[SL])-(?=[XL]))\s*/).map(sizeOf);
      for (const size of to === undefined ? [from] : between(from, to)) sizes.add(size);
    }
  }
  for (const [found] of text.matchAll(ALONE)) sizes.add(sizeOf(found));
  return sizes;
}

const LISTED = `(?:(?:UK|US|EU) )?${NUMBER}|[Xx]{0,3}[SsLl]\\b|[Mm]\\b|[23]XL`;
const SIZES = new RegExp(
  `\\b[Ss]izes?:? ((?:${LISTED})(?:(?:\\s*,\\s*(?:and )?|\\s*/\\s*| and | or | to |\\s?–\\s?|-)(?:${LISTED}))*)`,
  'g',
);
const ALONE = /(?<![\p{L}\p{N}'’-])(?:XXS|XS|XL|XXL|XXXL|[23]XL)(?![\p{L}\p{N}-])/gu;

function sizeOf(written: string): string {
  const text = written.toLowerCase().replace(/\s+/g, ' ').trim();
  const extra = /^(?:extra|x)[ -]?(small|large)$/.exec(text);
  if (extra !== null) return extra[1] === 'small' ? 'XS' : 'XL';
  return WORDS.get(text) ?? text.toUpperCase();
}

function between(from: string, to: string): readonly string[] {
  const letters = LETTERS as readonly string[];
  const [low, high] = [letters.indexOf(from), letters.indexOf(to)];
  if (low >= 0 && high > low) return letters.slice(low, high + 1);
  const [first, last] = [Number(from.replace(/^\D+/, '')), Number(to.replace(/^\D+/, ''))];
  if (!(last > first) || last - first > RANGE_MAX) return [from, to];
  const system = /^\D*/.exec(from)?.[0] ?? '';
  return Array.from({ length: Math.floor(last - first) * 2 + 1 }, (_, at) => `${system}${first + at / 2}`);
}
