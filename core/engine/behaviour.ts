import type { Message } from '../kernel/message.ts';
import type { Parked, Refusal, RepairRequest } from './repair.ts';

/**
 * Owns: the shape of an actor's behaviour and of what it decides.
 * Does not own: when it is asked, how what it decides is stored or sent.
 *
 * I1. `react` and `repeat` are pure and synchronous: no promise, clock, random number or id generator inside.
 * I2. Everything an actor knows is in its state; the engine may drop it from memory after any commit.
 */

/** JSON as it is stored. */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };

/** An outgoing message before the engine gives it its id, time, version and trace. */
export interface Draft {
  readonly type: string;
  readonly subject: string;
  /** The actor that must react, where that is not the subject. */
  readonly to?: string;
  readonly data: object;
  /**
   * This draft answers the message now being handled: its id derives from that message's id, so that a
   * repeated request gets the same answer again (P14).
   */
  readonly answer?: boolean;
  /**
   * An answer is expected: until a message arrives that this one caused, the request is kept with the actor
   * and sent again, unchanged, at growing intervals (P14).
   */
  readonly awaitsAnswer?: boolean;
}

/** One row of a table that belongs to the service, written in the same transaction as the actor. */
export interface RowWrite {
  /** Name of the table's `TableSpec`. */
  readonly table: string;
  readonly row: Readonly<Record<string, unknown>>;
}

/** Arms a durable timer, replacing one of the same id; or takes it back. */
export type TimerChange =
  | { readonly id: string; readonly dueAt: number; readonly event: Json }
  | { readonly id: string; readonly dueAt: null };

export interface Reaction<State> {
  readonly state: State;
  readonly messages: readonly Draft[];
  readonly timers: readonly TimerChange[];
  readonly rows: readonly RowWrite[];
  /** Names of the state before and after, for the log. */
  readonly from: string;
  readonly to: string;
  /** Small facts for the log row beside the message's own, readable by people. */
  readonly note?: Json;
}

/**
 * A read that a decision depends on, answered by the service's `RelatedRows` before the decision: for what an
 * actor wrote as rows because its snapshot would grow without end (a SKU's reservations).
 */
export interface RelatedRequest {
  /** Which read; the service's port knows its names. */
  readonly name: string;
  readonly key: readonly string[];
}
export type RelatedRow = Readonly<Record<string, Json>>;

/** What a fired timer looks like to a behaviour. */
export const TIMER_FIRED = 'engine.timer.fired';
export interface TimerFired {
  readonly timer: string;
  /** What it was armed with. */
  readonly event: Json;
}

export interface Behaviour<State = unknown> {
  /** Actor kind, such as `order`; unique within its service. */
  readonly kind: string;
  /** Version of this definition; stored with each snapshot. */
  readonly definition: number;
  /** Message types its actors react to; the topology binds exactly these. */
  readonly accepts: readonly string[];
  /**
   * `log`: a log row per message, whose unique message id is the inbox. `inbox`: ids only (P6).
   */
  readonly remember: 'log' | 'inbox';
  /** State of an actor nobody has heard of; undefined: such a message is bad (`unknown_actor`). */
  initial(id: string): State | undefined;
  /**
   * Rows that deciding on this message (a fired timer included) depends on. The engine reads them while it
   * hydrates, once the partition is its own, and hands them to `react` and `repeat` as last committed: decisions
   * whose commit is still under way are not in them, so the state must know those itself. A wake-up is asked for
   * as a TIMER_FIRED message of which only type and subject are known.
   */
  related?(message: Message): readonly RelatedRequest[];
  /**
   * Decides. May throw: then the message is bad and goes to the dead letters. `related`: what was asked for, a
   * list of rows for each request, in order.
   */
  react(
    state: State,
    message: Message,
    now: number,
    related?: readonly (readonly RelatedRow[])[],
  ): Reaction<State>;
  /** Answers a request that was handled before once more, changing nothing (P14). */
  repeat?(
    state: State,
    message: Message,
    now: number,
    related?: readonly (readonly RelatedRow[])[],
  ): readonly Draft[];
  /** Nothing more is expected: leaves the memory once committed. */
  finished(state: State): boolean;
  /** What its row does not say already. */
  serialize(state: State): Json;
  deserialize(stored: Json, row: { readonly id: string; readonly version: number }): State;
  /**
   * Brings a stored snapshot of an older definition to this one; undefined when it can't: the actor then stays
   * on its old version, visibly, and its messages wait in the dead letters.
   */
  migrate?(stored: Json, fromDefinition: number): Json | undefined;
  /** How its actors are repaired by hand; absent: they are not. */
  readonly repairs?: Repairs<State>;
}

export type Repaired<State> =
  | { readonly refusal: Refusal }
  | {
      readonly reaction: Reaction<State>;
      /** What may go wrong by it, in plain words: where there is any, it must have been acknowledged. */
      readonly warnings: readonly string[];
      /** Types of open requests that are taken for answered. */
      readonly settles: readonly string[];
    };

/** An operation as it stands now; `why` says why it is not possible. */
export interface OperationNow {
  readonly operation: string;
  readonly why: string | null;
  readonly steps: readonly { readonly step: string; readonly meaning: string }[];
}

/** What a behaviour brings so that its actors can be repaired. Everything is pure. */
export interface Repairs<State> {
  /** The type of the message that asks for a repair; its data are a RepairRequest. One of `accepts`. */
  readonly type: string;
  /** Name of the state, as the log has it. */
  place(state: State): string;
  /** What the actor knows, for people. */
  shown(state: State): Json;
  parked(state: State): Parked | null;
  /** The same state, parked like that or not at all: only the version changes. */
  park(state: State, parked: Parked | null, now: number): Reaction<State>;
  /** One of the behaviour's own operations; whether its warnings were acknowledged is the engine's to ask. */
  repair(state: State, request: RepairRequest, now: number): Repaired<State>;
  /** Its own operations as they stand now. */
  possible(state: State): readonly OperationNow[];
}

/** A behaviour whose state type no longer matters. */
// The state is invariant in Behaviour, so `unknown` can't stand for any of them.
// oxlint-disable-next-line typescript/no-explicit-any
export type AnyBehaviour = Behaviour<any>;
