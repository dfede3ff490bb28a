/** What one saga's steps, up to the one looked at, tell of the states and lines of the graph. */
import type { DrawnEdge } from '../../../core/engine/graph-layout.ts';
import type { SagaGraph } from '../../../core/services/sagas/ports.ts';
import { sagaTexts } from '../texts/sagas.ts';
import type { GraphMarks, StateMark } from './graph-marks.ts';
import type { StepLog } from './step-log.ts';

const STAGE_WORDS = { here: 'here', been: 'passed', not: 'not reached' } as const;

/** `until`: how many of the steps have happened at the moment that is looked at. */
export function sagaMarks(graph: SagaGraph | undefined, log: StepLog, until: number): GraphMarks {
  const taken = new Set<string>();
  const visits = new Map<string, number>();
  log.counts(until).forEach((count, index) => {
    const move = log.moves[index];
    if (count === 0 || move === undefined) return;
    for (const transition of move.way) taken.add(transition);
    if (move.from !== move.to) visits.set(move.to, (visits.get(move.to) ?? 0) + count);
  });
  const last = log.step(until)?.move;
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
  /** '': not read yet. */
  readonly state: string;
  /** Parts of the whole, 0 to 1. */
  readonly start: number;
  readonly end: number;
}

const STRETCHES_MAX = 240;

export function stretchesOf(log: StepLog): readonly Stretch[] {
  const stretches: { state: string; start: number; end: number }[] = [];
  const count = Math.max(1, log.last);
  const states = log.moves.map(({ to }) => to);
  let open: (typeof stretches)[number] | undefined;
  for (let seq = 1; seq <= log.last; seq += 1) {
    const state = states[log.moveOf(seq)] ?? '';
    if (open !== undefined && open.state !== state && open.end - open.start >= 1 / STRETCHES_MAX) {
      open = undefined;
    }
    if (open === undefined) {
      open = { state, start: (seq - 1) / count, end: seq / count };
      stretches.push(open);
    } else {
      open.state = state;
      open.end = seq / count;
    }
  }
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
