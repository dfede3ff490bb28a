import { ANYWHERE, type GraphTransition, type MachineGraph } from './machine-graph.ts';

/**
 * Owns: which transitions of a graph a step of an actor took, found by where it stood, what it heard and where it
 * stood then. Guards are not asked: where two ways lead to the same place, the shorter one is told, then the first.
 */

/** A step as the log has it: states as text, the message's type or the timer's id. */
export interface Move {
  /** '' when the actor began. */
  readonly from: string;
  readonly to: string;
  readonly trigger: string;
}

/** Conditions that one step passes through at most. */
const CONDITIONS_MAX = 8;

export class Ways {
  readonly #graph: MachineGraph;
  readonly #leaving = new Map<string, GraphTransition[]>();
  readonly #initial = new Map<string | null, string>();
  readonly #parents: ReadonlyMap<string, string | null>;

  constructor(graph: MachineGraph) {
    this.#graph = graph;
    for (const transition of graph.transitions) {
      const known = this.#leaving.get(transition.from);
      if (known === undefined) this.#leaving.set(transition.from, [transition]);
      else known.push(transition);
    }
    for (const { id, parent, initial } of graph.states) if (initial) this.#initial.set(parent, id);
    this.#parents = new Map(graph.states.map(({ id, parent }) => [id, parent]));
  }

  /** Ids of the transitions from `from` to `to`, in order; empty: the graph knows no such way, or nothing changed. */
  of({ from, to, trigger }: Move): readonly string[] {
    const begun: readonly Path[] =
      from === ''
        ? [{ at: this.#entered(this.#initial.get(null) ?? ''), taken: [] }]
        : this.#heard(from, trigger).map((transition) => this.#follow(from, [], transition));
    return this.#search(begun, to) ?? [];
  }

  #search(begun: readonly Path[], to: string): readonly string[] | undefined {
    let paths = begun;
    for (let passed = 0; passed <= CONDITIONS_MAX && paths.length > 0; passed += 1) {
      const arrived = paths.find(({ at }) => at === to);
      if (arrived !== undefined) return arrived.taken;
      paths = paths.flatMap(({ at, taken }) =>
        this.#heard(at, '').map((transition) => this.#follow(at, taken, transition)),
      );
    }
    return undefined;
  }

  /** What a state does about a trigger, its own word first, then that of the states around it. */
  #heard(state: string, trigger: string): readonly GraphTransition[] {
    return this.#around(state).flatMap((id) =>
      (this.#leaving.get(id) ?? []).filter((transition) => transition.trigger === trigger),
    );
  }

  #follow(at: string, taken: readonly string[], { id, to }: GraphTransition): Path {
    return { at: to === null ? at : this.#entered(to), taken: [...taken, id] };
  }

  /** The innermost state that is entered with one. */
  #entered(state: string): string {
    const initial = this.#initial.get(state);
    return initial === undefined ? state : this.#entered(initial);
  }

  #around(state: string): readonly string[] {
    const around = [state];
    for (
      let parent = this.#parents.get(state);
      typeof parent === 'string';
      parent = this.#parents.get(parent)
    ) {
      around.push(parent);
    }
    return [...around, ANYWHERE];
  }

  get graph(): MachineGraph {
    return this.#graph;
  }
}

interface Path {
  readonly at: string;
  readonly taken: readonly string[];
}
