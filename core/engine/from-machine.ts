import type {
  AnyMachineSnapshot,
  AnyStateMachine,
  ContextFrom,
  EventFromLogic,
  ExecutableActionObject,
  InputFrom,
  StateValue,
} from 'xstate';
import { assert } from '../kernel/assert.ts';
import { BadMessage } from '../kernel/errors.ts';
import type { Message } from '../kernel/message.ts';
import { TIMER_FIRED } from './behaviour.ts';
import type { Behaviour, Draft, Json, Reaction, RowWrite, TimerChange, TimerFired } from './behaviour.ts';
import { completed, difference } from './difference.ts';
import { type MachineEvent, type MachineState, type Place, stateText } from './machine-place.ts';
import { type MachineRepairs, machineRepairs, type Scope } from './machine-repair.ts';

export { type MachineEvent, type MachineState, type Place, stateText } from './machine-place.ts';

/**
 * Owns: turning an XState machine into a Behaviour, by its pure transition function only; no actor ever runs.
 * Does not own: what the machine decides, when timers fire, ids and delivery of what it sends.
 * In: a message, as the event `{type, data, now}`; a fired timer, as the event it carries, else the `after` of its id.
 * Out: drafts (custom actions, through the effects table), timers (`after` delays), rows (the projection).
 *
 * I1. Same state, message and time: same reaction. Machines read time from `event.now` and their input only.
 * I2. Every custom action has an effect; every built-in action other than assign, raise and cancel is refused.
 * I3. A delay that XState would forget with its process is a durable timer (P20); leaving a state takes it back.
 */

/** Turns a custom action into messages, by the context at that point of the transition. */
export type Effect<Context, Event> = (context: Context, event: Event, now: number) => readonly Draft[];

export interface MachineSpec<Machine extends AnyStateMachine> {
  readonly kind: string;
  /** Version of the definition; raised with every change that a stored snapshot would not survive. */
  readonly definition: number;
  readonly machine: Machine;
  readonly accepts: readonly string[];
  /** By the name of the custom action. */
  readonly effects: Readonly<Record<string, Effect<ContextFrom<Machine>, EventFromLogic<Machine>>>>;
  /** Rows that show where it stands; `before` is null when it begins. */
  project(
    id: string,
    before: Place<ContextFrom<Machine>> | null,
    after: Place<ContextFrom<Machine>>,
    now: number,
  ): readonly RowWrite[];
  finished(place: Place<ContextFrom<Machine>>): boolean;
  /**
   * What most actors know, which snapshots leave out as long as it holds. Stored snapshots rely on it: a value that
   * changes raises `definition`, and `migrate` puts the old one into snapshots that left it out.
   */
  usual?(id: string): Readonly<Partial<ContextFrom<Machine>>>;
  migrate?(stored: Json, fromDefinition: number): Json | undefined;
  /** What repairs by hand mean to this machine; absent: there are none. */
  readonly repairs?: MachineRepairs<ContextFrom<Machine>>;
}

/** A snapshot; what it leaves out is as usual, and it is not parked. */
type StoredState<Context> = Pick<MachineState<Context>, 'value' | 'context'> &
  Partial<Pick<MachineState<Context>, 'parked'>>;

export interface MachineBehaviour<Machine extends AnyStateMachine> extends Behaviour<
  MachineState<ContextFrom<Machine>>
> {
  /** The first reaction of a new actor: what intake stores as version 1 and sends. */
  readonly begin: (
    id: string,
    input: InputFrom<Machine>,
    now: number,
  ) => Reaction<MachineState<ContextFrom<Machine>>>;
}

/** Note of a reaction to a message that means nothing in the state it met. */
export const NO_EFFECT = { effect: 'none' } as const;

export function fromMachine<Machine extends AnyStateMachine>(
  spec: MachineSpec<Machine>,
): MachineBehaviour<Machine> {
  type Context = ContextFrom<Machine>;
  type State = MachineState<Context>;
  const { machine } = spec;
  const accepts = new Set(spec.accepts);
  const usual = (id: string): Partial<Context> => spec.usual?.(id) ?? {};
  assertEveryActionHasEffect(machine, spec.effects);

  // XState's `transition()` makes an actor, and with it an initial snapshot, per call; a scope that only collects
  // actions is all that a machine without children needs. A test holds both ways equal.
  let collected: ExecutableActionObject[] = [];
  const scope = collectingScope((action) => {
    collected.push(action);
  });
  function collect(step: () => AnyMachineSnapshot): [AnyMachineSnapshot, ExecutableActionObject[]] {
    collected = [];
    const snapshot = step();
    return [snapshot, collected];
  }

  function reaction(
    id: string,
    before: State | null,
    snapshot: AnyMachineSnapshot,
    actions: readonly ExecutableActionObject[],
    now: number,
  ): Reaction<State> {
    const after: State = {
      id,
      snapshot,
      value: snapshot.value as StateValue,
      state: stateText(snapshot.value as StateValue),
      context: snapshot.context as Context,
      version: (before?.version ?? 0) + 1,
      parked: before?.parked ?? null,
    };
    const messages: Draft[] = [];
    const timers = new Map<string, TimerChange>();
    for (const action of actions) {
      const timer = timerChange(action, now);
      if (timer !== undefined) {
        // The later change of one timer wins: a state left and entered again arms it anew.
        timers.delete(timer.id);
        timers.set(timer.id, timer);
      } else if (action.type !== 'xstate.raise') {
        const effect = spec.effects[action.type];
        assert(effect !== undefined, `action ${action.type} of ${spec.kind} has an effect`);
        messages.push(
          ...effect(action.info.context as Context, action.info.event as EventFromLogic<Machine>, now),
        );
      }
    }
    return {
      state: after,
      messages,
      timers: [...timers.values()],
      rows: spec.project(id, before, after, now),
      from: before?.state ?? '',
      to: after.state,
      ...(before !== null && before.snapshot === snapshot ? { note: NO_EFFECT } : {}),
    };
  }

  return {
    kind: spec.kind,
    definition: spec.definition,
    accepts: spec.accepts,
    remember: 'log',
    initial: () => undefined,
    begin(id, input, now) {
      const [snapshot, actions] = collect(
        () => machine.getInitialSnapshot(scope, input) as AnyMachineSnapshot,
      );
      refuseError(snapshot);
      return reaction(id, null, snapshot, actions, now);
    },
    react(state, message, now) {
      const event = eventOf(message, accepts, now);
      const [snapshot, actions] = collect(() => machine.transition(state.snapshot, event, scope));
      refuseError(snapshot);
      return reaction(state.id, state, snapshot, actions, now);
    },
    finished: (state) => spec.finished(state),
    serialize({ id, value, context, parked }) {
      const stored = { value, context: difference(context, usual(id)) };
      return (parked === null ? stored : { ...stored, parked }) as Json;
    },
    deserialize(stored, { id, version }) {
      const { value, context: differing, parked = null } = stored as unknown as StoredState<Context>;
      const context = completed(differing, usual(id)) as Context;
      const snapshot = machine.resolveState({ value, context }) as AnyMachineSnapshot;
      return { id, snapshot, value, state: stateText(value), context, version, parked };
    },
    ...(spec.migrate === undefined ? {} : { migrate: spec.migrate.bind(spec) }),
    ...(spec.repairs === undefined
      ? {}
      : {
          repairs: machineRepairs<Machine>({
            machine,
            repairs: spec.repairs,
            run: (moved, step, before, now) => {
              const [snapshot, actions] = collect(() => step(moved, scope));
              refuseError(snapshot);
              return reaction(before.id, before, snapshot, actions, now);
            },
          }),
        }),
  };
}

function eventOf(message: Message, accepts: ReadonlySet<string>, now: number): { type: string; now: number } {
  if (message.type === TIMER_FIRED) {
    const { timer, event } = message.data as TimerFired;
    return { type: timer, ...(event as { type: string } | null), now };
  }
  if (!accepts.has(message.type)) {
    throw new BadMessage('not_accepted', `${message.type} is no message for this machine`);
  }
  const event: MachineEvent = { type: message.type, data: message.data, now };
  return event;
}

function timerChange(action: ExecutableActionObject, now: number): TimerChange | undefined {
  if (action.type === 'xstate.cancel') {
    const { sendId } = action.params as { sendId: string };
    return { id: sendId, dueAt: null };
  }
  if (action.type !== 'xstate.raise') return undefined;
  const { id, delay, event } = action.params as { id?: string; delay?: number; event: Json };
  // Without a delay the machine has handled the event itself, within this transition.
  if (delay === undefined) return undefined;
  assert(id !== undefined, 'a delayed event has an id to take it back by');
  assert(Number.isFinite(delay), `the delay of ${id} is a number of milliseconds`);
  return { id, dueAt: now + delay, event: saysMoreThan(id, event) ? event : null };
}

/** The event of an `after` is named as its timer and holds nothing else: no need to store it with each one. */
function saysMoreThan(id: string, event: Json): boolean {
  return Object.entries(event as object).some(([key, value]) => key !== 'type' || value !== id);
}

function assertEveryActionHasEffect(
  machine: AnyStateMachine,
  effects: Readonly<Record<string, unknown>>,
): void {
  const implementations = machine.implementations.actions as Readonly<Record<string, unknown>>;
  for (const [name, implementation] of Object.entries(implementations)) {
    const builtIn = typeof implementation === 'function' && 'resolve' in implementation;
    assert(
      builtIn !== name in effects,
      `action ${name} of ${machine.id} is either an assign or has an effect`,
    );
  }
}

/** A guard or assign that throws makes XState's macrostep throw; its start puts the error in the snapshot instead. */
function refuseError(snapshot: AnyMachineSnapshot): void {
  if (snapshot.status === 'error') throw snapshot.error;
}

function collectingScope(actionExecutor: (action: ExecutableActionObject) => void): Scope {
  const nothing = (): void => undefined;
  const system = { _sendInspectionEvent: nothing };
  const scope = {
    self: {},
    id: '',
    sessionId: '',
    logger: nothing,
    defer: nothing,
    emit: nothing,
    stopChild: nothing,
    system,
    actionExecutor,
  };
  return scope as unknown as Scope;
}
