import { bestOf } from './engine.ts';
import { grown } from './inverted-index.ts';

/** Numbers of a vector. The smallest size that Google recommends of its model, which learnt so that the first ones say most. */
export const VECTOR_DIMENSIONS = 768;
/** A cosine below it says nothing, one at it counts nothing. */
export const NEAR_COSINE = 0.65;
/** What a cosine of 1 counts beside the text, whose best answers have about 8, over one at the bound; below it, it costs as steeply. */
const COSINE_WEIGHT = 4;
/** So many products are found by nearness alone. */
const NEAREST_MAX = 20;
/** All products are compared by their first numbers, and those that look nearest by all. */
const SKETCH_DIMENSIONS = 64;
const COMPARED_MAX = 200;
/** Searches whose vectors are kept, 768 bytes each; the ones asked longest ago go first. */
const QUERIES_MAX = 5_000;
/** A text of fewer letters is the beginning of one; a longer one is no search. */
const QUERY_CHARACTERS = { min: 3, max: 200 } as const;

export interface EmbeddedQuery {
  readonly vector: Int8Array;
  /** One over its length. */
  readonly scale: number;
  /** Products at or above the bound, nearest first, as they were at that count of changes. */
  nearest: readonly number[];
  comparedAt: number;
}

/**
 * Owns: vectors that a language model made of products and of searches, and who is near whom by their cosine. A product
 * without a vector counts as one at the bound.
 */
export class Embeddings {
  #vectors = new Int8Array();
  /** The first numbers of each vector, side by side, so that going through all of them is quick. */
  #sketches = new Int8Array();
  /** One over the length of each vector; 0: there is none. */
  #scales = new Float32Array();
  #sketchScales = new Float32Array();
  #size = 0;
  /** Of vectors of products, counted. */
  #changes = 0;
  readonly #queries = new Map<string, EmbeddedQuery>();
  #cosines = new Float32Array();

  /** How many products have a vector. */
  get size(): number {
    return this.#size;
  }

  /** @throws RangeError when the vector has another length than `VECTOR_DIMENSIONS` */
  put(number: number, vector: Int8Array): void {
    requireLength(vector);
    this.remove(number);
    if (scaleOf(vector) === 0) return;
    this.#makeRoom(number + 1);
    const sketch = vector.subarray(0, SKETCH_DIMENSIONS);
    this.#vectors.set(vector, number * VECTOR_DIMENSIONS);
    this.#sketches.set(sketch, number * SKETCH_DIMENSIONS);
    this.#scales[number] = scaleOf(vector);
    this.#sketchScales[number] = scaleOf(sketch);
    this.#size += 1;
    this.#changes += 1;
  }

  remove(number: number): void {
    if ((this.#scales[number] ?? 0) === 0) return;
    this.#scales[number] = 0;
    this.#sketchScales[number] = 0;
    this.#size -= 1;
    this.#changes += 1;
  }

  /** @throws RangeError when the vector has another length than `VECTOR_DIMENSIONS` */
  putQuery(words: string, vector: Int8Array): void {
    requireLength(vector);
    this.#queries.delete(words);
    const query = { vector, scale: scaleOf(vector), nearest: [], comparedAt: -1 };
    this.#compare(query);
    this.#queries.set(words, query);
    const [oldest] = this.#queries.keys();
    if (this.#queries.size > QUERIES_MAX && oldest !== undefined) this.#queries.delete(oldest);
  }

  /** The vector of a search, or what has to be embedded for one; neither where nothing could be near. */
  query(words: string): { readonly query?: EmbeddedQuery; readonly missing?: string } {
    const asked = words.toLowerCase().replace(/\s+/g, ' ').trim();
    if (this.#size === 0 || asked.length < QUERY_CHARACTERS.min || asked.length > QUERY_CHARACTERS.max) {
      return {};
    }
    const query = this.#queries.get(asked);
    if (query === undefined) return { missing: asked };
    this.#queries.delete(asked);
    this.#queries.set(asked, query);
    return { query };
  }

  /** What its nearness counts in the ranking: up to `COSINE_WEIGHT` × (1 − `NEAR_COSINE`), less than 0 for what is far. */
  worth(query: EmbeddedQuery, number: number): number {
    if ((this.#scales[number] ?? 0) === 0) return 0;
    return COSINE_WEIGHT * (this.#cosine(query, number) - NEAR_COSINE);
  }

  /** The nearest products, nearest first, of those that `allowed` marks; none below the bound. */
  nearest(query: EmbeddedQuery, allowed: Uint8Array): readonly number[] {
    this.#compare(query);
    return query.nearest.filter((number) => allowed[number] === 1).slice(0, NEAREST_MAX);
  }

  /** With all products, unless none of their vectors changed since: most of the time that vectors take. */
  #compare(query: EmbeddedQuery): void {
    if (query.comparedAt === this.#changes) return;
    const cosines = this.#cosines;
    const sketches = this.#sketches;
    const { vector } = query;
    for (let number = 0, from = 0; number < cosines.length; number += 1, from += SKETCH_DIMENSIONS) {
      let sum = 0;
      for (let at = 0; at < SKETCH_DIMENSIONS; at += 1) sum += (sketches[from + at] ?? 0) * (vector[at] ?? 0);
      cosines[number] = sum * (this.#sketchScales[number] ?? 0);
    }
    query.comparedAt = this.#changes;
    query.nearest = bestOf(cosines, COMPARED_MAX)
      .map((number) => ({ number, cosine: this.#cosine(query, number) }))
      .filter(({ cosine }) => cosine >= NEAR_COSINE)
      .sort((one, other) => other.cosine - one.cosine || one.number - other.number)
      .map(({ number }) => number);
  }

  #cosine({ vector, scale }: EmbeddedQuery, number: number): number {
    const from = number * VECTOR_DIMENSIONS;
    let sum = 0;
    for (let at = 0; at < VECTOR_DIMENSIONS; at += 1)
      sum += (this.#vectors[from + at] ?? 0) * (vector[at] ?? 0);
    return sum * scale * (this.#scales[number] ?? 0);
  }

  #makeRoom(least: number): void {
    if (least <= this.#scales.length) return;
    this.#scales = grown(this.#scales, least, Float32Array);
    const numbers = this.#scales.length;
    this.#cosines = new Float32Array(numbers);
    this.#sketchScales = grown(this.#sketchScales, numbers, Float32Array);
    this.#vectors = grown(this.#vectors, numbers * VECTOR_DIMENSIONS, Int8Array);
    this.#sketches = grown(this.#sketches, numbers * SKETCH_DIMENSIONS, Int8Array);
  }
}

/** A vector in a byte a number: its direction to about a hundredth, a quarter of the room. */
export function inBytes(values: readonly number[]): Int8Array {
  let most = 0;
  for (const value of values) most = Math.max(most, Math.abs(value));
  return Int8Array.from(values, (value) => (most === 0 ? 0 : Math.round((value / most) * 127)));
}

function scaleOf(vector: Int8Array): number {
  let squares = 0;
  for (let at = 0; at < vector.length; at += 1) squares += (vector[at] ?? 0) ** 2;
  return squares === 0 ? 0 : 1 / Math.sqrt(squares);
}

function requireLength({ length }: Int8Array): void {
  if (length !== VECTOR_DIMENSIONS) {
    throw new RangeError(`a vector has ${String(length)} numbers in place of ${String(VECTOR_DIMENSIONS)}`);
  }
}
