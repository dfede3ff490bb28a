import type { Logger } from '../../../core/kernel/logger.ts';
import { VECTOR_DIMENSIONS } from '../../../core/models/search/embeddings.ts';
import type { EmbeddingStore, TextEmbedder } from '../../../core/services/catalog/embeddings.ts';
import { createBreaker } from '../../breaker/breaker.ts';
import { createGeminiEmbedder } from '../../gemini/embedder.ts';
import { createEmbeddingStore } from '../../postgres/catalog/embeddings.ts';
import type { Database } from '../../postgres/database.ts';
import type { Job } from '../maintenance.ts';
import type { Settings } from '../settings.ts';
import { startEmbeddingProducts } from './embed-products.ts';

/** After this many calls of which half failed Gemini is left alone for a while. */
const CALLS_MIN = 3;
const REST_MS = 15_000;
/** Of searches, and of what another model made; who searches for it again has it made anew. */
const KEPT_MS = 90 * 86_400_000;

/** What a search by meaning needs besides the products. */
export interface Meaning {
  readonly store: EmbeddingStore;
  readonly embedder: TextEmbedder;
  readonly model: string;
  /** Whether the last call brought vectors; null: there was none. */
  answers(): boolean | null;
}

/** Gemini's vectors, behind a circuit, and the products that get theirs; undefined where no key is set. */
export function openMeaning({
  settings,
  database,
  owner,
  onCircuit,
  logger,
}: {
  readonly settings: Settings;
  readonly database: Database;
  /** Of this process; no other has it. */
  readonly owner: string;
  readonly onCircuit: (partner: string, open: boolean) => void;
  readonly logger: Logger;
}): (Meaning & { readonly job: Job; stop(): Promise<void> }) | undefined {
  const { geminiApiKey: apiKey, geminiEmbeddingModel: model, geminiApiUrl: origin } = settings;
  if (apiKey === undefined || model === undefined) return undefined;
  const name = 'embedding model';
  const circuit = createBreaker({
    name,
    logger,
    restMs: REST_MS,
    callsMin: CALLS_MIN,
    onChange: (open) => {
      onCircuit(name, open);
    },
  });
  const gemini = createGeminiEmbedder({ apiKey, model, ...(origin === undefined ? {} : { origin }) });
  let answered: boolean | null = null;
  const embedder: TextEmbedder = {
    embed: async (texts, as, signal) => {
      try {
        const vectors = await circuit.guard(() => gemini.embed(texts, as, signal));
        answered = true;
        return vectors;
      } catch (error) {
        answered = false;
        throw error;
      }
    },
  };
  // Vectors of another size are those of another model.
  const store = createEmbeddingStore(database, `${model}/${String(VECTOR_DIMENSIONS)}`);
  const products = startEmbeddingProducts({ embedder, store, owner, logger });
  return {
    store,
    embedder,
    model,
    answers: () => answered,
    job: {
      name: 'forget-embeddings',
      cron: '27 4 * * *',
      run: () => store.forget(new Date(Date.now() - KEPT_MS)),
    },
    stop: async () => {
      await products.stop();
      circuit.close();
    },
  };
}
