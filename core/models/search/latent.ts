import { streamOf } from '../../kernel/seeded-random.ts';

/**
 * What words mean, as far as a catalogue shows it: words that stand in the same titles and descriptions come to lie
 * close together, so that "couch" finds a sofa. Latent semantic analysis (Deerwester et al. 1990), its subspace found
 * by iterating a random one (Halko, Martinsson and Tropp 2011).
 */
export interface LatentSpace {
  readonly dimensions: number;
  /** Stem → its direction, already times its rarity. */
  readonly directions: ReadonlyMap<string, Float32Array>;
}

const DIMENSIONS = 48;
const ITERATIONS = 3;
const DOCUMENTS_MIN = 2;
/** Documents the space is learnt from; beyond, they are thinned evenly. */
const DOCUMENTS_MAX = 40_000;
const TERMS_OF_DOCUMENT_MAX = 80;

/** One document: the numbers of its terms and their weights, of length 1 together. */
interface Row {
  readonly terms: Int32Array;
  readonly weights: Float32Array;
}

/** Documents or dimensions worked through before whoever waits has a turn; a millisecond or a few. */
const STEP_DOCUMENTS = 500;

/**
 * Learns in small steps, between which the documents may change: it is the ones of the beginning that are learnt from.
 *
 * @param rarity of a stem in the catalogue
 */
export function* learnSpace(
  documents: readonly (readonly string[])[],
  rarity: (stem: string) => number,
  seed: number,
): Generator<undefined, LatentSpace> {
  const every = Math.max(1, documents.length / DOCUMENTS_MAX);
  const used = documents.filter((_, at) => Math.floor(at / every) !== Math.floor((at - 1) / every));
  const names = yield* frequentTerms(used);
  const numberOf = new Map(names.map((name, at) => [name, at]));
  const rarities = Float64Array.from(names, rarity);
  const rows: Row[] = [];
  for (const terms of used) {
    rows.push(rowOf(terms, numberOf, rarities));
    if (rows.length % STEP_DOCUMENTS === 0) yield;
  }
  const dimensions = Math.min(DIMENSIONS, names.length, rows.length);
  const random = streamOf(seed, 'search/latent');
  let basis = Float64Array.from({ length: names.length * dimensions }, () => random() * 2 - 1);
  for (let turn = 0; turn < ITERATIONS; turn += 1) {
    basis = yield* throughDocuments(rows, basis, dimensions);
    yield* orthonormalise(basis, names.length, dimensions);
  }
  return {
    dimensions,
    directions: new Map(
      names.map((name, at) => [
        name,
        Float32Array.from(
          basis.subarray(at * dimensions, (at + 1) * dimensions),
          (value) => value * (rarities[at] ?? 0),
        ),
      ]),
    ),
  };
}

/** Where a text lies: a unit vector, or zeros where none of its stems is known. */
export function placeOf({ dimensions, directions }: LatentSpace, stems: Iterable<string>): Float32Array {
  const place = new Float32Array(dimensions);
  for (const stem of new Set(stems)) {
    const direction = directions.get(stem);
    if (direction === undefined) continue;
    for (let at = 0; at < dimensions; at += 1) place[at] = (place[at] ?? 0) + (direction[at] ?? 0);
  }
  const norm = Math.sqrt(place.reduce((sum, value) => sum + value * value, 0));
  return norm === 0 ? place : place.map((value) => value / norm);
}

function* frequentTerms(documents: readonly (readonly string[])[]): Generator<undefined, string[]> {
  const counts = new Map<string, number>();
  for (const [at, terms] of documents.entries()) {
    for (const term of new Set(terms)) counts.set(term, (counts.get(term) ?? 0) + 1);
    if (at % STEP_DOCUMENTS === 0) yield;
  }
  return [...counts].filter(([, count]) => count >= DOCUMENTS_MIN).map(([term]) => term);
}

function rowOf(
  document: readonly string[],
  numberOf: ReadonlyMap<string, number>,
  rarities: Float64Array,
): Row {
  const terms = [...new Set(document)]
    .map((term) => numberOf.get(term))
    .filter((term) => term !== undefined)
    .slice(0, TERMS_OF_DOCUMENT_MAX);
  const norm = Math.sqrt(terms.reduce((sum, term) => sum + (rarities[term] ?? 0) ** 2, 0)) || 1;
  return {
    terms: Int32Array.from(terms),
    weights: Float32Array.from(terms, (term) => (rarities[term] ?? 0) / norm),
  };
}

/** The basis times the matrix of documents and back: AᵀA · basis. */
function* throughDocuments(
  rows: readonly Row[],
  basis: Float64Array,
  dimensions: number,
): Generator<undefined, Float64Array<ArrayBuffer>> {
  const next = new Float64Array(basis.length);
  const seen = new Float64Array(dimensions);
  for (const [row, { terms, weights }] of rows.entries()) {
    if (row % STEP_DOCUMENTS === 0) yield;
    seen.fill(0);
    for (const [at, term] of terms.entries()) {
      const weight = weights[at] ?? 0;
      const from = term * dimensions;
      for (let d = 0; d < dimensions; d += 1) seen[d] = (seen[d] ?? 0) + weight * (basis[from + d] ?? 0);
    }
    for (const [at, term] of terms.entries()) {
      const weight = weights[at] ?? 0;
      const from = term * dimensions;
      for (let d = 0; d < dimensions; d += 1)
        next[from + d] = (next[from + d] ?? 0) + weight * (seen[d] ?? 0);
    }
  }
  return next;
}

/** Gram and Schmidt's way over columns, in place. */
function* orthonormalise(basis: Float64Array, rows: number, columns: number): Generator<undefined, void> {
  for (let column = 0; column < columns; column += 1) {
    yield;
    for (let before = 0; before < column; before += 1) {
      let overlap = 0;
      for (let at = 0; at < rows * columns; at += columns) {
        overlap += (basis[at + column] ?? 0) * (basis[at + before] ?? 0);
      }
      for (let at = 0; at < rows * columns; at += columns) {
        basis[at + column] = (basis[at + column] ?? 0) - overlap * (basis[at + before] ?? 0);
      }
    }
    let norm = 0;
    for (let at = column; at < rows * columns; at += columns) norm += (basis[at] ?? 0) ** 2;
    const scale = norm > 1e-18 ? 1 / Math.sqrt(norm) : 0;
    for (let at = column; at < rows * columns; at += columns) basis[at] = (basis[at] ?? 0) * scale;
  }
}
