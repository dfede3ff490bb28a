import type { Json } from '../../engine/behaviour.ts';
import type { Drawing, DrawnGraph } from '../../engine/graph-layout.ts';
import type { ActorRecord } from '../../engine/ports.ts';
import type { LoggedEntry } from '../../engine/replay.ts';

/** Sagas as operators look at them. Times are ISO 8601 UTC, or milliseconds since the epoch where the name says Ms. */

/** A kind's machine, drawn. */
export interface SagaGraph extends DrawnGraph {
  readonly kind: string;
  readonly definition: number;
  readonly drawing: Drawing;
}

/** Sagas that stand in one state. */
export interface StateCount {
  readonly state: string;
  readonly count: number;
  /** False: there are at least so many. */
  readonly exact: boolean;
  /** How long the one that has been silent the longest has heard nothing; null of those that have ended. */
  readonly silentMsMax: number | null;
  /** Half of them have heard nothing for longer. */
  readonly silentMsMedian: number | null;
}

/** Steps of one sort in a span of time. */
export interface FlowCount {
  readonly from: string;
  readonly to: string;
  /** Message type, or id of the timer. */
  readonly trigger: string;
  readonly count: number;
}

/** What a fleet store reads in one go. */
export interface FleetReading {
  readonly states: readonly StateCount[];
  /** False: more are open than were counted; the newest were. */
  readonly complete: boolean;
  readonly flows: readonly FlowCount[];
  /** Milliseconds that the flows are of. */
  readonly flowSpanMs: number;
}

export interface Fleet extends Omit<FleetReading, 'flows' | 'flowSpanMs'> {
  readonly kind: string;
  readonly at: string;
  readonly flowSpanMs: number;
  /** By transition of the graph, steps a minute; those without any are left out. */
  readonly perMinute: Readonly<Record<string, number>>;
  /** Steps a minute altogether. */
  readonly stepsPerMinute: number;
}

/** A saga in a list of those in one state. */
export interface SagaInState {
  readonly id: string;
  readonly state: string;
  readonly waitingFor: string | null;
  readonly reason: string | null;
  /** When it came into this state. */
  readonly since: string;
  readonly lastStepAt: string;
  readonly version: number;
}

export interface SagaPage {
  readonly items: readonly SagaInState[];
  readonly nextCursor: string | null;
}

/** A log row without what it carries. */
export interface LightStep {
  readonly seq: number;
  readonly from: string;
  readonly to: string;
  /** Message type, or id of the timer. */
  readonly trigger: string;
  readonly atMs: number;
}

/** The steps of a saga in few bytes: what repeats is told once. */
export interface Outline {
  readonly id: string;
  readonly version: number;
  readonly state: string;
  readonly moves: readonly {
    readonly from: string;
    readonly to: string;
    readonly trigger: string;
    /** Transitions of the graph that it took. */
    readonly way: readonly string[];
  }[];
  /** `[seq, index of its move, ms since the epoch]`, oldest first. */
  readonly steps: readonly (readonly [seq: number, move: number, atMs: number])[];
  /** Nobody recorded these steps: they follow from what is kept of its end. */
  readonly derived: boolean;
  /** Go on after this seq; null: that was all there is. */
  readonly next: number | null;
}

/** A message that a step sent, and what became of it. */
export interface SentMessage {
  readonly id: string;
  readonly type: string;
  readonly subject: string | null;
  /** Null: not known (see `SagaStep.replayed`). */
  readonly data: Json;
  /** It asks for an answer. */
  readonly awaitsAnswer: boolean;
  /** Steps of this saga that it caused: the answers. */
  readonly answers: readonly number[];
  /** The services whose books would tell what became of it; empty: none keeps any of such messages. */
  readonly keptBy: readonly string[];
}

/** A message as far as others' books are asked about it. */
export interface SagaMessage {
  readonly id: string;
  /** Its type; of one that is known by its answer only, that answer's. */
  readonly type: string;
  /** What it carried, or its answer did; null: not known. */
  readonly data: Json;
}

/** What another service keeps of its part in a saga. */
export interface ElsewhereEntry {
  readonly service: string;
  /**
   * The message it handled: its books name it, or name something by a key that only this message carries; null: they
   * name the order only.
   */
  readonly messageId: string | null;
  readonly at: string;
  readonly what: string;
  readonly detail: Json;
}

export interface SagaStep {
  readonly seq: number;
  readonly at: string;
  readonly messageId: string;
  readonly type: string;
  readonly trigger: string;
  readonly from: string;
  readonly to: string;
  readonly way: readonly string[];
  readonly data: Json;
  readonly note: Json;
  /** From being sent to being handled, milliseconds; null: not recorded. */
  readonly waitedMs: number | null;
  /** W3C trace context of the message; null: its sender had none. */
  readonly traceparent: string | null;
  /** The message that caused it; `seq`: the step of this saga that sent that one. */
  readonly cause: { readonly messageId: string; readonly seq: number | null } | null;
  /** From the step that asked to this one, milliseconds. */
  readonly roundTripMs: number | null;
  /** How often what it answers had been sent by then, by the engine's schedule; null: it answers nothing. */
  readonly attempts: number | null;
  readonly sent: readonly SentMessage[];
  readonly timers: readonly { readonly id: string; readonly dueAt: string | null }[];
  /** What it knew; null before the first step, and where it is not known. */
  readonly before: Json;
  readonly after: Json;
  /**
   * `agrees`: living the log again led through the states it tells of. `differs`: it did not, at this step or before (another
   * definition decided then, or a correction by hand), so what it knew and the payloads sent are not shown. `not_asked`:
   * the log was not lived again for this answer.
   */
  readonly replayed: 'agrees' | 'differs' | 'not_asked';
  readonly elsewhere: readonly ElsewhereEntry[];
}

/** What sagas are looked up in. */
export interface SagaStore {
  /** Nobody recorded its steps: they follow from what is kept of its end. */
  isDerived(kind: string, id: string): boolean;
  record(kind: string, id: string): Promise<ActorRecord | undefined>;
  /** Rows with `seq` greater than `after`, oldest first. */
  outline(kind: string, id: string, after: number, limit: number): Promise<readonly LightStep[]>;
  entries(kind: string, id: string, after: number, limit: number): Promise<readonly LoggedEntry[]>;
  /** Steps that messages caused, by the message's id, oldest first. */
  causedBy(
    kind: string,
    id: string,
    messageIds: readonly string[],
  ): Promise<ReadonlyMap<string, readonly number[]>>;
  /** The step that sent a message, with its time; undefined: it is none of this saga's. */
  sentIn(
    kind: string,
    id: string,
    messageId: string,
  ): Promise<{ readonly seq: number; readonly atMs: number } | undefined>;
}

/** The sagas of one kind taken together. */
export interface FleetStore {
  fleet(): Promise<FleetReading>;
  /**
   * Those in a state, the oldest first; rejects with OrreryError `bad_cursor`. A page may be short, even empty, and have a
   * next one: so much is looked through for each.
   */
  inState(state: string, limit: number, cursor?: string): Promise<SagaPage>;
}

/** Everybody else's books. */
export interface Elsewhere {
  /** What is kept of messages, or of the saga as a whole. */
  of(id: string, messages: readonly SagaMessage[]): Promise<readonly ElsewhereEntry[]>;
  /** The services that keep something of messages of a type. */
  keepersOf(type: string): readonly string[];
}

/** Everything about sagas that can be looked at. Undefined: there is no such kind, or no such saga. */
export interface Sagas {
  kinds(): readonly string[];
  graph(kind: string, drawing: Drawing): Promise<SagaGraph | undefined>;
  fleet(kind: string): Promise<Fleet | undefined>;
  inState(kind: string, state: string, limit: number, cursor?: string): Promise<SagaPage | undefined>;
  /** Steps after `after`, at most `limit`. */
  outline(kind: string, id: string, after: number, limit?: number): Promise<Outline | undefined>;
  /** The newest steps, at most `limit`. */
  newest(kind: string, id: string, limit: number): Promise<Outline | undefined>;
  /** `how`: without `replay` the log is not lived again for it, which takes longer the longer it is. */
  step(
    kind: string,
    id: string,
    seq: number,
    how?: { readonly replay: boolean },
  ): Promise<SagaStep | undefined>;
  /** Every step, oldest first, with all that is known of it. */
  history(kind: string, id: string): AsyncGenerator<SagaStep>;
}
