import {
  type BatchEmbedContentsResponse,
  type EmbedContentRequest,
  GoogleGenerativeAI,
  GoogleGenerativeAIFetchError,
  TaskType,
} from '@google/generative-ai';
import { errorMessage, OrreryError } from '../../core/kernel/errors.ts';
import { inBytes, VECTOR_DIMENSIONS } from '../../core/models/search/embeddings.ts';
import type { TextEmbedder } from '../../core/services/catalog/embeddings.ts';

/** Beyond, a text says little more; the model reads 2,048 tokens. */
const TEXT_CHARACTERS_MAX = 4_000;
const TASKS = { product: TaskType.RETRIEVAL_DOCUMENT, search: TaskType.RETRIEVAL_QUERY } as const;
/** About what was sent, unless it says that the key is wrong. */
const BAD_REQUEST = 400;
const WRONG_KEY = 'API_KEY_INVALID';
/** Too much at the moment. */
const TOO_MANY = 429;

/** The API takes it, the package's types do not know it. */
interface SizedRequest extends EmbedContentRequest {
  readonly outputDimensionality: number;
}

/** Gemini's embeddings, at most 100 texts at once. */
export function createGeminiEmbedder(options: {
  readonly apiKey: string;
  readonly model: string;
  /** An origin, for a stand-in; absent: Google's own. */
  readonly origin?: string;
}): TextEmbedder {
  const model = new GoogleGenerativeAI(options.apiKey).getGenerativeModel(
    { model: options.model },
    options.origin === undefined ? {} : { baseUrl: options.origin },
  );
  return {
    async embed(texts, as, signal) {
      const requests = texts.map((text): SizedRequest => ({
        content: { role: 'user', parts: [{ text: text.slice(0, TEXT_CHARACTERS_MAX) }] },
        taskType: TASKS[as],
        outputDimensionality: VECTOR_DIMENSIONS,
      }));
      let answer: BatchEmbedContentsResponse;
      try {
        answer = await model.batchEmbedContents({ requests }, { signal });
      } catch (error) {
        throw classified(error);
      }
      return vectorsIn(answer, texts.length);
    },
  };
}

/** What comes from outside is taken for nothing before it is looked at. */
function vectorsIn(answer: unknown, count: number): readonly Int8Array[] {
  const { embeddings } = (answer ?? {}) as { readonly embeddings?: unknown };
  if (!Array.isArray(embeddings) || embeddings.length !== count) {
    const got = Array.isArray(embeddings) ? String(embeddings.length) : 'no list';
    throw invalid(`${got} in place of ${String(count)} embeddings`);
  }
  return embeddings.map((each: unknown) => {
    const { values } = (each ?? {}) as { readonly values?: unknown };
    if (!Array.isArray(values) || !values.every((value): value is number => Number.isFinite(value))) {
      throw invalid('an embedding is no list of numbers');
    }
    if (values.length !== VECTOR_DIMENSIONS) {
      throw invalid(
        `an embedding has ${String(values.length)} numbers in place of ${String(VECTOR_DIMENSIONS)}`,
      );
    }
    if (values.every((value) => value === 0)) throw invalid('an embedding is all zeros');
    return inBytes(values);
  });
}

function invalid(what: string): OrreryError {
  return new OrreryError('embedding_invalid', `Gemini answered what can't be used: ${what}`);
}

function classified(error: unknown): OrreryError {
  if (error instanceof SyntaxError) return invalid(error.message);
  const { status = 0, errorDetails = [] } = error instanceof GoogleGenerativeAIFetchError ? error : {};
  const refused = status >= 400 && status < 500 && status !== TOO_MANY;
  const ofTexts = status === BAD_REQUEST && !errorDetails.some(({ reason }) => reason === WRONG_KEY);
  const code = ofTexts ? 'embedding_text_refused' : 'embedding_refused';
  return new OrreryError(refused ? code : 'embedding_away', `Gemini: ${errorMessage(error)}`, {
    retryable: !refused,
    cause: error,
  });
}
