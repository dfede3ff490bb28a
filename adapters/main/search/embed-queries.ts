import { errorMessage } from '../../../core/kernel/errors.ts';
import type { Logger } from '../../../core/kernel/logger.ts';
import type { EmbeddingStore, TextEmbedder } from '../../../core/services/catalog/embeddings.ts';
import { pause } from './pause.ts';

/** One call in so long, of so many searches; meanwhile others wait to be in the next one, and beyond these they are let go. */
const CALL_MS = 500;
const TOGETHER_MAX = 20;
const WAITING_MAX = 60;
const EMBED_MS_MAX = 5_000;
/** After a failure nothing is asked for so long. */
const REST_MS = 5_000;

export interface QueryEmbedding {
  /** Has the words embedded some time, if there is room; returns at once. */
  want(words: string): void;
  stop(): Promise<void>;
}

/**
 * Owns: that searches get their vectors, behind the backs of those who search: from the store where some process had them
 * before, else by a few calls a second at most. What fails or finds no room is wanted again by the next who asks.
 */
export function startEmbeddingQueries({
  embedder,
  store,
  give,
  logger,
  callMs = CALL_MS,
  restMs = REST_MS,
}: {
  readonly embedder: TextEmbedder;
  readonly store: Pick<EmbeddingStore, 'queries' | 'keepQueries'>;
  readonly give: (words: string, vector: Int8Array) => Promise<void>;
  readonly logger: Logger;
  readonly callMs?: number;
  readonly restMs?: number;
}): QueryEmbedding {
  const stopping = new AbortController();
  const { signal } = stopping;
  /** It changes while others are waited for. */
  const stopped = (): boolean => signal.aborted;
  const waiting = new Set<string>();
  let running: Promise<void> | undefined;
  let resting = false;
  let failing = false;

  const embedSome = async (words: readonly string[]): Promise<void> => {
    const known = await store.queries(words);
    for (const [each, vector] of known) await give(each, vector);
    const unknown = words.filter((each) => !known.has(each));
    if (unknown.length === 0) return;
    const vectors = await embedder.embed(
      unknown,
      'search',
      AbortSignal.any([signal, AbortSignal.timeout(EMBED_MS_MAX)]),
    );
    const made = new Map<string, Int8Array>();
    for (const [at, each] of unknown.entries()) {
      const vector = vectors[at];
      if (vector === undefined) continue;
      made.set(each, vector);
      await give(each, vector);
    }
    await store.keepQueries(made);
  };

  const run = async (): Promise<void> => {
    while (waiting.size > 0 && !stopped()) {
      // Whoever types asks for more of the word in a moment.
      await pause(callMs, signal);
      const words = [...waiting].slice(0, TOGETHER_MAX);
      for (const each of words) waiting.delete(each);
      try {
        if (!stopped()) await embedSome(words);
        failing = false;
      } catch (error) {
        if (stopped()) return;
        // Once: whoever searches while it fails makes it fail again.
        if (!failing) logger.warn({ error: errorMessage(error) }, 'searches could not be embedded');
        failing = true;
        resting = true;
        waiting.clear();
        await pause(restMs, signal);
        resting = false;
      }
    }
  };

  return {
    want(words) {
      if (resting || stopped() || waiting.has(words)) return;
      for (const each of waiting) if (words.startsWith(each)) waiting.delete(each);
      if (waiting.size >= WAITING_MAX) return;
      waiting.add(words);
      running ??= run().finally(() => (running = undefined));
    },
    stop: async () => {
      stopping.abort();
      await running;
    },
  };
}
