import { randomBytes } from 'node:crypto';
import { systemClock } from '../../core/kernel/clock.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import { createAssistant } from '../../core/services/assistant/assistant.ts';
import type { LanguageModel, Sources } from '../../core/services/assistant/ports.ts';
import { createSummaries } from '../../core/services/assistant/summaries.ts';
import type { FlashSales } from '../../core/services/catalog/ports.ts';
import { suspicionIn } from '../../core/services/console/suspicion.ts';
import type { LetterStore } from '../../core/services/dead-letters/ports.ts';
import type { HealthReport } from '../../core/services/observation/report.ts';
import type { Pauses } from '../../core/services/operations/ports.ts';
import type { OrderQueries } from '../../core/services/orders/ports.ts';
import { createBreaker } from '../breaker/breaker.ts';
import { createGeminiModel } from '../gemini/model.ts';
import type { AssistantDesk } from '../http/routes/admin/assistant/deps.ts';
import type { ShopOffice } from '../http/routes/admin/office/deps.ts';
import { createProposalStore, createSummaryStore } from '../postgres/assistant/store.ts';
import type { Database } from '../postgres/database.ts';
import { createSalesFigures } from '../postgres/orders/sales.ts';
import type { Settings } from './settings.ts';

/** Orders in review that are sorted by their score. */
const REVIEWED_MAX = 100;
const LETTER_GROUPS_MAX = 20;
/** After this many questions of which half failed the model is left alone for a while. */
const MODEL_CALLS_MIN = 3;
const MODEL_REST_MS = 15_000;

/** The assistant of a process with a gateway; the language model is asked where its key is set. */
export function openAssistant(options: {
  readonly settings: Settings;
  readonly database: Database;
  readonly orders: OrderQueries;
  readonly office: Pick<ShopOffice, 'board' | 'keeping' | 'people'>;
  readonly sales: Pick<FlashSales, 'current'>;
  readonly letters: Pick<LetterStore, 'groups'>;
  readonly pauses: Pick<Pauses, 'list'>;
  readonly health: () => Promise<HealthReport>;
  readonly onCircuit: (partner: string, open: boolean) => void;
  readonly logger: Logger;
}): AssistantDesk {
  const { settings, database, orders, logger, onCircuit } = options;
  const circuit = createBreaker({
    name: 'language model',
    logger,
    restMs: MODEL_REST_MS,
    callsMin: MODEL_CALLS_MIN,
    onChange: (open) => {
      onCircuit('language model', open);
    },
  });
  const model = modelOf(settings);
  const guarded: LanguageModel | undefined =
    model === undefined
      ? undefined
      : { step: (request, signal) => circuit.guard(() => model.step(request, signal)) };
  const proposals = createProposalStore(database);
  const clock = systemClock;
  const summaries =
    guarded === undefined
      ? undefined
      : createSummaries({ model: guarded, store: createSummaryStore(database), orders, clock, logger });
  return {
    assistant: createAssistant({
      sources: sourcesOf(options),
      proposals,
      model: guarded,
      clock,
      newToken: () => randomBytes(24).toString('base64url'),
      logger,
    }),
    proposals,
    ...(summaries === undefined ? {} : { summaries }),
    stop: async () => {
      await summaries?.stop();
      circuit.close();
    },
  };
}

function modelOf({ geminiApiKey, geminiModel, geminiApiUrl }: Settings): LanguageModel | undefined {
  if (geminiApiKey === undefined) return undefined;
  return createGeminiModel({
    apiKey: geminiApiKey,
    model: geminiModel,
    ...(geminiApiUrl === undefined ? {} : { origin: geminiApiUrl }),
  });
}

function sourcesOf({
  database,
  orders,
  office: { board, keeping, people },
  sales,
  letters,
  pauses,
  health,
}: Parameters<typeof openAssistant>[0]): Sources {
  return {
    orders,
    sales: createSalesFigures(database),
    stock: {
      list: async (level, limit) => (await board.list({ level, limit })).items,
      summary: () => board.summary(),
      find: async (sku) => (await board.items([sku])).get(sku),
    },
    products: {
      named: async (words, limit) => (await keeping.list({ words, limit })).items,
      bySku: (skus) => keeping.bySku(skus),
    },
    people: { named: async (words, limit) => (await people.list({ words, limit })).items },
    problems: async () => (await health()).problems,
    deadLetters: () => letters.groups(LETTER_GROUPS_MAX),
    reviewQueue: async (limit) => {
      const { items } = await orders.adminOrders({ status: 'in_review', limit: REVIEWED_MAX });
      return items
        .map((order) => {
          const { score, reasons } = suspicionIn(order.reason) ?? { score: null, reasons: [] };
          return { order, score, reasons };
        })
        .sort((one, other) => (other.score ?? 0) - (one.score ?? 0))
        .slice(0, limit);
    },
    flashSales: () => sales.current(),
    pauses: () => pauses.list(),
  };
}
