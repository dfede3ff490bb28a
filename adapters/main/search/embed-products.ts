import { errorMessage, OrreryError } from '../../../core/kernel/errors.ts';
import type { Logger } from '../../../core/kernel/logger.ts';
import type { EmbeddingStore, TextEmbedder } from '../../../core/services/catalog/embeddings.ts';
import { pause } from './pause.ts';

/** 50 products in two seconds at most: 50,000 take half an hour, and what is asked of the API stays bounded. */
const BATCH_PRODUCTS = 50;
const BATCH_MS = 2_000;
/** How late a changed text is seen once all have a vector. */
const LOOK_MS = 5_000;
const EMBED_MS_MAX = 20_000;
/** Longer than a batch takes with the rest after it. */
const LEASE_MS = 60_000;
/** After a failure; twice as long after each further one in a row. */
const REST_MS = { first: 5_000, max: 45_000 } as const;

export interface Pace {
  readonly batchMs: number;
  readonly lookMs: number;
  readonly restMs: number;
}

/**
 * Owns: that each product for sale gets a vector of its present text, once for all processes, of which one at a time does
 * it; `stop` gives that up. What can't be embedded is left out until its text changes or the process starts again.
 */
export function startEmbeddingProducts({
  embedder,
  store,
  owner,
  logger,
  pace: { batchMs, lookMs, restMs } = { batchMs: BATCH_MS, lookMs: LOOK_MS, restMs: REST_MS.first },
}: {
  readonly embedder: TextEmbedder;
  readonly store: EmbeddingStore;
  /** Of this process; no other has it. */
  readonly owner: string;
  readonly logger: Logger;
  readonly pace?: Pace;
}): { stop(): Promise<void> } {
  const stopping = new AbortController();
  const { signal } = stopping;
  /** It changes while others are waited for. */
  const stopped = (): boolean => signal.aborted;
  /** All products that changed since `mark`; those up to `after` have been looked at. */
  let mark = '0';
  let after = '';
  let nextMark = mark;
  let size = BATCH_PRODUCTS;
  let failures = 0;

  /** Embeds some products; how long to rest then, in ms. */
  const step = async (): Promise<number> => {
    if (!(await store.lease(owner, LEASE_MS))) return lookMs;
    if (after === '') nextMark = await store.mark();
    const products = await store.unembedded({ mark, after, limit: size });
    const last = products.at(-1);
    if (last === undefined) {
      mark = nextMark;
      after = '';
      return lookMs;
    }
    try {
      const vectors = await embedder.embed(
        products.map(({ text }) => text),
        'product',
        AbortSignal.any([signal, AbortSignal.timeout(EMBED_MS_MAX)]),
      );
      await store.keep(
        products.flatMap(({ id, textHash }, at) => {
          const vector = vectors[at];
          return vector === undefined ? [] : [{ id, textHash, vector }];
        }),
      );
    } catch (error) {
      // Which text it does not take is found by asking for fewer.
      if (!(error instanceof OrreryError && error.code === 'embedding_text_refused')) throw error;
      if (products.length > 1) {
        size = Math.ceil(products.length / 2);
        return batchMs;
      }
      after = last.id;
      throw error;
    }
    after = last.id;
    size = Math.min(BATCH_PRODUCTS, size * 2);
    failures = 0;
    return batchMs;
  };

  const run = async (): Promise<void> => {
    while (!stopped()) {
      let waitMs: number;
      try {
        waitMs = await step();
      } catch (error) {
        if (stopped()) break;
        waitMs = Math.min(REST_MS.max, restMs * 2 ** failures);
        failures += 1;
        logger.warn({ error: errorMessage(error), againInMs: waitMs }, 'products could not be embedded');
      }
      await pause(waitMs, signal);
    }
    await store.release(owner).catch(() => undefined);
  };
  const running = run();
  return {
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
