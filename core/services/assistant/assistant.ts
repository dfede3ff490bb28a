import type { Clock } from '../../kernel/clock.ts';
import { errorMessage } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import { withinTime } from '../within-time.ts';
import { modelAnswer } from './model-answer.ts';
import type {
  Answer,
  Asker,
  LanguageModel,
  Proposal,
  ProposalStore,
  Sources,
  ToolUse,
  Turn,
} from './ports.ts';
import { TOOLS } from './tools/all.ts';
import { type Found, type Tool, Unanswerable, type Wish } from './tools/tool.ts';
import { understand, wishIn } from './understand.ts';

/**
 * Owns: how a question becomes an answer: who reads it, which tools are asked, what is proposed.
 *
 * I1. Nothing is changed here: an action is proposed, and done by whoever takes the proposal once its asker has confirmed it.
 * I2. What tools read is data. What to do is read in the asker's own words alone, also where a language model answers.
 * I3. A language model that is slow, away or wrong costs its time limit and no answer: the local parser answers then.
 */

/** What the tools have to answer a question. */
const TOOLS_MS_MAX = 8_000;
/** What a language model has, its questions to tools included; a browser waits for both of these together. */
const MODEL_MS_MAX = 10_000;

export const OFFERS = [
  'Sales today, by hour',
  'Why did cancellations rise today?',
  'Top 5 products last week',
  'What is low on stock?',
  'Are there any problems?',
  'Which orders wait for review?',
];

export interface AssistantOptions {
  readonly sources: Sources;
  readonly proposals: ProposalStore;
  /** Undefined: there is none, and the local parser answers. */
  readonly model: LanguageModel | undefined;
  readonly clock: Clock;
  /** Unguessable. */
  readonly newToken: () => string;
  readonly logger: Logger;
  readonly modelMsMax?: number;
}

export interface Assistant {
  /** Never rejects for what the language model does. */
  answer(question: string, conversation: readonly Turn[], asker: Asker): Promise<Answer>;
}

export function createAssistant(options: AssistantOptions): Assistant {
  const { sources, proposals, model, clock, newToken, logger, modelMsMax = MODEL_MS_MAX } = options;
  const run = (tool: Tool, given: unknown): Promise<Found | Wish> =>
    withinTime(clock, TOOLS_MS_MAX, () => tool.run(given, sources, clock.now()));
  const propose = async ({ action, text }: Wish, asker: Asker): Promise<Proposal> => {
    const token = newToken();
    await proposals.add({ token, by: asker.id, action, text });
    return { action: action.kind, text, token };
  };
  const local = (question: string, conversation: readonly Turn[], asker: Asker, note: string | null) =>
    localAnswer({ question, conversation, note, run, propose: (wish) => propose(wish, asker) });
  return {
    async answer(question, conversation, asker) {
      // What is to be done is never read by a model (I2).
      if (model === undefined || wishIn(question) !== undefined)
        return local(question, conversation, asker, null);
      try {
        return await withinTime(clock, modelMsMax, (signal) =>
          modelAnswer({
            question,
            conversation,
            model,
            now: new Date(clock.now()).toISOString(),
            run,
            signal,
          }),
        );
      } catch (error) {
        logger.warn(
          { error: errorMessage(error) },
          'the language model did not answer; the local parser does',
        );
        return local(
          question,
          conversation,
          asker,
          'The language model did not answer; this is the local parser.',
        );
      }
    },
  };
}

const EMPTY = { table: null, tools: [], links: [], proposal: null } as const;

async function localAnswer(options: {
  readonly question: string;
  readonly conversation: readonly Turn[];
  readonly note: string | null;
  readonly run: (tool: Tool, given: unknown) => Promise<Found | Wish>;
  readonly propose: (wish: Wish) => Promise<Proposal>;
}): Promise<Answer> {
  const { question, conversation, note, run, propose } = options;
  const base = { ...EMPTY, by: 'local parser', note } as const;
  const call = understand(question, conversation);
  const tool = TOOLS.find(({ name }) => name === call?.tool);
  if (call === undefined || tool === undefined) {
    return {
      ...base,
      answer: `I did not understand that. You can ask me, for example: ${OFFERS.join(' · ')}`,
    };
  }
  const used = (summary: string): ToolUse[] => [{ name: tool.name, arguments: call.arguments, summary }];
  try {
    const found = await run(tool, call.arguments);
    if ('action' in found) {
      const proposal = await propose(found);
      return {
        ...base,
        answer: `${found.text}. Nothing is done until you confirm.`,
        proposal,
        tools: used(found.text),
      };
    }
    const { text, table, links = [] } = found;
    return { ...base, answer: text, table: table ?? null, links, tools: used(text) };
  } catch (error) {
    if (!(error instanceof Unanswerable)) throw error;
    return { ...base, answer: error.message, tools: used(error.message) };
  }
}
