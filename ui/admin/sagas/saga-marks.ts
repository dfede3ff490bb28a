/** What one saga's steps, up to the one looked at, tell of the states and lines of the graph. */
import type { DrawnEdge } from '../../../core/engine/graph-layout.ts';
import type { SagaGraph } from '../../../core/services/sagas/ports.ts';
import { sagaTexts } from '../texts/sagas.ts';
import type { Step } from './saga-feed.ts';
import type { GraphMarks, StateMark } from './saga-graph.tsx';

const STAGE_WORDS = { here: 'here', been: 'passed', not: 'not reached' } as const;

/** `until`: how many of the steps have happened at the moment that is looked at. */
export function sagaMarks(graph: SagaGraph | undefined, steps: readonly Step[], until: number): GraphMarks {
  const taken = new Set<string>();
  const visits = new Map<string, number>();
  for (let index = 0; index < until; index += 1) {
    const move = steps[index]?.move;
    if (move === undefined) break;
    for (const transition of move.way) taken.add(transition);
    if (move.from !== move.to) visits.set(move.to, (visits.get(move.to) ?? 0) + 1);
  }
  const last = steps[until - 1]?.move;
  const now = new Set(last?.way ?? []);
  const been = new Set([...visits.keys(), ...passedThrough(graph, taken)].flatMap(withAround));
  const here = last?.to ?? '';
  return {
    state: (id): StateMark => {
      const stage = here === id || here.startsWith(`${id}.`) ? 'here' : been.has(id) ? 'been' : 'not';
      const count = visits.get(id) ?? 0;
      return { stage, spoken: STAGE_WORDS[stage], ...(count > 1 ? { figure: `×${String(count)}` } : {}) };
    },
    edge: ({ transitions }: DrawnEdge) => ({
      stage: transitions.some((id) => now.has(id))
        ? 'now'
        : transitions.some((id) => taken.has(id))
          ? 'taken'
          : 'not',
    }),
  };
}

/** `a.b.c` with the states around it. */
function withAround(state: string): readonly string[] {
  const parts = state.split('.');
  return parts.map((_, index) => parts.slice(0, index + 1).join('.'));
}

/** States that a way led through without resting there. */
function passedThrough(graph: SagaGraph | undefined, taken: ReadonlySet<string>): ReadonlySet<string> {
  const through = new Set<string>();
  for (const { id, to } of graph?.transitions ?? []) if (to !== null && taken.has(id)) through.add(to);
  return through;
}

/** The saga's states over its steps, in stretches: as many as can be told apart. */
export interface Stretch {
  readonly state: string;
  /** Parts of the whole, 0 to 1. */
  readonly start: number;
  readonly end: number;
}

const STRETCHES_MAX = 240;

export function stretchesOf(steps: readonly Step[]): readonly Stretch[] {
  const stretches: { state: string; start: number; end: number }[] = [];
  const count = Math.max(1, steps.length);
  steps.forEach(({ move }, index) => {
    const last = stretches.at(-1);
    const [start, end] = [index / count, (index + 1) / count];
    if (last !== undefined && (last.state === move.to || last.end - last.start < 1 / STRETCHES_MAX)) {
      last.end = end;
      last.state = move.to;
    } else stretches.push({ state: move.to, start, end });
  });
  return stretches;
}

/** The role of each state, for colours; those the graph does not know are `forward`. */
export function rolesOf(graph: SagaGraph | undefined): (state: string) => string {
  const roles = new Map((graph?.states ?? []).map(({ id, role }) => [id, role]));
  return (state) => roles.get(state) ?? 'forward';
}

export function stateTitle(state: string): string {
  return state === '' ? '' : sagaTexts.state(state);
}
