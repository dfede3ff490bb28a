import { createInvertedIndex, countsOf, type InvertedIndex } from './inverted-index.ts';
import { placeOf, type LatentSpace } from './latent.ts';
import { createSpelling, wantedOf, type Wanted } from './spelling.ts';
import { headOf, plainWordsOf, stemsOf } from './words.ts';

/** What is looked for; ids are the caller's. */
export interface Document {
  readonly id: string;
  readonly title: string;
  readonly description: string;
}

/**
 * A catalogue that is searched: fields in indexes of their own, so that a word in a title can count for more than one
 * in a description, and beside them what plain BM25 sees.
 */
export interface SearchIndex {
  readonly documents: readonly Document[];
  add(document: Document): void;
  /** From now on documents and queries also have a place in the space; those there are get theirs at once. */
  useSpace(space: LatentSpace): void;
  /** Stems of title and description of each document. */
  readonly stems: readonly (readonly string[])[];
  rarity(stem: string): number;
  /** Scores of all documents by BM25 over title and description as one text, words as they are: the baseline. */
  plainBm25(query: string): Float64Array;
  /** The same over stems. */
  stemmedBm25(query: string): Float64Array;
  matchesOf(query: string): Matches;
}

/** What the indexes say of one query: a value per document, by number. */
export interface Matches {
  readonly wanted: Wanted;
  /** Sum of the rarities of what is wanted: what a document with every word has. */
  readonly rarityInAll: number;
  readonly head: string | undefined;
  readonly plain: Float64Array;
  readonly inTitle: Float64Array;
  readonly inText: Float64Array;
  readonly presentInTitle: Float64Array;
  readonly presentInText: Float64Array;
  /** Words that the best documents have in common and the query does not name, found in titles. */
  readonly related: Float64Array;
  /** Cosine in the latent space. */
  readonly meaning: Float64Array;
}

/** Pseudo-relevance feedback (Rocchio 1971): so many documents tell so many further words. */
const FEEDBACK_DOCUMENTS = 8;
const FEEDBACK_TERMS = 12;

export function createSearchIndex(): SearchIndex {
  const documents: Document[] = [];
  const titles: (readonly string[])[] = [];
  const stems: (readonly string[])[] = [];
  const plain = createInvertedIndex();
  const inTitle = createInvertedIndex();
  const inText = createInvertedIndex();
  const spelling = createSpelling();
  let space: LatentSpace | undefined;
  const places: Float32Array[] = [];
  const scoresOf = (fill: (scores: Float64Array) => void): Float64Array => {
    const scores = new Float64Array(documents.length);
    fill(scores);
    return scores;
  };
  const bm25 = (index: InvertedIndex, query: ReadonlyMap<string, number>) =>
    scoresOf((scores) => index.addBm25(query, scores));
  const place = (document: number): Float32Array =>
    space === undefined ? new Float32Array() : placeOf(space, stems[document] ?? []);

  return {
    documents,
    stems,
    rarity: (stem) => inText.rarity(stem),
    add(document) {
      const words = plainWordsOf(`${document.title} ${document.description}`);
      const title = stemsOf(document.title);
      const all = [...title, ...stemsOf(document.description)];
      documents.push(document);
      titles.push(title);
      stems.push(all);
      plain.add(words);
      inTitle.add(title);
      inText.add(all);
      spelling.add(words);
      if (space !== undefined) places.push(place(documents.length - 1));
    },
    useSpace(given) {
      space = given;
      places.length = 0;
      for (let document = 0; document < documents.length; document += 1) places.push(place(document));
    },
    plainBm25: (query) => bm25(plain, countsOf(plainWordsOf(query))),
    stemmedBm25: (query) => bm25(inText, countsOf(stemsOf(query))),
    matchesOf(query) {
      const wanted = wantedOf(plainWordsOf(query), stemsOf(query), spelling, (stem) => inText.has(stem));
      const title = bm25(inTitle, wanted.weights);
      const text = bm25(inText, wanted.weights);
      const first = Float64Array.from(title, (score, document) => score + (text[document] ?? 0));
      const meant = space === undefined ? undefined : placeOf(space, wanted.weights.keys());
      let rarityInAll = 0;
      for (const stem of new Set(wanted.stems)) rarityInAll += inText.rarity(stem);
      return {
        wanted,
        rarityInAll,
        head: wanted.stems.includes(headOf(query) ?? '') ? headOf(query) : wanted.stems.at(-1),
        plain: bm25(plain, countsOf(plainWordsOf(query))),
        inTitle: title,
        inText: text,
        presentInTitle: scoresOf((scores) => inTitle.addPresence(wanted.weights, scores)),
        presentInText: scoresOf((scores) => inText.addPresence(wanted.weights, scores)),
        related: bm25(inTitle, relatedWords(first, titles, wanted, inTitle)),
        meaning: scoresOf((scores) => {
          if (meant === undefined) return;
          for (const [document, own] of places.entries()) scores[document] = dot(own, meant);
        }),
      };
    },
  };
}

function relatedWords(
  scores: Float64Array,
  titles: readonly (readonly string[])[],
  wanted: Wanted,
  inTitle: InvertedIndex,
): Map<string, number> {
  const weights = new Map<string, number>();
  for (const document of bestOf(scores, FEEDBACK_DOCUMENTS)) {
    for (const stem of new Set(titles[document] ?? [])) {
      if (wanted.weights.has(stem)) continue;
      weights.set(stem, (weights.get(stem) ?? 0) + (scores[document] ?? 0) * inTitle.rarity(stem));
    }
  }
  const heaviest = [...weights].sort((a, b) => b[1] - a[1]).slice(0, FEEDBACK_TERMS);
  const total = heaviest.reduce((sum, [, weight]) => sum + weight, 0) || 1;
  return new Map(heaviest.map(([stem, weight]) => [stem, weight / total]));
}

function dot(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let at = 0; at < a.length; at += 1) sum += (a[at] ?? 0) * (b[at] ?? 0);
  return sum;
}

/** The documents with the highest scores above 0, highest first, ties by number. */
export function bestOf(scores: Float64Array, count: number): number[] {
  const best: number[] = [];
  let least = 0;
  for (let document = 0; document < scores.length; document += 1) {
    const score = scores[document] ?? 0;
    if (score <= 0 || (best.length === count && score <= least)) continue;
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
