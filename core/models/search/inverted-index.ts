/**
 * One field of all documents, by term. Documents are numbered as they are added; adding is all it takes for a new
 * document to be found.
 */
export interface InvertedIndex {
  readonly size: number;
  add(terms: readonly string[]): void;
  has(term: string): boolean;
  documentsWith(term: string): number;
  /** Robertson and Spärck Jones' weight in the form that is never negative: ln(1 + (N − n + ½) / (n + ½)). */
  rarity(term: string): number;
  /** BM25 (Robertson et al. 1994) of the documents that hold any of the terms, added to `scores`. */
  addBm25(query: ReadonlyMap<string, number>, scores: Float64Array): void;
  /** Adds each term's rarity, times its weight, to the documents that hold it. */
  addPresence(query: ReadonlyMap<string, number>, scores: Float64Array): void;
  terms(): Iterable<string>;
}

interface Postings {
  readonly documents: number[];
  readonly counts: number[];
}

const K1 = 1.2;
const B = 0.75;

export function createInvertedIndex(): InvertedIndex {
  const postings = new Map<string, Postings>();
  const lengths: number[] = [];
  let lengthOfAll = 0;

  const rarity = (term: string): number => {
    const count = postings.get(term)?.documents.length ?? 0;
    return Math.log(1 + (lengths.length - count + 0.5) / (count + 0.5));
  };

  return {
    get size() {
      return lengths.length;
    },
    add(terms) {
      const document = lengths.length;
      lengths.push(terms.length);
      lengthOfAll += terms.length;
      for (const [term, count] of countsOf(terms)) {
        let own = postings.get(term);
        if (own === undefined) postings.set(term, (own = { documents: [], counts: [] }));
        own.documents.push(document);
        own.counts.push(count);
      }
    },
    has: (term) => postings.has(term),
    documentsWith: (term) => postings.get(term)?.documents.length ?? 0,
    rarity,
    addBm25(query, scores) {
      const meanLength = lengthOfAll / Math.max(1, lengths.length) || 1;
      for (const [term, weight] of query) {
        const { documents, counts } = postings.get(term) ?? NOWHERE;
        const value = rarity(term) * weight * (K1 + 1);
        for (let at = 0; at < documents.length; at += 1) {
          const document = documents[at] ?? 0;
          const count = counts[at] ?? 0;
          const length = (lengths[document] ?? 0) / meanLength;
          scores[document] = (scores[document] ?? 0) + (value * count) / (count + K1 * (1 - B + B * length));
        }
      }
    },
    addPresence(query, scores) {
      for (const [term, weight] of query) {
        const value = rarity(term) * weight;
        for (const document of (postings.get(term) ?? NOWHERE).documents) {
          scores[document] = (scores[document] ?? 0) + value;
        }
      }
    },
    terms: () => postings.keys(),
  };
}

const NOWHERE: Postings = { documents: [], counts: [] };

/** How often each term is there. */
export function countsOf(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
