/** Vectors that a language model makes of products and searches: who makes them, and where they are kept. */

/** Turns texts into vectors of `VECTOR_DIMENSIONS` numbers, a byte each. */
export interface TextEmbedder {
  /**
   * A vector for each text, in their order. Rejects with one of these codes:
   * - `embedding_away` (retryable): no answer, or one that may be another one later;
   * - `embedding_text_refused`: it does not take these texts, others perhaps;
   * - `embedding_refused`: it takes none, such as of a wrong key;
   * - `embedding_invalid`: what it answered are no such vectors.
   */
  embed(
    texts: readonly string[],
    as: 'product' | 'search',
    signal: AbortSignal,
  ): Promise<readonly Int8Array[]>;
}

/** What a search by meaning knows in one gateway. */
export interface SearchMeaning {
  /** Of the language model. */
  readonly model: string;
  /** Products for sale in the index. */
  readonly products: number;
  /** Of these the ones with a vector of their present text. */
  readonly embedded: number;
  /** Whether the model did at this gateway's last call; null: it has made none. */
  readonly answers: boolean | null;
}

export interface ProductVector {
  readonly id: string;
  readonly vector: Int8Array;
}

/** A product for sale without a vector of its present text. */
export interface UnembeddedProduct {
  readonly id: string;
  readonly text: string;
  /** Tells texts apart. */
  readonly textHash: string;
}

/** Owns the vectors of one model; durable once a promise resolves. */
export interface EmbeddingStore {
  /** Takes or keeps the right to have products embedded, which one process of all has. */
  lease(owner: string, leaseMs: number): Promise<boolean>;
  release(owner: string): Promise<void>;
  /** Those that changed since the mark (`0`: all), by id, behind `after`. */
  unembedded(range: {
    readonly mark: string;
    readonly after: string;
    readonly limit: number;
  }): Promise<readonly UnembeddedProduct[]>;
  keep(vectors: readonly (ProductVector & { readonly textHash: string })[]): Promise<void>;
  /** Vectors of present texts by id, those behind `after`. */
  slice(after: string, limit: number): Promise<readonly ProductVector[]>;
  /** From when on changes are to be asked for, see `SearchSource.mark`. */
  mark(): Promise<string>;
  /** Vectors of present texts that came since the mark, and those of these products. */
  changedSince(
    mark: string,
    ids: readonly string[],
  ): Promise<{ readonly mark: string; readonly vectors: readonly ProductVector[] }>;
  /** Vectors of searches that are known, by their words. */
  queries(words: readonly string[]): Promise<ReadonlyMap<string, Int8Array>>;
  keepQueries(vectors: ReadonlyMap<string, Int8Array>): Promise<void>;
  /** Drops what was made before then of searches, and of products by other models. */
  forget(before: Date): Promise<void>;
}
