import type { Message } from '../kernel/message.ts';
import type { AnyBehaviour, Draft, Json, Reaction, Repairs, TimerChange } from './behaviour.ts';
import type { RepairNote } from './decide-repair.ts';
import type { MachineState } from './from-machine.ts';
import type { RepairRequest } from './repair.ts';

/**
 * Owns: living a saga again from its log, through the very function that ran then (fromMachine, I1): what it knew
 * before and after each step, and what it sent. Nothing is stored or sent.
 *
 * I1. What is replayed is compared with what the log says; from the first step that differs on (another definition
 *     decided then, or somebody corrected the saga by hand), nothing is claimed any more.
 */

/** A log row, as far as a replay needs it. */
export interface LoggedEntry {
  readonly seq: number;
  readonly messageId: string;
  readonly type: string;
  readonly causationId: string | null;
  readonly from: string;
  readonly to: string;
  /** ISO 8601 UTC: the time that was decided by. */
  readonly at: string;
  readonly detail: unknown;
}

/** How sagas of one kind begin again. */
export interface Beginnings<State extends MachineState<unknown>> {
  readonly behaviour: AnyBehaviour;
  /**
   * Its first reaction, once more: by what it knows today, what it was told when it began, and the time of that, ms since
   * the epoch.
   */
  begin(today: State, told: unknown, at: number): Reaction<State>;
}

/** What one step did, as far as it can be known. */
export interface ReplayedStep {
  readonly seq: number;
  /** False: the log says otherwise, so the rest is left open. */
  readonly agrees: boolean;
  /** Null: the saga had not begun, or it is not known. */
  readonly before: Json;
  readonly after: Json;
  readonly sent: readonly Draft[];
  readonly timers: readonly TimerChange[];
}

/** Where a replay stands; may be kept and gone on from. */
export interface ReplayPoint {
  readonly seq: number;
  /** Null: nothing is claimed from here on. */
  readonly state: MachineState<unknown> | null;
}

export const REPLAY_START: ReplayPoint = { seq: 0, state: null };

/** One step on. `today`: the saga as it is stored now, which alone knows what it began with. */
export function replayStep<State extends MachineState<unknown>>(
  kind: Beginnings<State>,
  today: State,
  point: ReplayPoint,
  entry: LoggedEntry,
): { readonly point: ReplayPoint; readonly step: ReplayedStep } {
  const known = point.state !== null || entry.seq === 1;
  const reaction = known ? reactionOf() : undefined;
  const agrees = reaction !== undefined && reaction.from === entry.from && reaction.to === entry.to;
  const state = agrees ? reaction.state : null;
  return {
    point: { seq: entry.seq, state },
    step: {
      seq: entry.seq,
      agrees,
      before: (point.state?.context ?? null) as Json,
      after: (state?.context ?? null) as Json,
      sent: agrees ? reaction.messages : [],
      timers: agrees ? reaction.timers : [],
    },
  };

  function reactionOf(): Reaction<MachineState<unknown>> | undefined {
    const at = Date.parse(entry.at);
    try {
      if (entry.seq === 1) return kind.begin(today, dataOf(entry), at);
      const { repairs } = kind.behaviour;
      if (repairs?.type === entry.type) return repaired(repairs, point.state, entry, at);
      return kind.behaviour.react(point.state, messageOf(today.id, entry), at) as Reaction<
        MachineState<unknown>
      >;
    } catch {
      // Today's definition refuses what was handled then: the log is right, and the replay ends.
      return undefined;
    }
  }
}

/** The engine's own operations, and what was refused, left what the saga knew as it was. */
const ENGINE_OPERATIONS: readonly string[] = ['resend', 'migrate', 'park', 'unpark'];

function repaired(
  repairs: Repairs<unknown>,
  state: unknown,
  entry: LoggedEntry,
  at: number,
): Reaction<MachineState<unknown>> | undefined {
  const { note } = (entry.detail ?? {}) as { readonly note?: Partial<RepairNote> };
  const request = dataOf(entry) as RepairRequest;
  const stayed = note?.repair?.outcome === 'refused' || ENGINE_OPERATIONS.includes(request.operation);
  if (stayed) return repairs.park(state, null, at) as Reaction<MachineState<unknown>>;
  const outcome = repairs.repair(state, request, at);
  return 'refusal' in outcome ? undefined : (outcome.reaction as Reaction<MachineState<unknown>>);
}

function messageOf(subject: string, entry: LoggedEntry): Message {
  const { messageId: id, type, causationId, at: time } = entry;
  return { id, type, subject, correlationId: subject, causationId, time, version: 1, data: dataOf(entry) };
}

function dataOf({ detail }: LoggedEntry): unknown {
  return (detail as { readonly data?: unknown } | null)?.data;
}
