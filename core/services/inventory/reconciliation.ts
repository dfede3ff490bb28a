import { errorMessage } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';

/**
 * Owns: comparing the counters of the stock with everything else that tells of it. Counters that drift from rows sell
 * what is not there, or hide what is; nobody sees it until parcels are packed.
 *
 * Does not own: repairing. Which of two stories is true is for a person to find out.
 */

/** What told otherwise than the counter in `stock`. */
export const DIFFERENCE_KINDS = [
  'ledger_on_hand',
  'ledger_reserved',
  'held_reservations',
  'actor_on_hand',
  'actor_reserved',
] as const;
export type DifferenceKind = (typeof DIFFERENCE_KINDS)[number];

export interface StockDifference {
  readonly sku: string;
  readonly warehouseId: string;
  readonly kind: DifferenceKind;
  /** Units by the counter. */
  readonly counter: number;
  /** Units by the other story. */
  readonly told: number;
}

export interface Reconciliation {
  readonly id: string;
  readonly startedAt: string;
  /** Null: under way, or its process is gone. */
  readonly finishedAt: string | null;
  /** Null: by schedule. */
  readonly askedBy: string | null;
  readonly skus: number;
  readonly differences: number;
  /** Why it could not be finished. */
  readonly problem: string | null;
}

export interface ReconciliationStore {
  begin(id: string, askedBy: string | null): Promise<void>;
  /** Compares the next SKUs, each as it is at one moment; `lastSku` null: those were the last ones. */
  compare(
    afterSku: string,
    limit: number,
  ): Promise<{
    readonly skus: number;
    readonly lastSku: string | null;
    readonly differences: readonly StockDifference[];
  }>;
  record(id: string, skus: number, differences: readonly StockDifference[]): Promise<void>;
  finish(id: string, problem: string | null): Promise<void>;
  /** The newest first. */
  list(limit: number): Promise<readonly Reconciliation[]>;
  /** The first of them, by SKU. */
  differences(id: string, limit: number): Promise<readonly StockDifference[]>;
  /** Drops all but the newest. */
  forget(keep: number): Promise<void>;
}

/** SKUs of one statement: few enough to be a moment, so that no long snapshot holds vacuum up. */
const SKUS_AT_ONCE = 500;
/** Runs that are kept. */
const RUNS_KEPT = 100;
/** Differences that a log line tells; the page shows more. */
const LOGGED_MAX = 10;

export interface ReconciliationPorts {
  readonly store: ReconciliationStore;
  readonly newId: () => string;
  readonly logger: Logger;
}

/** Compares all stock; resolves with what was found. `askedBy` null: by schedule. Rejects when it can't be finished. */
export async function reconcileStock(
  { store, newId, logger }: ReconciliationPorts,
  askedBy: string | null,
): Promise<Reconciliation> {
  const id = newId();
  await store.begin(id, askedBy);
  const found: StockDifference[] = [];
  try {
    for (let after: string | null = ''; after !== null;) {
      const { skus, lastSku, differences } = await store.compare(after, SKUS_AT_ONCE);
      found.push(...differences.slice(0, LOGGED_MAX - found.length));
      await store.record(id, skus, differences);
      after = lastSku;
    }
    await store.finish(id, null);
  } catch (error) {
    await store.finish(id, errorMessage(error)).catch(() => undefined);
    throw error;
  }
  await store.forget(RUNS_KEPT);
  const run = (await store.list(RUNS_KEPT)).find((each) => each.id === id);
  if (run === undefined) throw new Error('a reconciliation that has just finished is there');
  if (run.differences > 0) {
    logger.error(
      { reconciliationId: id, differences: run.differences, first: found },
      'the stock counters and the rows beside them disagree',
    );
  }
  return run;
}
