import { countsOf, createInvertedIndex, grown, type InvertedIndex } from './inverted-index.ts';
import { learnSpace, placeOf, type LatentSpace } from './latent.ts';
import { createSpelling } from './spelling.ts';
import { wantedOf, type Wanted } from './wanted.ts';
import { headOf, plainWordsOf, stemsOf } from './words.ts';

/** What is looked for; ids are the caller's. */
export interface Document {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/**
 * A catalogue that is searched: fields in indexes of their own, so that a word in a title can count for more than one
 * in a description, and beside them what plain BM25 sees. Documents have numbers, that of one taken out goes to another.
 */
export interface SearchIndex {
  /** All numbers are below this. */
  readonly numbers: number;
  /** By number; undefined where there is none. */
  readonly documents: readonly (Document | undefined)[];
  /** Stems of each document's title, by number. */
  readonly titles: readonly (readonly string[])[];
  /** Plain words of each document's title, by number. */
  readonly titleTexts: readonly string[];
  /** Adds a document, or replaces the one with its id; its number. */
  put(document: Document): number;
  /** The number it had. */
  remove(id: string): number | undefined;
  numberOf(id: string): number | undefined;
  has(stem: string): boolean;
  /** Numbers of the documents with this stem in title or description, rising; valid until the index changes. */
  documentsOf(stem: string): Int32Array;
  /** Learns a space of meaning from the documents and gives each its place, in small steps between which all else goes on. */
  renewSpace(seed: number): Generator<undefined, void>;
  /** Scores of all documents by BM25 over title and description as one text, words as they are: the baseline. */
  plainBm25(query: string): Float64Array;
  /** The same over stems. */
  stemmedBm25(query: string): Float64Array;
  /**
   * `also`: see `wantedOf`. `meaningOf`: which documents get a likeness of meaning, all or only those that have some of
   * what is wanted, which is most of the time a search takes.
   */
  matchesOf(
    query: string,
    options?: {
      readonly also?: ReadonlyMap<string, readonly string[]>;
      readonly meaningOf?: 'all' | 'covered';
    },
  ): Matches;
}

/** What the indexes say of one query: a value per document, by number. Valid until the next query: the room is used again. */
export interface Matches {
  readonly wanted: Wanted;
  /** Sum of the rarities of what is wanted: what a document with every word has. */
  readonly rarityInAll: number;
  readonly head: string | undefined;
  /** How many of the concepts that are wanted the document has anywhere. */
  readonly covered: Uint8Array;
  /** Numbers of the documents that are covered at all, rising: only these have a score in title or text. */
  readonly withWords: Int32Array;
  /** The highest score of each, 1 where there is none. */
  readonly best: Readonly<Record<'plain' | 'inTitle' | 'inText' | 'related', number>>;
  readonly plain: Float64Array;
  readonly inTitle: Float64Array;
  readonly inText: Float64Array;
  readonly presentInTitle: Float64Array;
  readonly presentInText: Float64Array;
  /** Words that the best documents have in common and the query does not name, found in titles. */
  readonly related: Float64Array;
  /** Cosine in the latent space; of all documents, or of those with words alone. */
  readonly meaning: Float64Array;
  readonly meaningOf: 'all' | 'covered';
}

/** Pseudo-relevance feedback (Rocchio 1971): so many documents tell so many further words. */
const FEEDBACK_DOCUMENTS = 8;
const FEEDBACK_TERMS = 12;
/** Documents that get their places in a new space in one step. */
const STEP_DOCUMENTS = 500;

export function createSearchIndex(): SearchIndex {
  const documents: (Document | undefined)[] = [];
  const numberOf = new Map<string, number>();
  const free: number[] = [];
  const titles: (readonly string[])[] = [];
  const titleTexts: string[] = [];
  const stems: (readonly string[])[] = [];
  const plain = createInvertedIndex();
  const inTitle = createInvertedIndex();
  const inText = createInvertedIndex();
  const spelling = createSpelling();
  const space = createPlaces();
  const rooms = new Map<keyof Matches | 'first', Float64Array>();
  const scoresOf = (name: keyof Matches | 'first'): Float64Array => {
    let scores = rooms.get(name);
    if (scores?.length !== documents.length) rooms.set(name, (scores = new Float64Array(documents.length)));
    else scores.fill(0);
    return scores;
  };
  const bm25 = (index: InvertedIndex, query: ReadonlyMap<string, number>): Float64Array => {
    const scores = new Float64Array(documents.length);
    index.addBm25(query, scores);
    return scores;
  };
  const wordsOf = ({ title, description }: Document) => plainWordsOf(`${title} ${description}`);

  const remove = (id: string): number | undefined => {
    const number = numberOf.get(id);
    const document = number === undefined ? undefined : documents[number];
    if (number === undefined || document === undefined) return undefined;
    const words = wordsOf(document);
    plain.remove(number, words);
    inTitle.remove(number, titles[number] ?? []);
    inText.remove(number, stems[number] ?? []);
    spelling.remove(words);
    numberOf.delete(id);
    documents[number] = undefined;
    titles[number] = [];
    stems[number] = [];
    space.put(number, []);
    free.push(number);
    return number;
  };

  return {
    get numbers() {
      return documents.length;
    },
    documents,
    titles,
    titleTexts,
    remove,
    numberOf: (id) => numberOf.get(id),
    has: (stem) => inText.has(stem),
    documentsOf: (stem) => inText.documentsOf(stem),
    put(document) {
      // What is replaced gets its number back.
      remove(document.id);
      const number = free.pop() ?? documents.length;
      const words = wordsOf(document);
      const title = stemsOf(document.title);
      const all = [...title, ...stemsOf(document.description)];
      documents[number] = document;
      numberOf.set(document.id, number);
      titles[number] = title;
      titleTexts[number] = plainWordsOf(document.title).join(' ');
      stems[number] = all;
      plain.put(number, words);
      inTitle.put(number, title);
      inText.put(number, all);
      spelling.add(words);
      space.put(number, all);
      return number;
    },
    renewSpace: (seed) => space.renew(stems, (stem) => inText.rarity(stem), seed),
    plainBm25: (query) => bm25(plain, countsOf(plainWordsOf(query))),
    stemmedBm25: (query) => bm25(inText, countsOf(stemsOf(query))),
    matchesOf(query, { also, meaningOf = 'all' } = {}) {
      const known = (stem: string): boolean => inText.has(stem);
      const plainWords = plainWordsOf(query);
      const wanted = wantedOf(plainWords, stemsOf(query), spelling, known, also);
      const { weights } = wanted;
      const title = scoresOf('inTitle');
      const presentInTitle = scoresOf('presentInTitle');
      inTitle.addBm25(weights, title, presentInTitle);
      const text = scoresOf('inText');
      const presentInText = scoresOf('presentInText');
      inText.addBm25(weights, text, presentInText);
      let rarityInAll = 0;
      for (const stem of new Set(wanted.stems)) rarityInAll += inText.rarity(stem);
      const head = headOf(query) ?? '';
      const covered = covering(wanted, inText, documents.length);
      const withWords = numbersOf(covered);
      const first = scoresOf('first');
      for (let at = 0; at < withWords.length; at += 1) {
        const document = withWords[at] ?? 0;
        first[document] = (title[document] ?? 0) + (text[document] ?? 0);
      }
      const feedback = bestOf(first, FEEDBACK_DOCUMENTS, undefined, withWords);
      const furtherWords = relatedWords(feedback, first, titles, wanted, inTitle);
      const plainScores = scoresOf('plain');
      plain.addBm25(countsOf(plainWords), plainScores);
      const related = scoresOf('related');
      inTitle.addBm25(furtherWords, related);
      const meaning = scoresOf('meaning');
      space.addLikeness(weights.keys(), meaning, meaningOf === 'all' ? undefined : withWords);
      return {
        wanted,
        rarityInAll,
        head: wanted.stems.includes(head) ? head : wanted.stems.at(-1),
        covered,
        withWords,
        best: {
          plain: highest(plainScores),
          inTitle: highest(title, withWords),
          inText: highest(text, withWords),
          related: highest(related),
        },
        plain: plainScores,
        inTitle: title,
        inText: text,
        presentInTitle,
        presentInText,
        related,
        meaningOf,
        meaning,
      };
    },
  };
}

/** Where documents lie in a space, which is replaced as a whole. */
function createPlaces() {
  let space: LatentSpace | undefined;
  let places = new Float32Array();
  /** Numbers of documents put while a new space is learnt. */
  let renewing: Map<number, readonly string[]> | undefined;
  const set = (all: Float32Array, number: number, { dimensions }: LatentSpace, place: Float32Array) => {
    all.set(place, number * dimensions);
  };
  return {
    put(number: number, stems: readonly string[]): void {
      renewing?.set(number, stems);
      if (space === undefined) return;
      const least = (number + 1) * space.dimensions;
      if (least > places.length) places = grown(places, least, Float32Array);
      set(places, number, space, placeOf(space, stems));
    },
    *renew(
      documents: readonly (readonly string[])[],
      rarity: (stem: string) => number,
      seed: number,
    ): Generator<undefined, void> {
      renewing = new Map();
      const learnt = yield* learnSpace([...documents], rarity, seed);
      let next = new Float32Array(documents.length * learnt.dimensions);
      for (let number = 0; number < documents.length; number += 1) {
        const least = (number + 1) * learnt.dimensions;
        if (least > next.length) next = grown(next, least, Float32Array);
        set(next, number, learnt, placeOf(learnt, documents[number] ?? []));
        if (number % STEP_DOCUMENTS === 0) yield;
      }
      for (const [number, stems] of renewing) set(next, number, learnt, placeOf(learnt, stems));
      renewing = undefined;
      space = learnt;
      places = next;
    },
    /** Cosines with a text of these stems, of all or of those among these numbers. */
    addLikeness(stems: Iterable<string>, scores: Float64Array, among: Int32Array | undefined): void {
      if (space === undefined) return;
      const meant = placeOf(space, stems);
      if (meant.every((value) => value === 0)) return;
      const { dimensions } = space;
      const all = places;
      const count = among?.length ?? scores.length;
      for (let place = 0; place < count; place += 1) {
        const number = among === undefined ? place : (among[place] ?? 0);
        const from = number * dimensions;
        let sum = 0;
        for (let at = 0; at < dimensions; at += 1) sum += (all[from + at] ?? 0) * (meant[at] ?? 0);
        scores[number] = sum;
      }
    },
  };
}

function covering({ concepts }: Wanted, inText: InvertedIndex, numbers: number): Uint8Array {
  const covered = new Uint8Array(numbers);
  const lastConcept = new Uint8Array(numbers);
  for (const [at, stems] of concepts.entries()) {
    for (const stem of stems) {
      const documents = inText.documentsOf(stem);
      for (let place = 0; place < documents.length; place += 1) {
        const document = documents[place] ?? 0;
        if (lastConcept[document] === at + 1) continue;
        lastConcept[document] = at + 1;
        covered[document] = (covered[document] ?? 0) + 1;
      }
    }
  }
  return covered;
}

/** Rising numbers of what is marked. */
export function numbersOf(marks: Uint8Array): Int32Array {
  const numbers = new Int32Array(marks.length);
  let count = 0;
  for (let number = 0; number < marks.length; number += 1) {
    if (marks[number] === 0) continue;
    numbers[count] = number;
    count += 1;
  }
  return numbers.subarray(0, count);
}

/** Of all scores, or those of these numbers; 1 where none is above 0. */
function highest(scores: Float64Array, among?: Int32Array): number {
  const numbers = among?.length ?? scores.length;
  let most = 0;
  for (let at = 0; at < numbers; at += 1) {
    const score = scores[among === undefined ? at : (among[at] ?? 0)] ?? 0;
    if (score > most) most = score;
  }
  return most > 0 ? most : 1;
}

function relatedWords(
  best: readonly number[],
  scores: Float64Array,
  titles: readonly (readonly string[])[],
  wanted: Wanted,
  inTitle: InvertedIndex,
): Map<string, number> {
  const weights = new Map<string, number>();
  for (const document of best) {
    for (const stem of new Set(titles[document] ?? [])) {
      if (wanted.weights.has(stem)) continue;
      weights.set(stem, (weights.get(stem) ?? 0) + (scores[document] ?? 0) * inTitle.rarity(stem));
    }
  }
  const heaviest = [...weights].sort((a, b) => b[1] - a[1]).slice(0, FEEDBACK_TERMS);
  const total = heaviest.reduce((sum, [, weight]) => sum + weight, 0) || 1;
  return new Map(heaviest.map(([stem, weight]) => [stem, weight / total]));
}

/**
 * The documents with the highest scores above 0, highest first, ties by number; only those that `allowed` marks and those
 * `among` these numbers, which rise, if given.
 */
export function bestOf(
  scores: Float64Array | Float32Array,
  count: number,
  allowed?: Uint8Array,
  among?: Int32Array,
): number[] {
  const best: number[] = [];
  const numbers = among?.length ?? scores.length;
  let least = 0;
  for (let place = 0; place < numbers; place += 1) {
    const document = among === undefined ? place : (among[place] ?? 0);
    const score = scores[document] ?? 0;
    if (score <= 0 || (best.length === count && score <= least)) continue;
    if (allowed !== undefined && allowed[document] === 0) continue;
    let at = best.length === count ? count - 1 : best.length;
    while (at > 0 && (scores[best[at - 1] ?? 0] ?? 0) < score) {
      best[at] = best[at - 1] ?? 0;
      at -= 1;
    }
    best[at] = document;
    if (best.length === count) least = scores[best[count - 1] ?? 0] ?? 0;
  }
  return best;
}
