import { scoresOf } from '../ranking/listwise.ts';
import { createSearchIndex, type Matches, numbersOf, type SearchIndex } from './engine.ts';
import { type EmbeddedQuery, Embeddings } from './embeddings.ts';
import { candidatesOf, searchFeatures } from './features.ts';
import { firstOf } from './first-of.ts';
import { ProductMarks } from './product-marks.ts';
import type { SearchedProduct } from './searched-product.ts';
import { UNTAUGHT } from './searcher.ts';
import { stemOf } from './stem.ts';
import { wordsOfColor } from './understand/colors.ts';
import { understand, type NamedCategory, type Understood } from './understand/understand.ts';

export type { SearchedProduct };

export type ProductOrder = 'relevance' | 'name' | '-name' | 'price' | '-price' | 'newest';

/** What narrows a search beyond its own words; both hold. */
export interface SearchFilter {
  readonly category?: string;
  readonly priceMinCents?: number;
  readonly priceMaxCents?: number;
  /** Without what is sold out. */
  readonly inStock: boolean;
  readonly sort: ProductOrder;
  /** From 1. */
  readonly page: number;
  readonly limit: number;
}

/** What was understood, and what was made of it. */
export interface SearchUnderstood extends Understood {
  /** Words that no product has, and what was looked for instead. */
  readonly corrected: readonly { readonly from: string; readonly to: string }[];
  /** What no product with all the words is, so that none was held to it. */
  readonly relaxed: readonly ('color' | 'size')[];
}

export interface ProductsFound {
  /** Of one page. */
  readonly ids: readonly string[];
  readonly total: number;
  /** How many of all have every word; those come first, by relevance. */
  readonly exact: number;
  readonly understood: SearchUnderstood;
  /** What was to be compared by its vector and has none yet, see `putQueryVector`; absent: nothing was. */
  readonly unembedded?: string;
}

/** What the best seller, and being sold out, count beside the text, whose best answers have about 8. */
const POPULARITY_WEIGHT = 0.3;
const SOLD_OUT_COST = 0.6;
/** What has not every word is found where its text has at least this share of the best score. */
const NEAR_SHARE = 0.5;
/** The same for what is at least the kind of thing that is looked for: a mug, where a soup mug is. */
const SAME_KIND_SHARE = 0.2;
/** What having every word counts: what has not may be found by more of its other sides, and still comes behind. */
const EVERY_WORD_BONUS = 1;
const POPULAR_MAX = 100;
/** What is not worth the whole ranking comes behind all that is, by a rough one. */
const ROUGH = -100;

/** What a search comes down to, for every product. */
interface Asked {
  readonly matches: Matches;
  /** 1: as the words ask for besides what they look for. */
  readonly allowed: Uint8Array;
  readonly relaxed: readonly ('color' | 'size')[];
}

/**
 * Owns: all products of a shop in memory, and the answer to a search among them. Does not own: where products come from.
 *
 * I1. What is found has every word of the search, or what stands for it, and what comes near the best of it by its text.
 * I2. What narrows a list decides nothing of that: narrowing never shows what the search alone did not.
 * I3. The text ranks first; what sells and what can be had decide among what answers about as well.
 * I4. Where a language model told what the search and the products mean, what is near by that is found as well, and
 *     nearness counts in the ranking. Without its vectors nothing differs.
 */
export class ProductSearch {
  readonly #index = createSearchIndex();
  readonly #marks = new ProductMarks();
  readonly #embeddings = new Embeddings();
  readonly #currency: string;
  /** Of what is shown by the search that is answered; the room is used again. */
  #scores = new Float64Array();
  #categories: readonly NamedCategory[] = [];

  /** @param currency that prices are in, ISO 4217 */
  constructor(currency: string) {
    this.#currency = currency;
  }

  get size(): number {
    return this.#marks.size;
  }

  /** Adds a product, or replaces the one with its id. */
  put(product: SearchedProduct): void {
    const { id, name: title, description } = product;
    const known = this.#index.numberOf(id);
    const before = known === undefined ? undefined : this.#index.documents[known];
    // A new price changes no words.
    const same = before?.title === title && before.description === description;
    const number = same && known !== undefined ? known : this.#index.put({ id, title, description });
    this.#marks.put(number, product);
    if (!same) this.#embeddings.remove(number);
  }

  remove(id: string): void {
    const number = this.#index.remove(id);
    if (number === undefined) return;
    this.#marks.remove(number);
    this.#embeddings.remove(number);
  }

  /** How many products have a vector. */
  get embedded(): number {
    return this.#embeddings.size;
  }

  /** What a language model made of a product's present text; kept until its words change. Unknown products have none. */
  putVector(id: string, vector: Int8Array): void {
    const number = this.#index.numberOf(id);
    if (number !== undefined) this.#embeddings.put(number, vector);
  }

  /** What it made of a search, for what was told as `unembedded`. */
  putQueryVector(words: string, vector: Int8Array): void {
    this.#embeddings.putQuery(words, vector);
  }

  setCategories(categories: readonly NamedCategory[]): void {
    this.#categories = categories;
  }

  /** All SKUs of which nothing is left. */
  setSoldOut(skus: readonly string[]): void {
    this.#marks.setSoldOut(skus);
  }

  /** In how many recent orders products were, by id; those that are not named were in none. */
  setSold(sold: ReadonlyMap<string, number>): void {
    this.#marks.setSold(sold);
  }

  /** See `SearchIndex.renewSpace`. */
  renewSpace(seed: number): Generator<undefined, void> {
    return this.#index.renewSpace(seed);
  }

  search(query: string, filter: SearchFilter): ProductsFound {
    const { understood, words, colorWord } = understand(query, {
      categories: this.#categories,
      currency: this.#currency,
      known: (stem) => this.#index.has(stem),
    });
    const asked = this.#ask(understood, words, colorWord);
    const { matches } = asked;
    const bySku = this.#marks.numberOfSku(query.trim());
    const fits = this.#marks.marked(this.#index.numbers, filter);
    let shown: Uint8Array = new Uint8Array(this.#index.numbers);
    let textScore = NO_SCORE;
    let unembedded: string | undefined;
    if (bySku !== undefined) {
      shown[bySku] = fits[bySku] ?? 0;
    } else if (matches.wanted.stems.length === 0) {
      if (understood.parts.length > 0) shown = narrowed(asked.allowed, fits);
    } else {
      const scores = this.#textScores(words, matches, candidatesOf(matches, asked.allowed));
      const found = foundIn(asked, scores, this.#index.titles);
      const { query: meant, missing } = this.#embeddings.query(words);
      unembedded = missing;
      const near = meant === undefined ? [] : this.#embeddings.nearest(meant, asked.allowed);
      for (const number of near) found[number] = 1;
      shown = narrowed(found, fits);
      this.#scoreShown(words, matches, { found, shown }, scores, near);
      if (meant !== undefined) this.#addNearness(meant, shown, scores);
      textScore = (number) =>
        (scores.get(number) ?? ROUGH + roughScore(matches, number)) +
        (isFull(matches, number) ? EVERY_WORD_BONUS : 0);
    }
    const numbers = numbersOf(shown);
    const most = filter.page * filter.limit;
    const first = firstOf(numbers, most, this.#order(filter.sort, numbers, textScore));
    return {
      ids: first.slice(most - filter.limit).map((number) => this.#marks.ids[number] ?? ''),
      total: numbers.length,
      exact:
        bySku !== undefined || matches.wanted.stems.length === 0
          ? numbers.length
          : numbers.reduce((count, number) => count + (isFull(matches, number) ? 1 : 0), 0),
      understood: {
        ...understood,
        corrected: bySku === undefined ? matches.wanted.mended : [],
        relaxed: asked.relaxed,
      },
      ...(unembedded === undefined ? {} : { unembedded }),
    };
  }

  /**
   * Where a filter leaves out what ranked well, others come forward and are ranked in full; what sells and what is near in
   * meaning are always.
   */
  #scoreShown(
    words: string,
    matches: Matches,
    { found, shown }: { readonly found: Uint8Array; readonly shown: Uint8Array },
    scores: Map<number, number>,
    near: readonly number[],
  ): void {
    let all = true;
    for (const number of scores.keys()) all &&= shown[number] === found[number];
    const further = all ? [] : candidatesOf(matches, shown);
    const popular = this.#marks.popular(shown, POPULAR_MAX);
    const unscored = [...new Set([...further, ...popular, ...near])].filter((number) => !scores.has(number));
    for (const [number, score] of this.#textScores(words, matches, unscored)) scores.set(number, score);
  }

  #addNearness(meant: EmbeddedQuery, shown: Uint8Array, scores: Map<number, number>): void {
    for (const [number, score] of scores) {
      if (shown[number] === 1) scores.set(number, score + this.#embeddings.worth(meant, number));
    }
  }

  #ask(understood: Understood, words: string, colorWord: string | undefined): Asked {
    const { category, priceMinCents, priceMaxCents, size, color } = understood;
    const shades = color === undefined ? [] : wordsOfColor(color).map(stemOf);
    const also = new Map(colorWord === undefined ? [] : [[stemOf(colorWord), shades]]);
    // What has nothing of the search is never found (I1), whatever it means.
    const matches = this.#index.matchesOf(words, { also, meaningOf: 'covered' });
    const allowed = this.#marks.marked(this.#index.numbers, { category, priceMinCents, priceMaxCents });
    const relaxed: ('color' | 'size')[] = [];
    const hold = (kind: 'color' | 'size', has: (number: number) => boolean): void => {
      const numbers = numbersOf(allowed);
      const some = numbers.some((number) => isFull(matches, number) && has(number));
      if (!some) relaxed.push(kind);
      else for (let at = 0; at < numbers.length; at += 1) drop(numbers[at] ?? 0, has);
    };
    const drop = (number: number, has: (number: number) => boolean): void => {
      if (!has(number)) allowed[number] = 0;
    };
    if (color !== undefined) {
      const colored = new Uint8Array(allowed.length);
      for (const stem of shades) {
        const documents = this.#index.documentsOf(stem);
        for (let at = 0; at < documents.length; at += 1) colored[documents[at] ?? 0] = 1;
      }
      hold('color', (number) => colored[number] === 1);
    }
    // What names no sizes may come in this one.
    if (size !== undefined) hold('size', (number) => this.#marks.hasSize(number, size) !== false);
    return { matches, allowed, relaxed };
  }

  #textScores(words: string, matches: Matches, numbers: readonly number[]): Map<number, number> {
    const scores = scoresOf(UNTAUGHT, searchFeatures(this.#index, words, matches, numbers));
    return new Map(numbers.map((number, at) => [number, scores[at] ?? 0]));
  }

  /** Ties go by id, so that pages of one list hold together. */
  #order(
    sort: ProductOrder,
    shown: Int32Array,
    textScore: (number: number) => number,
  ): (one: number, other: number) => number {
    const { names, ids } = this.#marks;
    const marks = this.#marks;
    if (this.#scores.length !== this.#index.numbers) this.#scores = new Float64Array(this.#index.numbers);
    const scores = this.#scores;
    for (let at = 0; at < shown.length && sort === 'relevance'; at += 1) {
      const number = shown[at] ?? 0;
      scores[number] =
        textScore(number) +
        POPULARITY_WEIGHT * marks.popularity(number) -
        (marks.isSoldOut(number) ? SOLD_OUT_COST : 0);
    }
    const byText = (one: string | undefined, other: string | undefined): number =>
      (one ?? '') < (other ?? '') ? -1 : one === other ? 0 : 1;
    const orders: Readonly<Record<ProductOrder, (one: number, other: number) => number>> = {
      relevance: (one, other) =>
        (scores[other] ?? 0) - (scores[one] ?? 0) || byText(names[one], names[other]),
      name: (one, other) => byText(names[one], names[other]),
      '-name': (one, other) => byText(names[other], names[one]),
      price: (one, other) => marks.price(one) - marks.price(other),
      '-price': (one, other) => marks.price(other) - marks.price(one),
      newest: (one, other) => marks.createdAt(other) - marks.createdAt(one),
    };
    const first = orders[sort];
    return (one, other) => first(one, other) || byText(ids[one], ids[other]);
  }
}

function isFull({ covered, wanted }: Matches, number: number): boolean {
  return covered[number] === wanted.concepts.length;
}

/** See I1. */
function foundIn(
  { matches, allowed }: Asked,
  scores: ReadonlyMap<number, number>,
  titles: SearchIndex['titles'],
): Uint8Array {
  const { wanted, head, covered, withWords } = matches;
  const kinds = wanted.concepts[wanted.stems.indexOf(head ?? '')];
  const found = new Uint8Array(allowed.length);
  for (let at = 0; at < withWords.length; at += 1) {
    const number = withWords[at] ?? 0;
    if (allowed[number] === 1 && isFull(matches, number)) found[number] = 1;
  }
  let best = 0;
  for (const score of scores.values()) best = Math.max(best, score);
  for (const [number, score] of scores) {
    if (covered[number] === 0) continue;
    const sameKind = titles[number]?.some((stem) => kinds?.has(stem)) === true;
    if (score >= best * (sameKind ? SAME_KIND_SHARE : NEAR_SHARE)) found[number] = 1;
  }
  return found;
}

function roughScore({ inTitle, inText }: Matches, number: number): number {
  return (inTitle[number] ?? 0) + (inText[number] ?? 0);
}

/** What both mark. */
function narrowed(marks: Uint8Array, others: Uint8Array): Uint8Array {
  const both = new Uint8Array(marks.length);
  for (let number = 0; number < marks.length; number += 1) {
    both[number] = marks[number] === 1 && others[number] === 1 ? 1 : 0;
  }
  return both;
}

const NO_SCORE = (_number: number): number => 0;
