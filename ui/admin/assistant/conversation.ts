/** What was asked and answered, and what became of proposals; kept while one walks through the control room. */
import { createSignal } from 'solid-js';
import type { Answer, Turn } from '../../../core/services/assistant/ports.ts';
import { asApiError, call, type ApiError } from '../../api/client.ts';

/** Questions that the next one is told with. */
const TURNS_MAX = 10;
const TURN_CHARACTERS_MAX = 4_000;

export type Outcome =
  | { readonly state: 'open' | 'busy' | 'declined' }
  | { readonly state: 'done'; readonly what: string }
  | { readonly state: 'refused'; readonly error: ApiError };

export interface Exchange {
  readonly id: number;
  readonly question: string;
  readonly answer: Answer | null;
  readonly error: ApiError | null;
  readonly outcome: Outcome;
}

const [exchanges, setExchanges] = createSignal<readonly Exchange[]>([]);
let latest = 0;

export { exchanges };

function change(id: number, by: Partial<Exchange>): void {
  setExchanges((all) => all.map((each) => (each.id === id ? { ...each, ...by } : each)));
}

function turnsBefore(): readonly Turn[] {
  return exchanges()
    .flatMap(({ question, answer }): Turn[] =>
      answer === null
        ? []
        : [
            { role: 'user', text: question },
            { role: 'assistant', text: answer.answer.slice(0, TURN_CHARACTERS_MAX) },
          ],
    )
    .slice(-TURNS_MAX);
}

/** Whether an answer is waited for. */
export function isAsking(): boolean {
  return exchanges().some(({ answer, error }) => answer === null && error === null);
}

export async function ask(question: string): Promise<void> {
  const conversation = turnsBefore();
  latest += 1;
  const id = latest;
  setExchanges((all) => [...all, { id, question, answer: null, error: null, outcome: { state: 'open' } }]);
  try {
    const answer = await call<Answer>('POST', '/api/admin/assistant', { body: { question, conversation } });
    change(id, { answer });
  } catch (error) {
    change(id, { error: asApiError(error) });
  }
}

export async function confirm({ id, answer }: Exchange): Promise<void> {
  const token = answer?.proposal?.token;
  if (token === undefined) return;
  change(id, { outcome: { state: 'busy' } });
  try {
    const { done } = await call<{ done: string }>('POST', '/api/admin/assistant/confirm', {
      body: { token },
    });
    change(id, { outcome: { state: 'done', what: done } });
  } catch (error) {
    change(id, { outcome: { state: 'refused', error: asApiError(error) } });
  }
}

export function decline({ id }: Exchange): void {
  change(id, { outcome: { state: 'declined' } });
}

let owner: string | undefined;

/** Nothing of one person's questions is left for the next one who signs in. */
export function conversationOf(userId: string | undefined): void {
  if (owner !== userId) setExchanges([]);
  owner = userId;
}
