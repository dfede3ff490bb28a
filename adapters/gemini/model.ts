import {
  type Content,
  type FunctionCallPart,
  type FunctionDeclaration,
  type FunctionDeclarationSchema,
  GoogleGenerativeAI,
  GoogleGenerativeAIFetchError,
} from '@google/generative-ai';
import { errorMessage, OrreryError } from '../../core/kernel/errors.ts';
import type { LanguageModel, ModelStep, ToolDeclaration } from '../../core/services/assistant/ports.ts';

/** Answers are short; a cap keeps a mistake cheap. */
const OUTPUT_TOKENS_MAX = 1_024;

/**
 * Gemini as the language model. What tools return goes to it as function responses, so that it is told apart from what the
 * asker says. Errors are OrreryErrors: `model_refused` (4xx: key, quota, request) or the retryable `model_away`.
 */
export function createGeminiModel(options: {
  readonly apiKey: string;
  readonly model: string;
  /** An origin, for a stand-in; absent: Google's own. */
  readonly origin?: string;
}): LanguageModel {
  const client = new GoogleGenerativeAI(options.apiKey);
  return {
    async step({ instructions, turns, tools, exchanges }, signal) {
      const model = client.getGenerativeModel(
        {
          model: options.model,
          systemInstruction: instructions,
          generationConfig: { maxOutputTokens: OUTPUT_TOKENS_MAX, temperature: 0 },
          ...(tools.length === 0 ? {} : { tools: [{ functionDeclarations: tools.map(declared) }] }),
        },
        options.origin === undefined ? {} : { baseUrl: options.origin },
      );
      const contents: Content[] = [
        ...turns.map(({ role, text }) => ({ role: role === 'user' ? 'user' : 'model', parts: [{ text }] })),
        ...exchanges.flatMap(({ said, results }): Content[] => [
          said as Content,
          {
            role: 'function',
            parts: results.map(({ name, result }) => ({
              functionResponse: { name, response: result as object },
            })),
          },
        ]),
      ];
      try {
        const { response } = await model.generateContent({ contents }, { signal });
        return stepOf(response.candidates?.[0]?.content);
      } catch (error) {
        throw classified(error);
      }
    },
  };
}

function stepOf(content: Content | undefined): ModelStep {
  const parts = content?.parts ?? [];
  const calls = parts.filter((part): part is FunctionCallPart => part.functionCall !== undefined);
  if (calls.length > 0) {
    return {
      kind: 'calls',
      calls: calls.map(({ functionCall }) => ({ name: functionCall.name, arguments: functionCall.args })),
      said: content,
    };
  }
  // What a model thinks aloud is no answer.
  const said = parts.filter((part) => (part as { readonly thought?: boolean }).thought !== true);
  return { kind: 'text', text: said.map(({ text }) => text ?? '').join('') };
}

/** Gemini takes the part of JSON Schema that OpenAPI 3.0 has; what it does not know it refuses. */
const KNOWN = new Set([
  'type',
  'description',
  'properties',
  'required',
  'items',
  'enum',
  'nullable',
  'format',
]);

function declared({ name, description, parameters }: ToolDeclaration): FunctionDeclaration {
  const schema = narrowed(parameters) as { readonly properties?: object };
  const empty = Object.keys(schema.properties ?? {}).length === 0;
  return {
    name,
    description,
    // An object without properties is refused; no parameters are none.
    ...(empty ? {} : { parameters: schema as unknown as FunctionDeclarationSchema }),
  };
}

function narrowed(schema: object): object {
  const entries = Object.entries(schema).filter(([key]) => KNOWN.has(key));
  return Object.fromEntries(
    entries.map(([key, value]: [string, unknown]) => {
      if (key === 'properties') {
        const properties = Object.entries(value as Readonly<Record<string, object>>);
        return [key, Object.fromEntries(properties.map(([name, each]) => [name, narrowed(each)]))];
      }
      return [key, key === 'items' ? narrowed(value as object) : value];
    }),
  );
}

function classified(error: unknown): OrreryError {
  const status = error instanceof GoogleGenerativeAIFetchError ? (error.status ?? 0) : 0;
  const refused = status >= 400 && status < 500;
  return new OrreryError(refused ? 'model_refused' : 'model_away', `Gemini: ${errorMessage(error)}`, {
    retryable: !refused,
    cause: error,
  });
}
