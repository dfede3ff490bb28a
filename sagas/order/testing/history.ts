import { TIMER_FIRED } from '../../../core/engine/behaviour.ts';
import type { Json, Reaction } from '../../../core/engine/behaviour.ts';
import type { MachineBehaviour, MachineState } from '../../../core/engine/from-machine.ts';
import { assert } from '../../../core/kernel/assert.ts';
import type { OrderInput } from '../../../core/messages/order-input.ts';
import type { OrderContext } from '../context.ts';
import type { orderMachine } from '../machine.ts';

/*
 * Recorded lives of orders: what one heard and when, and after each message where it stood, what it sent and which
 * timers ticked. Replaying what was heard on the machine of today shows what a change means for orders under way.
 */

/** A message, or a timer that fired (`engine.timer.fired`), as the log keeps them. */
export interface Heard {
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly type: string;
  readonly data: Readonly<Record<string, unknown>>;
}

export interface Outcome {
  readonly state: string;
  readonly status: string;
  readonly sent: readonly Sent[];
  /** Time of each timer that ticks, by its id. */
  readonly timers: Readonly<Record<string, string>>;
}

export interface Sent {
  readonly type: string;
  readonly subject: string;
  readonly awaitsAnswer?: true;
  readonly data: unknown;
}

export interface Step extends Heard {
  readonly then: Outcome;
}

export interface History {
  readonly name: string;
  readonly input: OrderInput;
  /** Right after it was placed. */
  readonly placed: Outcome;
  readonly steps: readonly Step[];
}

export type OrderBehaviour = MachineBehaviour<typeof orderMachine>;
type State = MachineState<OrderContext>;

/** One order that hears what it is told; each step goes through the store's form, as it may in life. */
export class Replay {
  readonly #behaviour: OrderBehaviour;
  #state: State;
  readonly #timers = new Map<string, number>();
  readonly placed: Outcome;

  constructor(behaviour: OrderBehaviour, input: OrderInput) {
    this.#behaviour = behaviour;
    const first = behaviour.begin(input.orderId, input, Date.parse(input.placedAt));
    this.#state = first.state;
    this.placed = this.#outcome(first);
  }

  get state(): MachineState<OrderContext> {
    return this.#state;
  }

  /** Throws what the behaviour throws. */
  hear({ at, type, data }: Heard): Outcome {
    const { id } = this.#state;
    const message = {
      id: `${id}/heard`,
      type,
      subject: id,
      correlationId: id,
      causationId: null,
      time: at,
      version: 1,
      data,
    };
    if (type === TIMER_FIRED) this.#timers.delete(String(data['timer']));
    const reaction = this.#behaviour.react(this.#state, message, Date.parse(at));
    const stored = asStored(this.#behaviour.serialize(reaction.state));
    this.#state = this.#behaviour.deserialize(stored, reaction.state);
    return this.#outcome(reaction);
  }

  #outcome({ messages, timers, rows }: Reaction<State>): Outcome {
    for (const { id, dueAt } of timers) {
      if (dueAt === null) this.#timers.delete(id);
      else this.#timers.set(id, dueAt);
    }
    return {
      state: this.#state.state,
      status: String(rows[0]?.row['status']),
      sent: messages.map(({ type, subject, awaitsAnswer, data }) => ({
        type,
        subject,
        ...(awaitsAnswer === true ? { awaitsAnswer } : {}),
        data: asStored(data),
      })),
      timers: Object.fromEntries(
        [...this.#timers].sort().map(([id, dueAt]) => [id, new Date(dueAt).toISOString()]),
      ),
    };
  }
}

function asStored(value: unknown): Json {
  return JSON.parse(JSON.stringify(value)) as Json;
}

/** The life again, with the outcomes of the behaviour given. Throws where it can't hear a message any more. */
export function record(
  name: string,
  behaviour: OrderBehaviour,
  input: OrderInput,
  heard: readonly Heard[],
): History {
  const order = new Replay(behaviour, input);
  const steps = heard.map(({ at, type, data }) => ({ at, type, data, then: order.hear({ at, type, data }) }));
  return { name, input, placed: order.placed, steps };
}

/**
 * Where the behaviour decides differently from what was recorded, in lines for people: the order, the step and its
 * message, and each thing that differs as it was and as it is now. Empty: nothing differs.
 */
export function differences(history: History, behaviour: OrderBehaviour): readonly string[] {
  const { name, input, placed, steps } = history;
  const order = new Replay(behaviour, input);
  const lines = compared(`${name}, when it is placed:`, placed, order.placed);
  for (const [index, { then, ...heard }] of steps.entries()) {
    const title = `${name}, step ${String(index + 1)}, ${nameOf(heard)} at ${heard.at}:`;
    try {
      lines.push(...compared(title, then, order.hear(heard)));
    } catch (error) {
      lines.push(title, `  recorded  ${then.state}`, `  now       refuses it: ${String(error)}`);
      break;
    }
  }
  return lines;
}

/** A message by its type, a timer by its own name. */
export function nameOf({ type, data }: Heard): string {
  return type === TIMER_FIRED ? `timer ${String(data['timer'])}` : type;
}

function compared(title: string, before: Outcome, now: Outcome): string[] {
  const lines: string[] = [];
  const compare = (what: string, one: string, other: string): void => {
    if (one !== other) lines.push(`  ${what}`, `    recorded  ${one}`, `    now       ${other}`);
  };
  compare('state', before.state, now.state);
  compare('status', before.status, now.status);
  const sentCount = Math.max(before.sent.length, now.sent.length);
  for (let index = 0; index < sentCount; index += 1) {
    compare(`message ${String(index + 1)}`, sentText(before.sent[index]), sentText(now.sent[index]));
  }
  compare('timers', JSON.stringify(before.timers), JSON.stringify(now.timers));
  return lines.length === 0 ? [] : [title, ...lines];
}

function sentText(sent: Sent | undefined): string {
  if (sent === undefined) return 'none';
  const { type, subject, awaitsAnswer, data } = sent;
  return `${type} to ${subject}${awaitsAnswer === true ? ', awaiting an answer' : ''}: ${JSON.stringify(sorted(data))}`;
}

/** The order of keys is no difference. */
function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(
    Object.entries(value)
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([key, each]) => [key, sorted(each)]),
  );
}

/** A line of JSON for the placing and for each step: a change of one step is a change of one line. */
export function historyText({ input, placed, steps }: History): string {
  return [{ input, then: placed }, ...steps].map((line) => `${JSON.stringify(line)}\n`).join('');
}

export function parseHistory(name: string, text: string): History {
  const [first, ...steps] = text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
  assert(first !== undefined, `${name} begins with how the order was placed`);
  const { input, then } = first as { input: OrderInput; then: Outcome };
  return { name, input, placed: then, steps: steps as Step[] };
}
