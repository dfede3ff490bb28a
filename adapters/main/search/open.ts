import { Gauge, type Registry } from 'prom-client';
import { errorMessage } from '../../../core/kernel/errors.ts';
import type { Logger } from '../../../core/kernel/logger.ts';
import { DEFAULT_CURRENCY } from '../../../core/kernel/money.ts';
import type { ProductVector } from '../../../core/services/catalog/embeddings.ts';
import type { MeaningWatch, ProductIndex } from '../../../core/services/catalog/search.ts';
import type { SearchSource } from '../../postgres/catalog/search-source.ts';
import { startEmbeddingQueries } from './embed-queries.ts';
import type { Meaning } from './meaning.ts';
import { pause } from './pause.ts';
import { ThreadIndex } from './thread-index.ts';

export interface OpenSearch extends ProductIndex, MeaningWatch {
  /** Whether the index answers. */
  ready(): boolean;
  stop(): Promise<void>;
}

/** Products read at once, and those the thread takes in before it looks for searches; some milliseconds each. */
const SLICE_PRODUCTS = 500;
const FED_PRODUCTS = 50;
const FED_VECTORS = 250;
/** How late a change of a product is seen. */
const LOOK_MS = 1_000;
/** What is sold out is read in one piece: it takes this share of the database's time at most. */
const SOLD_OUT_SHARE = 0.05;
/** How long a thread that ended stays away. */
const REST_MS = 5_000;

/**
 * Owns: the search index of one gateway: built from the database when it starts, kept up to date from then on, built
 * again in a new thread where one ended. While it is not there, `search` resolves with undefined.
 */
export function openSearch(options: {
  readonly source: SearchSource;
  /** SKUs of which nothing is left. */
  readonly soldOut: () => Promise<readonly string[]>;
  /** Products of recent orders, one for each order that holds them; the same array until it changes. */
  readonly soldOfLate: () => readonly string[];
  /** Whether searches are to be answered without it; it is kept up to date all the same. */
  readonly isOff?: () => boolean;
  /** Vectors of a language model; absent: searches are answered without. */
  readonly meaning?: Meaning | undefined;
  readonly registry: Registry;
  readonly logger: Logger;
  /** How a thread is started; tests start others. */
  readonly start?: () => ThreadIndex;
  readonly restMs?: number;
}): OpenSearch {
  const { source, soldOut, soldOfLate, meaning, registry, logger, restMs = REST_MS } = options;
  const isOff = options.isOff ?? (() => false);
  const start = options.start ?? (() => new ThreadIndex({ currency: DEFAULT_CURRENCY }));
  let index: ThreadIndex | undefined;
  let ready = false;
  let builtMs = 0;
  const stopping = new AbortController();
  const { signal } = stopping;
  /** It changes while others are waited for. */
  const stopped = (): boolean => signal.aborted;

  const feedProducts = async (
    to: ThreadIndex,
    { products, gone }: Pick<Awaited<ReturnType<SearchSource['changedSince']>>, 'products' | 'gone'>,
  ): Promise<void> => {
    if (gone.length > 0) await to.feed({ kind: 'products', products: [], gone });
    for (let at = 0; at < products.length; at += FED_PRODUCTS) {
      await to.feed({ kind: 'products', products: products.slice(at, at + FED_PRODUCTS), gone: [] });
    }
  };

  const build = async (to: ThreadIndex): Promise<string> => {
    const begun = performance.now();
    const mark = await source.mark();
    await to.feed({ kind: 'categories', categories: await source.categories() });
    for (let after = ''; !signal.aborted;) {
      const products = await source.slice(after, SLICE_PRODUCTS);
      await feedProducts(to, { products, gone: [] });
      const last = products.at(-1);
      if (last === undefined || products.length < SLICE_PRODUCTS) break;
      after = last.id;
    }
    await to.feed({ kind: 'loaded' });
    builtMs = performance.now() - begun;
    return mark;
  };

  /** All vectors where there is no mark yet, then those that came since it and those of products that changed. */
  const feedVectors = async (
    to: ThreadIndex,
    store: Meaning['store'],
    mark: string | undefined,
    changedIds: readonly string[],
  ): Promise<string> => {
    const feed = async (vectors: readonly ProductVector[]): Promise<void> => {
      for (let at = 0; at < vectors.length; at += FED_VECTORS) {
        await to.feed({ kind: 'vectors', vectors: vectors.slice(at, at + FED_VECTORS) });
      }
    };
    if (mark !== undefined) {
      const changed = await store.changedSince(mark, changedIds);
      await feed(changed.vectors);
      return changed.mark;
    }
    const first = await store.mark();
    for (let after = ''; !signal.aborted;) {
      const vectors = await store.slice(after, SLICE_PRODUCTS);
      await feed(vectors);
      const last = vectors.at(-1);
      if (last === undefined || vectors.length < SLICE_PRODUCTS) break;
      after = last.id;
    }
    return first;
  };

  /** Until the thread ends or all of it is stopped; what fails is tried again at the next look. */
  const follow = async (to: ThreadIndex, from: string): Promise<void> => {
    let mark = from;
    let seen: { soldOut?: string; sold?: readonly string[]; categories?: string } = {};
    let soldOutAt = 0;
    let vectorMark: string | undefined;
    /** Their vectors went with their texts, perhaps. */
    const changedIds = new Set<string>();
    while (!stopped() && !to.hasEnded()) {
      try {
        const changed = await source.changedSince(mark);
        await feedProducts(to, changed);
        mark = changed.mark;
        for (const { id } of changed.products) changedIds.add(id);
        const categories = await source.categories();
        if (JSON.stringify(categories) !== seen.categories) {
          await to.feed({ kind: 'categories', categories });
          seen = { ...seen, categories: JSON.stringify(categories) };
        }
        const begun = performance.now();
        if (begun >= soldOutAt) {
          const skus = await soldOut();
          soldOutAt = performance.now() + (performance.now() - begun) / SOLD_OUT_SHARE;
          const told = [...skus].sort().join('\n');
          if (told !== seen.soldOut) {
            await to.feed({ kind: 'sold out', skus });
            seen = { ...seen, soldOut: told };
          }
        }
        const sold = soldOfLate();
        if (sold !== seen.sold) {
          await to.feed({ kind: 'sold', sold: ordersByProduct(sold) });
          seen = { ...seen, sold };
        }
        ready = true;
        if (meaning !== undefined) {
          vectorMark = await feedVectors(to, meaning.store, vectorMark, [...changedIds]);
        }
        changedIds.clear();
      } catch (error) {
        if (!stopped() && !to.hasEnded()) {
          logger.warn({ error: errorMessage(error) }, 'the search index could not be brought up to date');
        }
      }
      await pause(LOOK_MS, signal);
    }
  };

  const run = async (): Promise<void> => {
    while (!stopped()) {
      const own = start();
      index = own;
      try {
        const mark = await build(own);
        await follow(own, mark);
      } catch (error) {
        if (!stopped()) logger.warn({ error: errorMessage(error) }, 'the search index could not be built');
      } finally {
        ready = false;
        index = undefined;
        await own.close();
      }
      if (!stopped()) await pause(restMs, signal);
    }
  };
  const running = run();
  watch(
    registry,
    async () => (ready && index !== undefined ? { ...(await index.facts()), builtMs } : undefined),
    meaning !== undefined,
  );
  const queries =
    meaning === undefined
      ? undefined
      : startEmbeddingQueries({
          ...meaning,
          logger,
          give: async (words, vector) => {
            // A thread that ended meanwhile is asked again, and has it from the store then.
            await index?.feed({ kind: 'query vector', words, vector }).catch(() => undefined);
          },
        });

  return {
    ready: () => ready,
    search: async (query, filter) => {
      const found = ready && !isOff() ? await index?.search(query, filter) : undefined;
      if (found?.unembedded !== undefined) queries?.want(found.unembedded);
      return found;
    },
    meaning: async () => {
      const facts = meaning !== undefined && ready ? await index?.facts() : undefined;
      if (meaning === undefined || facts === undefined) return null;
      const { products, embedded } = facts;
      return { model: meaning.model, products, embedded, answers: meaning.answers() };
    },
    stop: async () => {
      stopping.abort();
      await queries?.stop();
      await index?.close();
      await running;
    },
  };
}

function ordersByProduct(sold: readonly string[]): Map<string, number> {
  const orders = new Map<string, number>();
  for (const id of sold) orders.set(id, (orders.get(id) ?? 0) + 1);
  return orders;
}

interface Told {
  readonly products: number;
  readonly embedded: number;
  readonly bytes: number;
  readonly spaceMs: number;
  readonly builtMs: number;
}

function watch(registry: Registry, look: () => Promise<Told | undefined>, embeds: boolean): void {
  let told: Promise<Told | undefined> | undefined;
  const gauge = (name: string, help: string, of: (told: Told) => number): void => {
    new Gauge({
      name,
      help,
      registers: [registry],
      async collect() {
        // The gauges of one scrape come from one look.
        told ??= look()
          .catch(() => undefined)
          .finally(() => setImmediate(() => (told = undefined)));
        const facts = await told;
        if (facts === undefined) this.reset();
        else this.set(of(facts));
      },
    });
  };
  gauge(
    'orrery_search_products',
    'Products in the search index; 0 while it is not ready',
    (of) => of.products,
  );
  if (embeds) {
    gauge(
      'orrery_search_embedded_products',
      'Products in the search index with a vector of a language model',
      (of) => of.embedded,
    );
  }
  gauge('orrery_search_index_bytes', 'Memory of the search index’ thread', (of) => of.bytes);
  gauge(
    'orrery_search_build_seconds',
    'How long the search index took to build, until it answered',
    (of) => of.builtMs / 1_000,
  );
  gauge(
    'orrery_search_space_seconds',
    'How long its space of meaning took to learn, while it answered',
    (of) => of.spaceMs / 1_000,
  );
}
