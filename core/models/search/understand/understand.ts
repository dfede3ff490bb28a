import { stemOf } from '../stem.ts';
import { plainWordsOf } from '../words.ts';
import { colorOf } from './colors.ts';
import { readPrices } from './prices.ts';
import { Reading, type Taken } from './reading.ts';
import { readSize } from './sizes.ts';

/** What a search asks for, as far as its words say. Money in integer cents. */
export interface Understood {
  /** The words that are left to look for; empty when everything was understood otherwise. */
  readonly text: string;
  readonly priceMinCents?: number;
  readonly priceMaxCents?: number;
  /** Another currency than the shop's that the prices were named in; they are taken as the shop's. ISO 4217. */
  readonly currency?: string;
  /** Id of a category. */
  readonly category?: string;
  /** By its plain name: "crimson" is `red`. */
  readonly color?: string;
  /** `M`, `42`, `UK 9`. */
  readonly size?: string;
  /** What was understood besides the words, in the order of a sentence. */
  readonly parts: readonly UnderstoodPart[];
}

export interface UnderstoodPart {
  readonly kind: 'category' | 'color' | 'size' | 'price';
  /** The search as it was written, without this. */
  readonly without: string;
}

export interface NamedCategory {
  readonly id: string;
  readonly name: string;
}

/** What the ranking looks for: the words that are left, and the word for the colour where it stood. */
export interface SearchRequest {
  readonly understood: Understood;
  readonly words: string;
  /** The word the colour was asked for by. */
  readonly colorWord?: string;
}

/** Reads prices, a category, a size and a colour out of a search; what is left is looked for in names and descriptions. */
export function understand(
  query: string,
  {
    categories,
    currency,
    known,
  }: {
    readonly categories: readonly NamedCategory[];
    readonly currency: string;
    /** Whether any product has a stem; a word that none has may still name a category. */
    readonly known?: (stem: string) => boolean;
  },
): SearchRequest {
  const reading = new Reading(query);
  const prices = readPrices(reading);
  const size = readSize(reading);
  takeFillers(reading);
  const category =
    readCategory(reading, categories) ??
    (known === undefined ? undefined : readCategoryWord(reading, categories, known));
  const words = reading.rest;
  const color = readColor(reading);
  const part = (kind: UnderstoodPart['kind'], bits: readonly Taken[]): UnderstoodPart[] =>
    bits.length === 0 ? [] : [{ kind, without: reading.without(bits) }];
  const named = prices.currency;
  return {
    words,
    ...(color === undefined ? {} : { colorWord: color.word }),
    understood: {
      text: reading.rest,
      ...(prices.minCents === undefined ? {} : { priceMinCents: prices.minCents }),
      ...(prices.maxCents === undefined ? {} : { priceMaxCents: prices.maxCents }),
      ...(named === undefined || named === currency ? {} : { currency: named }),
      ...(category === undefined ? {} : { category: category.id }),
      ...(color === undefined ? {} : { color: color.color }),
      ...(size === undefined ? {} : { size: size.size }),
      parts: [
        ...part('category', category?.bits ?? []),
        ...part('color', color?.bits ?? []),
        ...part('size', size?.bits ?? []),
        ...part('price', prices.bits),
      ],
    },
  };
}

/** What people say around what they look for. */
const FILLERS =
  /^\s*(?:(?:please|can you|could you|show me|find me|find|search for|looking for|i(?:'m| am) looking for|i need|i want|i(?:'d| would) like|do you have|buy|get me)\s+)+(?:(?:a|an|some|any|something)\s+)?|^\s*something\s+/iu;

function takeFillers(reading: Reading): void {
  const found = reading.find(FILLERS);
  // Whoever searches for "buy" or "find" and nothing else means just that.
  if (found !== null && reading.query.length > found[0].length) reading.take(found);
}

/** What is looked for to find a category in a search. */
interface CategoryPatterns {
  readonly id: string;
  /** Behind "in", and its whole name where that has several words. */
  readonly patterns: readonly RegExp[];
  /** Its name or id, and those as plain words, which are the whole search then. */
  readonly alone: RegExp;
  readonly aloneWords: readonly string[];
  /** Of its name. */
  readonly stems: readonly string[];
}

/** By the list that they were made for: patterns take long to make, and a list is searched in many times. */
const patternsOfLists = new WeakMap<readonly NamedCategory[], readonly CategoryPatterns[]>();

function patternsOf(categories: readonly NamedCategory[]): readonly CategoryPatterns[] {
  let patterns = patternsOfLists.get(categories);
  if (patterns === undefined) patternsOfLists.set(categories, (patterns = categories.map(categoryPatterns)));
  return patterns;
}

function categoryPatterns({ id, name }: NamedCategory): CategoryPatterns {
  const names = [name, name.replaceAll('&', 'and')];
  const several = names.filter((each) => plainWordsOf(each).length > 1);
  return {
    id,
    patterns: [
      new RegExp(
        String.raw`(?<![\p{L}\p{N}])in (?:the )?(?:category )?(?:${alternatives([...names, id])})(?![\p{L}\p{N}-])`,
        'iu',
      ),
      ...(several.length === 0
        ? []
        : [new RegExp(String.raw`(?<![\p{L}\p{N}])(?:${alternatives(several)})(?![\p{L}\p{N}-])`, 'iu')]),
    ],
    alone: new RegExp(alternatives([...names, id]), 'iu'),
    aloneWords: [...names, id].map((each) => plainWordsOf(each).join(' ')),
    stems: plainWordsOf(name).map(stemOf),
  };
}

/**
 * A category counts when its name is written in full, when its name or id is the whole search, and behind "in": a word
 * of its name alone may be part of something else ("camping chairs" are not among the chairs).
 */
function readCategory(
  reading: Reading,
  categories: readonly NamedCategory[],
): { readonly id: string; readonly bits: readonly Taken[] } | undefined {
  const rest = plainWordsOf(reading.rest).join(' ');
  for (const { id, patterns, alone, aloneWords } of patternsOf(categories)) {
    for (const pattern of aloneWords.includes(rest) ? [...patterns, alone] : patterns) {
      const found = reading.find(pattern);
      if (found !== null) return { id, bits: [reading.take(found)] };
    }
  }
  return undefined;
}

/** "Drinkware" is a category's word where no product is called so. */
function readCategoryWord(
  reading: Reading,
  categories: readonly NamedCategory[],
  known: (stem: string) => boolean,
): { readonly id: string; readonly bits: readonly Taken[] } | undefined {
  for (const word of plainWordsOf(reading.rest)) {
    const stem = stemOf(word);
    if (known(stem)) continue;
    const category = patternsOf(categories).find(({ stems }) => stems.includes(stem));
    const found = category === undefined ? null : reading.find(wholeWord(word));
    if (category !== undefined && found !== null) return { id: category.id, bits: [reading.take(found)] };
  }
  return undefined;
}

/** `word` of letters and digits, and nothing else. */
function wholeWord(word: string): RegExp {
  return new RegExp(String.raw`(?<![\p{L}\p{N}])(?:in )?${word}(?:[- ]colou?red)?(?![\p{L}\p{N}])`, 'iu');
}

function alternatives(names: readonly string[]): string {
  return names
    .map((name) => name.replace(/[.*+?^${}()|[\]\\]/g, '\\$&').replace(/\s+/g, String.raw`\s+`))
    .toSorted((one, other) => other.length - one.length)
    .join('|');
}

/** The first colour; a second one is a word to look for. */
function readColor(
  reading: Reading,
): { readonly color: string; readonly word: string; readonly bits: readonly Taken[] } | undefined {
  for (const word of plainWordsOf(reading.rest)) {
    const color = colorOf(word);
    if (color === undefined) continue;
    const found = reading.find(wholeWord(word));
    if (found !== null) return { color, word, bits: [reading.take(found)] };
  }
  return undefined;
}
