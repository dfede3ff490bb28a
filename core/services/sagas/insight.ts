import type { Drawing, DrawnGraph, Layouter } from '../../engine/graph-layout.ts';
import { hydrateActor } from '../../engine/live-actor.ts';
import { Ways } from '../../engine/machine-way.ts';
import type { MachineState } from '../../engine/from-machine.ts';
import { REPLAY_START, type ReplayPoint } from '../../engine/replay.ts';
import type { SagaKind } from './kind.ts';
import { OUTLINE_STEPS_MAX } from './limits.ts';
import type { Elsewhere, Fleet, Outline, SagaGraph, SagaPage, Sagas, SagaStep, SagaStore } from './ports.ts';
import { type Lived, REPLAY_PAGE, Replays } from './replays.ts';
import { outlineOf, stepOf } from './shapes.ts';
import { Shared } from './shared.ts';

/** Whoever looks at the fleet shares one reading of it, and reading takes a twentieth of the store's time at most. */
const FLEET_MS_MIN = 1_000;
const FLEET_SHARE = 20;

interface Known extends SagaKind {
  readonly ways: Ways;
  readonly drawings: Map<Drawing, Promise<DrawnGraph>>;
  readonly reading: Shared<Fleet>;
}

/**
 * Owns: what can be told of sagas from their definition, their log and others' books: graphs, the fleet, one saga's steps.
 * Does not own: changing them.
 *
 * I1. A kind's graph is placed once per process and drawing; a failure is not kept.
 * I2. Nothing here costs more the more sagas have ended.
 */
export class SagaInsight implements Sagas {
  readonly #kinds: ReadonlyMap<string, Known>;
  readonly #store: SagaStore;
  readonly #elsewhere: Elsewhere;
  readonly #layouter: Layouter;
  readonly #replays: Replays;

  constructor(options: {
    readonly kinds: readonly SagaKind[];
    readonly store: SagaStore;
    readonly elsewhere: Elsewhere;
    readonly layouter: Layouter;
    /** Milliseconds, of a clock that never goes back. */
    readonly now: () => number;
  }) {
    const { kinds, store, elsewhere, layouter, now } = options;
    this.#store = store;
    this.#elsewhere = elsewhere;
    this.#layouter = layouter;
    this.#replays = new Replays(store);
    this.#kinds = new Map(
      kinds.map((each) => {
        const ways = new Ways(each.graph);
        const read = () => readFleet(each, ways);
        const reading = new Shared(read, { msMin: FLEET_MS_MIN, share: FLEET_SHARE, now });
        return [each.kind, { ...each, ways, drawings: new Map(), reading }];
      }),
    );
  }

  kinds(): readonly string[] {
    return [...this.#kinds.keys()];
  }

  async graph(kind: string, drawing: Drawing): Promise<SagaGraph | undefined> {
    const known = this.#kinds.get(kind);
    if (known === undefined) return undefined;
    let drawn = known.drawings.get(drawing);
    if (drawn === undefined) {
      drawn = this.#layouter.layout(known.graph, drawing);
      known.drawings.set(drawing, drawn);
      drawn.catch(() => known.drawings.delete(drawing));
    }
    return { kind, definition: known.behaviour.definition, drawing, ...(await drawn) };
  }

  async fleet(kind: string): Promise<Fleet | undefined> {
    return this.#kinds.get(kind)?.reading.get();
  }

  async inState(kind: string, state: string, limit: number, cursor?: string): Promise<SagaPage | undefined> {
    return this.#kinds.get(kind)?.fleet.inState(state, limit, cursor);
  }

  async outline(
    kind: string,
    id: string,
    after: number,
    limit = OUTLINE_STEPS_MAX,
  ): Promise<Outline | undefined> {
    const known = this.#kinds.get(kind);
    if (known === undefined) return undefined;
    const most = Math.min(limit, OUTLINE_STEPS_MAX);
    const rows = await this.#store.outline(kind, id, after, most);
    // A saga is read after its steps: its version is at least theirs.
    const today = await this.#today(known, id);
    if (today === undefined) return undefined;
    return outlineOf(today, rows, known.ways, {
      hasMore: rows.length === most,
      derived: this.#store.isDerived(kind, id),
    });
  }

  async newest(kind: string, id: string, limit: number): Promise<Outline | undefined> {
    const known = this.#kinds.get(kind);
    const today = known === undefined ? undefined : await this.#today(known, id);
    // Steps have no gaps; those that come meanwhile are newer and come along.
    return today && this.outline(kind, id, Math.max(0, today.version - limit), OUTLINE_STEPS_MAX);
  }

  async step(
    kind: string,
    id: string,
    seq: number,
    how: { readonly replay: boolean } = { replay: true },
  ): Promise<SagaStep | undefined> {
    const known = this.#kinds.get(kind);
    const today = known === undefined ? undefined : await this.#today(known, id);
    if (known === undefined || today === undefined) return undefined;
    const lived = how.replay
      ? await this.#replays.upTo(known, today, seq)
      : await this.#replays.unlived(known, today, seq);
    return lived === undefined ? undefined : this.#told(known, today.id, lived, true);
  }

  async *history(kind: string, id: string): AsyncGenerator<SagaStep> {
    const known = this.#kinds.get(kind);
    const today = known === undefined ? undefined : await this.#today(known, id);
    if (known === undefined || today === undefined) return;
    let point: ReplayPoint = REPLAY_START;
    for (;;) {
      const page = await this.#replays.page(known, today, point, REPLAY_PAGE);
      for (const lived of page.steps) yield await this.#told(known, id, lived, false);
      if (page.steps.length < REPLAY_PAGE) return;
      point = page.point;
    }
  }

  async #today(known: SagaKind, id: string): Promise<MachineState<unknown> | undefined> {
    const record = await this.#store.record(known.kind, id);
    if (record === undefined) return undefined;
    return hydrateActor(known.behaviour, record).state as MachineState<unknown>;
  }

  /** `linked`: with what others know of it; without, only what the log and the replay say. */
  async #told({ kind, ways }: Known, id: string, lived: Lived, linked: boolean): Promise<SagaStep> {
    const keepersOf = (type: string) => this.#elsewhere.keepersOf(type);
    const unlinked = { ...lived, ways, keepersOf, answers: new Map<string, readonly number[]>() };
    const told = stepOf({ ...unlinked, asked: undefined, elsewhere: [] });
    if (!linked) return told;
    const { causationId } = lived.entry;
    const sent = told.sent.map((message) => message.id);
    const caused = causationId === null ? [] : [{ id: causationId, type: told.type, data: told.data }];
    const [answers, asked, elsewhere] = await Promise.all([
      this.#store.causedBy(kind, id, sent),
      causationId === null ? undefined : this.#store.sentIn(kind, id, causationId),
      this.#elsewhere.of(id, [...caused, ...told.sent]),
    ]);
    return stepOf({ ...unlinked, answers, asked, elsewhere });
  }
}

async function readFleet({ kind, fleet }: SagaKind, ways: Ways): Promise<Fleet> {
  const { flows, flowSpanMs, ...counts } = await fleet.fleet();
  const minutes = flowSpanMs / 60_000;
  const perMinute: Record<string, number> = {};
  let steps = 0;
  for (const { count, ...move } of flows) {
    steps += count;
    for (const transition of ways.of(move)) {
      perMinute[transition] = (perMinute[transition] ?? 0) + count / minutes;
    }
  }
  return {
    kind,
    at: new Date().toISOString(),
    ...counts,
    flowSpanMs,
    perMinute,
    stepsPerMinute: flowSpanMs === 0 ? 0 : steps / minutes,
  };
}
