import {
  type AnyMachineSnapshot,
  type AnyStateMachine,
  type ContextFrom,
  createMachine,
  type StateNode,
  type StateValue,
} from 'xstate';
import { assert } from '../kernel/assert.ts';
import type { OperationNow, Reaction, Repaired, Repairs } from './behaviour.ts';
import type { MachineEvent, MachineState, Place } from './machine-place.ts';
import type { Refusal, RepairRequest } from './repair.ts';

/**
 * Owns: what repairing an XState machine means: facts changed, a state entered with its exits and entries, a wait taken
 * for answered, parking.
 * Does not own: which steps a saga lets be skipped or restarted, and what that means for its world (`MachineRepairs`).
 *
 * I1. A state is entered as a transition enters it: states left are exited, their timers go; entry actions send what they
 *     always send; eventless transitions follow.
 */

/** What a saga brings so that its actors can be repaired. Everything is pure. */
export interface MachineRepairs<Context> {
  /** The type of the message that asks for a repair; one of `accepts`. */
  readonly type: string;
  /** What one of the saga's own operations does to an actor in this place. */
  plan(
    place: Place<Context>,
    request: RepairRequest,
    now: number,
  ): RepairPlan<Context> | { refusal: Refusal };
  /** Why the outcome of a plan must not be, whatever was acknowledged; null: it may. */
  objection(before: Place<Context>, after: Place<Context>): string | null;
  /** Its own operations as they stand. */
  possible(place: Place<Context>): readonly OperationNow[];
}

export interface RepairPlan<Context> {
  /** Facts that are changed first. */
  readonly facts?: Partial<Context>;
  /** A state, such as `confirmed.resting`; messages taken for heard, in order; or nothing but what the facts allow now. */
  readonly then:
    | { readonly enter: string }
    | { readonly hear: readonly Omit<MachineEvent, 'now'>[] }
    | 'goOn';
  /** In plain words; where there is any, it must have been acknowledged. */
  readonly warnings: readonly string[];
  /** Types of open requests that are taken for answered. */
  readonly settles?: readonly string[];
}

export type Scope = Parameters<AnyStateMachine['transition']>[2];

/** Steps from one snapshot to the next, collecting actions in the scope. */
export type Step = (from: AnyMachineSnapshot, scope: Scope) => AnyMachineSnapshot;

interface Options<Machine extends AnyStateMachine> {
  readonly machine: Machine;
  readonly repairs: MachineRepairs<ContextFrom<Machine>>;
  /** Takes a step from the given snapshot; the reaction is one to what the actor was before. */
  readonly run: (
    from: AnyMachineSnapshot,
    step: Step,
    before: MachineState<ContextFrom<Machine>>,
    now: number,
  ) => Reaction<MachineState<ContextFrom<Machine>>>;
}

const ENTER = 'engine.enter';
const GO_ON = 'engine.go-on';

export function machineRepairs<Machine extends AnyStateMachine>({
  machine,
  repairs,
  run,
}: Options<Machine>): Repairs<MachineState<ContextFrom<Machine>>> {
  type Context = ContextFrom<Machine>;
  type State = MachineState<Context>;
  // Made when first needed: most processes repair nothing.
  let enterable: AnyStateMachine | undefined;

  const stepOf = ({ then }: RepairPlan<Context>, now: number): Step => {
    if (then === 'goOn') return (from, scope) => machine.transition(from, { type: GO_ON }, scope);
    if ('hear' in then) {
      return (from, scope) =>
        then.hear.reduce<AnyMachineSnapshot>(
          (at, event) => machine.transition(at, { ...event, now }, scope) as AnyMachineSnapshot,
          from,
        );
    }
    enterable ??= withEveryStateEnterable(machine);
    return entering(machine, enterable, then.enter);
  };

  return {
    type: repairs.type,
    place: ({ state }) => state,
    shown: ({ context }) => context,
    parked: ({ parked }) => parked,
    park: (state, parked, now) => run(state.snapshot, (from) => from, { ...state, parked }, now),
    possible: (state) => repairs.possible(state),
    repair(state, request, now): Repaired<State> {
      const plan = repairs.plan(state, request, now);
      if ('refusal' in plan) return plan;
      const context = Object.assign({}, state.context, plan.facts);
      const from = machine.resolveState({ value: state.value, context }) as AnyMachineSnapshot;
      const reaction = run(from, stepOf(plan, now), state, now);
      const why = repairs.objection(state, reaction.state);
      if (why !== null) return { refusal: { code: 'not_possible', why } };
      return { reaction, warnings: plan.warnings, settles: plan.settles ?? [] };
    },
  };
}

/** The step runs in the machine whose states can all be entered; its outcome is one of the machine itself. */
function entering(machine: AnyStateMachine, enterable: AnyStateMachine, state: string): Step {
  const target = `${machine.id}.${state}`;
  assert(
    statesOf(machine.root).some(({ id }) => id === target),
    `${state} is a state of ${machine.id}`,
  );
  return ({ value, context }, scope) => {
    const from = enterable.resolveState({ value: value as StateValue, context: context as object });
    const to = enterable.transition(from as AnyMachineSnapshot, { type: ENTER, target }, scope) as Pick<
      AnyMachineSnapshot,
      'value' | 'context'
    >;
    return machine.resolveState({
      value: to.value as StateValue,
      context: to.context as object,
    }) as AnyMachineSnapshot;
  };
}

/** The same machine, which goes to any state when it is told to: a transition of its root leaves whatever is active. */
function withEveryStateEnterable(machine: AnyStateMachine): AnyStateMachine {
  const config = machine.config as { readonly on?: object };
  const ways = statesOf(machine.root).map(({ id }) => ({
    guard: ({ event }: { event: { target?: string } }) => event.target === id,
    target: `#${id}`,
  }));
  return createMachine(
    { ...config, on: { ...config.on, [ENTER]: ways } } as object,
    machine.implementations as object,
  ) as AnyStateMachine;
}

function statesOf(node: AnyStateMachine['root']): readonly StateNode[] {
  return Object.values(node.states as Readonly<Record<string, StateNode>>).flatMap((below) => [
    below,
    ...statesOf(below as AnyStateMachine['root']),
  ]);
}
