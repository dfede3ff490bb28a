import { assert } from '../kernel/assert.ts';
import { ANYWHERE, type GraphState, type GraphTransition, type MachineGraph } from './machine-graph.ts';

/**
 * Owns: what of a machine's graph is drawn, and how large: its states, and between two states one line for all
 * transitions that lead from one to the other. Does not own: where it is drawn (a Layouter's business).
 *
 * Lengths are in pixels of a drawing at its natural size.
 */

/** `compact`: lines without words. `labelled`: room beside each line for the words of its transitions. */
export type Drawing = 'compact' | 'labelled';

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface Box extends Point {
  readonly width: number;
  readonly height: number;
}

/** A line to be drawn, with the transitions it stands for, in the order of the definition. */
export interface Link {
  /** `from>to` */
  readonly id: string;
  readonly from: string;
  readonly to: string;
  readonly transitions: readonly GraphTransition[];
  readonly compensation: boolean;
}

export interface DrawnState extends GraphState, Box {}

export interface DrawnEdge {
  readonly id: string;
  readonly from: string;
  readonly to: string;
  /** What the line stands for, in one word: the cause of all its transitions, or that of most. */
  readonly kind: 'event' | 'timeout' | 'condition' | 'compensation';
  /** Ids of its transitions, one a line of its label. */
  readonly transitions: readonly string[];
  readonly points: readonly Point[];
  /** Where its words go; null in a compact drawing. */
  readonly label: Box | null;
}

/** A graph, drawn. Transitions that lead nowhere, and those from a state into itself, have no line. */
export interface DrawnGraph {
  readonly width: number;
  readonly height: number;
  readonly states: readonly DrawnState[];
  /** Where transitions begin that hold in every state; null: there are none. */
  readonly anywhere: Box | null;
  readonly edges: readonly DrawnEdge[];
  readonly transitions: readonly GraphTransition[];
}

/** Places a graph; the same graph always in the same way. */
export interface Layouter {
  layout(graph: MachineGraph, drawing: Drawing): Promise<DrawnGraph>;
}

export const STATE_HEIGHT = 46;
/** Above the states within a state: its own name. */
export const COMPOUND_HEAD = 36;
const STATE_WIDTH_MIN = 132;
const NAME_CHARACTER_WIDTH = 8.2;
const LABEL_CHARACTER_WIDTH = 6.6;
const LABEL_LINE_HEIGHT = 16;

export function linksOf({ transitions }: MachineGraph): readonly Link[] {
  const links = new Map<string, GraphTransition[]>();
  for (const transition of transitions) {
    const { from, to } = transition;
    if (to === null || to === from) continue;
    const id = `${from}>${to}`;
    const known = links.get(id);
    if (known === undefined) links.set(id, [transition]);
    else known.push(transition);
  }
  return [...links].map(([id, together]) => {
    const [first] = together;
    assert(first?.to !== null && first?.to !== undefined, 'a link stands for at least one transition');
    const { from, to, compensation } = first;
    return { id, from, to, transitions: together, compensation };
  });
}

export function stateSize(name: string): { readonly width: number; readonly height: number } {
  return {
    width: Math.max(STATE_WIDTH_MIN, Math.ceil(name.length * NAME_CHARACTER_WIDTH) + 36),
    height: STATE_HEIGHT,
  };
}

const CAUSE_WORDS = { event: 'on', timeout: 'after', condition: 'as soon as' } as const;

/** A transition in one line, as long as people are shown it: `on payment.failed if …`. */
export function transitionText({
  cause,
  label,
  guard,
}: Pick<GraphTransition, 'cause' | 'label' | 'guard'>): string {
  if (cause === 'condition') return guard === null ? 'otherwise' : `${CAUSE_WORDS[cause]} ${guard}`;
  return `${CAUSE_WORDS[cause]} ${label}${guard === null ? '' : ` if ${guard}`}`;
}

export function labelSize(transitions: readonly GraphTransition[]): {
  readonly width: number;
  readonly height: number;
} {
  const longest = Math.max(...transitions.map((transition) => transitionText(transition).length));
  return {
    width: Math.ceil(longest * LABEL_CHARACTER_WIDTH) + 26,
    height: transitions.length * LABEL_LINE_HEIGHT + 6,
  };
}

export function edgeKind({ compensation, transitions }: Link): DrawnEdge['kind'] {
  if (compensation) return 'compensation';
  for (const cause of ['event', 'timeout'] as const) {
    if (transitions.some((transition) => transition.cause === cause)) return cause;
  }
  return 'condition';
}

/** Whether some transition holds in every state. */
export function hasAnywhere(links: readonly Link[]): boolean {
  return links.some(({ from }) => from === ANYWHERE);
}
