import type { AnyStateMachine, AnyStateNode } from 'xstate';
import { assert } from '../kernel/assert.ts';

/**
 * Owns: a machine as a graph, derived from its definition: what could happen, for people to look at.
 * Does not own: where anything is drawn, what did happen (machine-way.ts tells which transitions a step took).
 *
 * I1. Every state is one node and every transition one edge; the ids are the same for the same definition.
 * I2. A state's id is its place as the log writes it (`a.b`), so that steps are found in the graph.
 */

/**
 * What a state is for. A state says it in `meta: { role }`; those below it share it, and without a word it is
 * `forward`. `done`: the end that was wanted. `compensation`: what was done is being undone. `undone`: the other end.
 * `stuck`: a person must look.
 */
export type StateRole = 'forward' | 'done' | 'compensation' | 'undone' | 'stuck';
const ROLES: readonly StateRole[] = ['forward', 'done', 'compensation', 'undone', 'stuck'];

/** Where transitions begin that hold in every state: the machine itself. */
export const ANYWHERE = '*';

export interface GraphState {
  /** `a.b` for state b in state a. */
  readonly id: string;
  readonly name: string;
  /** Id of the state around it. */
  readonly parent: string | null;
  readonly kind: 'atomic' | 'compound' | 'parallel';
  readonly role: StateRole;
  /** The one that is entered with the state around it, or with the machine. */
  readonly initial: boolean;
  readonly entry: readonly string[];
  readonly exit: readonly string[];
}

export interface GraphTransition {
  readonly id: string;
  /** A state's id, or ANYWHERE. */
  readonly from: string;
  /** The state it leads to as the definition names it; null: it changes what is known, and stays. */
  readonly to: string | null;
  /** `condition`: taken by itself as soon as its guard holds. */
  readonly cause: 'event' | 'timeout' | 'condition';
  /** Message type, id of the timer, or '' of a condition. */
  readonly trigger: string;
  /** For people: the message type, or the name of the delay. */
  readonly label: string;
  readonly guard: string | null;
  readonly actions: readonly string[];
  /** It begins, goes on or ends a compensation. */
  readonly compensation: boolean;
}

export interface MachineGraph {
  readonly states: readonly GraphState[];
  readonly transitions: readonly GraphTransition[];
}

/** The graph of a machine. Throws where `meta.role` is no role. */
export function machineGraph(machine: AnyStateMachine): MachineGraph {
  const nodes = below(machine.root);
  const states = nodes.map(stateOf);
  const roles = new Map(states.map(({ id, role }) => [id, role]));
  const transitions = [machine.root, ...nodes].flatMap((node) => transitionsOf(node, roles));
  return { states, transitions };
}

/** Depth first, in the order of the definition. */
function below(node: AnyStateNode): readonly AnyStateNode[] {
  return Object.values(node.states).flatMap((child) => [child, ...below(child)]);
}

function idOf(node: AnyStateNode): string {
  return node.path.length === 0 ? ANYWHERE : node.path.join('.');
}

function stateOf(node: AnyStateNode): GraphState {
  const { parent } = node;
  assert(parent !== undefined, 'the root is no state of its own');
  return {
    id: idOf(node),
    name: node.key,
    parent: parent.parent === undefined ? null : idOf(parent),
    kind:
      Object.keys(node.states).length === 0 ? 'atomic' : node.type === 'parallel' ? 'parallel' : 'compound',
    role: roleOf(node),
    initial: parent.type === 'parallel' || parent.config.initial === node.key,
    entry: actionsOf(node.entry),
    exit: actionsOf(node.exit),
  };
}

function roleOf(node: AnyStateNode): StateRole {
  const { role } = (node.meta ?? {}) as { readonly role?: StateRole };
  if (role === undefined) return node.parent === undefined ? 'forward' : roleOf(node.parent);
  assert(ROLES.includes(role), `the role of state ${idOf(node)} is one of ${ROLES.join(', ')}`);
  return role;
}

type Definition = NonNullable<AnyStateNode['always']>[number];

function transitionsOf(
  node: AnyStateNode,
  roles: ReadonlyMap<string, StateRole>,
): readonly GraphTransition[] {
  const from = idOf(node);
  const delays = new Map(node.after.map(({ eventType, delay }) => [eventType, delay]));
  const made = (definition: Definition, trigger: string, index: number): readonly GraphTransition[] => {
    const delay = delays.get(trigger);
    const cause = trigger === '' ? 'condition' : delay === undefined ? 'event' : 'timeout';
    const targets = definition.target?.map(idOf) ?? [null];
    return targets.map((to, branch) => ({
      id: [from, trigger, String(index), ...(branch === 0 ? [] : [String(branch)])].join('|'),
      from,
      to,
      cause,
      trigger,
      label:
        delay === undefined ? trigger : typeof delay === 'number' ? `${String(delay)} ms` : nameOf(delay),
      guard: definition.guard === undefined ? null : nameOf(definition.guard),
      actions: actionsOf(definition.actions),
      compensation: isWayBack(roles.get(from)) || isWayBack(to === null ? undefined : roles.get(to)),
    }));
  };
  return [
    ...(node.always ?? []).flatMap((definition, index) => made(definition, '', index)),
    ...[...node.transitions].flatMap(([trigger, definitions]) =>
      definitions.flatMap((definition, index) => made(definition, trigger, index)),
    ),
  ];
}

function isWayBack(role: StateRole | undefined): boolean {
  return role === 'compensation' || role === 'undone' || role === 'stuck';
}

/** Names of actions; arming and disarming an `after` is XState's own doing, and its transition says it already. */
function actionsOf(actions: readonly unknown[]): readonly string[] {
  const isTimer = (action: unknown): boolean =>
    ['xstate.raise', 'xstate.cancel'].includes((action as { readonly type?: string }).type ?? '');
  return actions.filter((action) => !isTimer(action)).map(nameOf);
}

/** An action or guard as it is called: by name, as `{type}`, or a function. */
function nameOf(referred: unknown): string {
  if (typeof referred === 'string') return referred;
  if (typeof referred === 'function') return referred.name === '' ? 'inline' : referred.name;
  const { type } = referred as { readonly type?: unknown };
  return typeof type === 'string' ? type : 'inline';
}
