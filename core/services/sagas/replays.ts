import type { MachineState } from '../../engine/from-machine.ts';
import {
  type LoggedEntry,
  REPLAY_START,
  type ReplayedStep,
  type ReplayPoint,
  replayStep,
} from '../../engine/replay.ts';
import type { SagaKind } from './kind.ts';
import type { SagaStore } from './ports.ts';

/** Log rows read and lived again in one go: some milliseconds of computing. */
export const REPLAY_PAGE = 500;
/** From every so-many-th step a later look goes on. */
const POINT_STEPS = 100;
/** Sagas whose points are kept. */
const SAGAS_MAX = 50;

/** A step with its log row. */
export interface Lived {
  readonly entry: LoggedEntry;
  /** Null: the log was not lived again for it. */
  readonly step: ReplayedStep | null;
}

/**
 * Owns: replays of sagas, and the points from which they go on: looking at the steps of a long history one after the other
 * does not begin each time at the first.
 */
export class Replays {
  readonly #store: Pick<SagaStore, 'entries'>;
  /** By saga, in the order in which they were last looked at; points in the order of their steps. */
  readonly #points = new Map<string, ReplayPoint[]>();

  constructor(store: Pick<SagaStore, 'entries'>) {
    this.#store = store;
  }

  /** The step of that number; undefined: there is none. */
  async upTo(kind: SagaKind, today: MachineState<unknown>, seq: number): Promise<Lived | undefined> {
    let point = this.#nearest(kind, today.id, seq);
    for (;;) {
      const limit = Math.min(REPLAY_PAGE, seq - point.seq);
      const page = await this.page(kind, today, point, limit);
      const last = page.steps.at(-1);
      if (last?.entry.seq === seq) return last;
      if (page.steps.length < limit || limit <= 0) return undefined;
      point = page.point;
    }
  }

  /** The same without living the log again. */
  async unlived(kind: SagaKind, { id }: MachineState<unknown>, seq: number): Promise<Lived | undefined> {
    const [entry] = await this.#store.entries(kind.kind, id, seq - 1, 1);
    return entry?.seq === seq ? { entry, step: null } : undefined;
  }

  async page(
    kind: SagaKind,
    today: MachineState<unknown>,
    from: ReplayPoint,
    limit: number,
  ): Promise<{ readonly steps: readonly Lived[]; readonly point: ReplayPoint }> {
    const entries = await this.#store.entries(kind.kind, today.id, from.seq, limit);
    let point = from;
    const steps = entries.map((entry) => {
      const lived = replayStep(kind, today, point, entry);
      point = lived.point;
      if (point.seq % POINT_STEPS === 0) this.#keep(kind, today.id, point);
      return { entry, step: lived.step };
    });
    return { steps, point };
  }

  #nearest(kind: SagaKind, id: string, seq: number): ReplayPoint {
    const points = this.#points.get(keyOf(kind, id)) ?? [];
    return points.findLast((point) => point.seq < seq) ?? REPLAY_START;
  }

  #keep(kind: SagaKind, id: string, point: ReplayPoint): void {
    const key = keyOf(kind, id);
    const points = this.#points.get(key) ?? [];
    this.#points.delete(key);
    this.#points.set(key, points);
    if ((points.at(-1)?.seq ?? 0) < point.seq) points.push(point);
    for (const oldest of this.#points.keys()) {
      if (this.#points.size <= SAGAS_MAX) break;
      this.#points.delete(oldest);
    }
  }
}

function keyOf({ kind }: SagaKind, id: string): string {
  return `${kind}/${id}`;
}
