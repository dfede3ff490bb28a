import type { Behaviour, Draft, Json } from '../behaviour.ts';
import { TIMER_FIRED } from '../behaviour.ts';
import type { Message } from '../../kernel/message.ts';

/**
 * A toy actor for the engine's own tests: it adds up, answers, asks somebody else, arms timers and throws, each on
 * request. Nothing here knows a shop.
 */
export interface CounterState {
  readonly sum: number;
  readonly fired: readonly string[];
}

export interface CounterAdd {
  readonly add: number;
  /** Throws instead. */
  readonly explode?: boolean;
  /** Asks `counter.ask` of this addressee and waits for the answer. */
  readonly ask?: string;
  /** Arms a timer that fires so many milliseconds later. */
  readonly alarmMs?: number;
  /** Text that goes into the state, for values a store refuses. */
  readonly text?: string;
}

export const COUNTER_ACCEPTS = ['counter.add', 'counter.answered'] as const;

export function counterBehaviour(options: {
  readonly remember: 'log' | 'inbox';
  readonly definition?: number;
  readonly migrate?: (stored: Json, from: number) => Json | undefined;
  readonly autoCreate?: boolean;
}): Behaviour<CounterState> {
  return {
    kind: 'counter',
    definition: options.definition ?? 1,
    accepts: COUNTER_ACCEPTS,
    remember: options.remember,
    ...(options.migrate === undefined ? {} : { migrate: options.migrate }),
    initial: () => ((options.autoCreate ?? true) ? { sum: 0, fired: [] } : undefined),
    react(state, message, now) {
      if (message.type === TIMER_FIRED) {
        const { timer } = message.data as { timer: string };
        return {
          state: { ...state, fired: [...state.fired, timer] },
          messages: [],
          timers: [],
          rows: [],
          from: String(state.sum),
          to: String(state.sum),
        };
      }
      const data = message.data as CounterAdd;
      if (data.explode === true) throw new Error('asked to explode');
      const sum = state.sum + data.add;
      const messages: Draft[] = [answer(message, sum)];
      if (data.ask !== undefined) {
        messages.push({ type: 'counter.ask', subject: data.ask, data: { sum }, awaitsAnswer: true });
      }
      return {
        state: { ...state, sum },
        messages,
        timers: data.alarmMs === undefined ? [] : [{ id: 'alarm', dueAt: now + data.alarmMs, event: null }],
        rows: [{ table: 'tally', row: { id: message.subject, sum, text: data.text ?? null } }],
        from: String(state.sum),
        to: String(sum),
      };
    },
    repeat: (state, message) => [answer(message, state.sum)],
    finished: (state) => state.sum >= 1_000_000,
    serialize: (state) => ({ sum: state.sum, fired: state.fired }),
    deserialize: (stored) => stored as unknown as CounterState,
  };
}

function answer(message: Message, sum: number): Draft {
  return { type: 'counter.added', subject: message.subject, data: { sum }, answer: true };
}

let nextId = 0;

/** A request to a counter; ids count up unless given. */
export function addMessage(subject: string, data: CounterAdd, more: Partial<Message> = {}): Message {
  nextId += 1;
  return {
    id: `add/${String(nextId)}`,
    type: 'counter.add',
    subject,
    correlationId: subject,
    causationId: null,
    time: new Date(0).toISOString(),
    version: 1,
    data,
    ...more,
  };
}
