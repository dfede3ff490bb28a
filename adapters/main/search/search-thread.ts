import { parentPort, workerData } from 'node:worker_threads';
import { getHeapStatistics } from 'node:v8';
import { assert } from '../../../core/kernel/assert.ts';
import { errorMessage } from '../../../core/kernel/errors.ts';
import {
  ProductSearch,
  type ProductsFound,
  type SearchedProduct,
  type SearchFilter,
} from '../../../core/models/search/product-search.ts';
import type { ProductVector } from '../../../core/services/catalog/embeddings.ts';
import type { NamedCategory } from '../../../core/models/search/understand/understand.ts';

/*
 * Holds the search index and answers searches. Whoever feeds it waits for the answer to one slice before it sends the
 * next, so that no search waits behind a whole catalogue; the space of meaning is learnt between searches.
 */

export interface SearchWork {
  /** Of the prices; ISO 4217. */
  readonly currency: string;
}

/** Everything that is asked is answered under its number. */
export type SearchTask =
  | {
      readonly kind: 'products';
      readonly products: readonly SearchedProduct[];
      readonly gone: readonly string[];
    }
  /** The whole catalogue is there. */
  | { readonly kind: 'loaded' }
  | { readonly kind: 'categories'; readonly categories: readonly NamedCategory[] }
  | { readonly kind: 'sold out'; readonly skus: readonly string[] }
  | { readonly kind: 'sold'; readonly sold: ReadonlyMap<string, number> }
  | { readonly kind: 'vectors'; readonly vectors: readonly ProductVector[] }
  | { readonly kind: 'query vector'; readonly words: string; readonly vector: Int8Array }
  | { readonly kind: 'search'; readonly query: string; readonly filter: SearchFilter }
  | { readonly kind: 'facts' };

export interface SearchFacts {
  readonly products: number;
  /** Of these the ones with a vector of a language model. */
  readonly embedded: number;
  /** On the thread's heap and in its buffers, garbage included. */
  readonly bytes: number;
  /** How long the last space of meaning took to learn, answering searches meanwhile; 0: none yet. */
  readonly spaceMs: number;
}

export type SearchReply =
  | { readonly number: number; readonly answer: ProductsFound | SearchFacts | null }
  | { readonly number: number; readonly problem: string };

/** The space is learnt anew once this share of the products changed since; new words have no place in it before. */
const RENEW_SHARE = 0.1;
/** How long the thread learns before it looks for searches. */
const STEP_MS = 5;
/** Of all chance; the same catalogue has the same space. */
const SEED = 1;

const port = parentPort;
assert(port !== null, 'this program is a thread');
const search = new ProductSearch((workerData as SearchWork).currency);
let changes = 0;
let spaceMs = 0;
let learning = false;
let loaded = false;

port.on('message', ({ number, task }: { readonly number: number; readonly task: SearchTask }) => {
  let reply: SearchReply;
  try {
    reply = { number, answer: answerTo(task) };
  } catch (error) {
    reply = { number, problem: errorMessage(error) };
  }
  port.postMessage(reply);
});

function answerTo(task: SearchTask): ProductsFound | SearchFacts | null {
  switch (task.kind) {
    case 'products':
      for (const product of task.products) search.put(product);
      for (const id of task.gone) search.remove(id);
      changes += task.products.length + task.gone.length;
      if (loaded && !learning && changes > search.size * RENEW_SHARE) learn();
      return null;
    case 'loaded':
      loaded = true;
      learn();
      return null;
    case 'categories':
      search.setCategories(task.categories);
      return null;
    case 'sold out':
      search.setSoldOut(task.skus);
      return null;
    case 'sold':
      search.setSold(task.sold);
      return null;
    case 'vectors':
      for (const { id, vector } of task.vectors) search.putVector(id, vector);
      return null;
    case 'query vector':
      search.putQueryVector(task.words, task.vector);
      return null;
    case 'search':
      return search.search(task.query, task.filter);
    case 'facts': {
      const heap = getHeapStatistics();
      return {
        products: search.size,
        embedded: search.embedded,
        bytes: heap.used_heap_size + heap.external_memory,
        spaceMs,
      };
    }
  }
}

/** A little at a time, searches between. */
function learn(): void {
  learning = true;
  changes = 0;
  const begun = performance.now();
  const steps = search.renewSpace(SEED);
  const step = (): void => {
    const until = performance.now() + STEP_MS;
    while (performance.now() < until) {
      if (steps.next().done === true) {
        spaceMs = performance.now() - begun;
        learning = false;
        return;
      }
    }
    setImmediate(step);
  };
  step();
}
