/**
 * One field of all documents, by term. Documents have numbers, given by whoever owns the index; one may be put in, taken
 * out and its number used again at any time.
 */
export interface InvertedIndex {
  /** How many documents it has. */
  readonly size: number;
  /** A number that is not in the index. */
  put(document: number, terms: readonly string[]): void;
  /** With the terms it was put in with. */
  remove(document: number, terms: readonly string[]): void;
  has(term: string): boolean;
  documentsWith(term: string): number;
  /** Robertson and Spärck Jones' weight in the form that is never negative: ln(1 + (N − n + ½) / (n + ½)). */
  rarity(term: string): number;
  /**
   * BM25 (Robertson et al. 1994) of the documents that hold any of the terms, added to `scores`; to `presence` each term's
   * rarity, times its weight.
   */
  addBm25(query: ReadonlyMap<string, number>, scores: Float64Array, presence?: Float64Array): void;
  /** Numbers of the documents that hold the term, rising; valid until the index changes. */
  documentsOf(term: string): Int32Array;
}

const K1 = 1.2;
const B = 0.75;
const NOWHERE = new Int32Array();

export function createInvertedIndex(): InvertedIndex {
  const postings = new Map<string, Postings>();
  let lengths = new Float32Array(64);
  let documents = 0;
  let lengthOfAll = 0;

  const rarity = (term: string): number => {
    const count = postings.get(term)?.size ?? 0;
    return Math.log(1 + (documents - count + 0.5) / (count + 0.5));
  };

  return {
    get size() {
      return documents;
    },
    put(document, terms) {
      if (document >= lengths.length) lengths = grown(lengths, document + 1, Float32Array);
      lengths[document] = terms.length;
      lengthOfAll += terms.length;
      documents += 1;
      for (const [term, count] of countsOf(terms)) {
        let own = postings.get(term);
        if (own === undefined) postings.set(term, (own = new Postings()));
        own.put(document, count);
      }
    },
    remove(document, terms) {
      lengths[document] = 0;
      lengthOfAll -= terms.length;
      documents -= 1;
      for (const term of new Set(terms)) {
        const own = postings.get(term);
        own?.remove(document);
        if (own?.size === 0) postings.delete(term);
      }
    },
    has: (term) => postings.has(term),
    documentsWith: (term) => postings.get(term)?.size ?? 0,
    rarity,
    addBm25(query, scores, presence) {
      const lengthOf = lengths;
      const meanLength = lengthOfAll / Math.max(1, documents) || 1;
      for (const [term, weight] of query) {
        const own = postings.get(term);
        if (own === undefined) continue;
        const { documents: holders, counts, size } = own;
        const rare = rarity(term) * weight;
        const value = rare * (K1 + 1);
        for (let at = 0; at < size; at += 1) {
          const document = holders[at] ?? 0;
          const count = counts[at] ?? 0;
          const length = (lengthOf[document] ?? 0) / meanLength;
          scores[document] = (scores[document] ?? 0) + (value * count) / (count + K1 * (1 - B + B * length));
          if (presence !== undefined) presence[document] = (presence[document] ?? 0) + rare;
        }
      }
    },
    documentsOf(term) {
      const own = postings.get(term);
      return own === undefined ? NOWHERE : own.documents.subarray(0, own.size);
    },
  };
}

/** Where a term is: numbers of documents, rising, and how often it is there; in five bytes each. */
class Postings {
  documents = new Int32Array(2);
  /** Beyond 255 one more changes nothing. */
  counts = new Uint8Array(2);
  size = 0;

  put(document: number, count: number): void {
    if (this.size === this.documents.length) {
      this.documents = grown(this.documents, this.size + 1, Int32Array);
      this.counts = grown(this.counts, this.size + 1, Uint8Array);
    }
    const at = this.#placeOf(document);
    if (at < this.size) {
      this.documents.copyWithin(at + 1, at, this.size);
      this.counts.copyWithin(at + 1, at, this.size);
    }
    this.documents[at] = document;
    this.counts[at] = Math.min(255, count);
    this.size += 1;
  }

  remove(document: number): void {
    const at = this.#placeOf(document);
    if (at >= this.size || this.documents[at] !== document) return;
    this.documents.copyWithin(at, at + 1, this.size);
    this.counts.copyWithin(at, at + 1, this.size);
    this.size -= 1;
  }

  /** The first place whose document is not before this one. */
  #placeOf(document: number): number {
    let low = 0;
    let high = this.size;
    if (high > 0 && (this.documents[high - 1] ?? 0) < document) return high;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((this.documents[middle] ?? 0) < document) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

interface Growing {
  readonly length: number;
  set(from: never): void;
}

/** A copy with room for at least `least`, and half as much again as there was. */
export function grown<Values extends Growing>(
  values: Values,
  least: number,
  kind: new (length: number) => Values,
): Values {
  const larger = new kind(Math.max(least, Math.ceil(values.length * 1.5)));
  larger.set(values as never);
  return larger;
}

/** How often each term is there. */
export function countsOf(terms: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  return counts;
}
