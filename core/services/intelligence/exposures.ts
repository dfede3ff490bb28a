import { errorMessage } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Recommended } from './recommendations.ts';
import type { SalesHistory } from './rows.ts';

/** Where recommendations are shown. */
export const SURFACES = ['product', 'home'] as const;
export type Surface = (typeof SURFACES)[number];

/** One product that was recommended to somebody. */
export interface Exposure {
  readonly userId: string;
  readonly surface: Surface;
  readonly productId: string;
  readonly atMs: number;
  /** Counts from 0. */
  readonly slot: number;
  /** Drawn instead of ranked. */
  readonly explored: boolean;
  /** Of the model; null: none ranked. */
  readonly version: number | null;
}

export interface ExposureStore {
  /** Of a user, a surface and a product the first of a day is kept. */
  write(exposures: readonly Exposure[]): Promise<void>;
  /** The newest first. */
  newest(sinceMs: number, most: number): Promise<readonly Exposure[]>;
  /** Drops those of before. */
  forget(beforeMs: number): Promise<void>;
  forgetUser(userId: string): Promise<void>;
}

/** What came of what was shown, ranked or drawn. */
export interface ExposureOutcome {
  readonly surface: Surface;
  readonly explored: boolean;
  readonly shown: number;
  /** Of these, ordered by the same person within a week. */
  readonly ordered: number;
}

const WAITING_MAX = 10_000;
const AT_ONCE = 1_000;
const WRITE_MS = 1_000;
/** An order this long after is taken to follow from it. */
const ATTRIBUTED_MS = 7 * 86_400_000;
const LOOKED_BACK_MS = 28 * 86_400_000;
const LOOKED_AT_MAX = 20_000;
const ASKED_AT_ONCE = 1_000;

/**
 * Owns: what was recommended to whom, written a second's worth at once and behind what is answered. When the store can't
 * keep up, or is away, exposures are dropped: a lift is measured from a sample anyway.
 */
export class ExposureLog {
  readonly #store: ExposureStore;
  readonly #sales: Pick<SalesHistory, 'boughtAfter'>;
  readonly #now: () => number;
  readonly #logger: Logger;
  #waiting: Exposure[] = [];
  #timer: ReturnType<typeof setTimeout> | undefined;
  #writing: Promise<void> = Promise.resolve();

  constructor(deps: {
    readonly store: ExposureStore;
    readonly sales: Pick<SalesHistory, 'boughtAfter'>;
    readonly now: () => number;
    readonly logger: Logger;
  }) {
    this.#store = deps.store;
    this.#sales = deps.sales;
    this.#now = deps.now;
    this.#logger = deps.logger;
  }

  /** Of guests nothing is kept: no order could be told to be theirs. */
  shown(userId: string | undefined, surface: Surface, { items, version }: Recommended): void {
    if (userId === undefined) return;
    const atMs = this.#now();
    for (const [slot, { productId, explored }] of items.entries()) {
      if (this.#waiting.length >= WAITING_MAX) return;
      this.#waiting.push({ userId, surface, productId, atMs, slot, explored, version });
    }
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#writing = this.#writing.then(() => this.#write());
    }, WRITE_MS);
  }

  /** Ranked against drawn over the last four weeks: the newest that were shown. */
  async outcomes(): Promise<readonly ExposureOutcome[]> {
    const shown = await this.#store.newest(this.#now() - LOOKED_BACK_MS, LOOKED_AT_MAX);
    const outcomes = new Map<string, { -readonly [Key in keyof ExposureOutcome]: ExposureOutcome[Key] }>();
    for (let at = 0; at < shown.length; at += ASKED_AT_ONCE) {
      const asked = shown.slice(at, at + ASKED_AT_ONCE);
      const bought = await this.#sales.boughtAfter(asked, ATTRIBUTED_MS);
      for (const [index, { surface, explored }] of asked.entries()) {
        const key = `${surface} ${String(explored)}`;
        const own = outcomes.get(key) ?? { surface, explored, shown: 0, ordered: 0 };
        own.shown += 1;
        own.ordered += bought[index] === true ? 1 : 0;
        outcomes.set(key, own);
      }
    }
    return [...outcomes.values()];
  }

  /** Writes what waits. */
  async close(): Promise<void> {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#writing = this.#writing.then(() => this.#write());
    await this.#writing;
  }

  async #write(): Promise<void> {
    const waiting = this.#waiting;
    this.#waiting = [];
    try {
      for (let at = 0; at < waiting.length; at += AT_ONCE) {
        await this.#store.write(waiting.slice(at, at + AT_ONCE));
      }
    } catch (error) {
      this.#logger.warn(
        { error: errorMessage(error), dropped: waiting.length },
        'exposures could not be written',
      );
    }
  }
}
