import { errorMessage, OrreryError } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { CursorPage, StockBoard } from './board.ts';
import { checkedLines, type ImportLine, writtenLines } from './import-lines.ts';
import type { AdjustRequest, InventoryCommands } from './ports.ts';

/**
 * Owns: stock files, in two steps: a preview of what each line would change, then its corrections, each through the
 * stock actor of its SKU.
 *
 * I1. A line moves units at most once, however often and from wherever it is applied: its correction's id is made of
 *     the import and the line.
 * I2. What is applied is what was previewed: the changes are fixed then, so that units sold meanwhile stay sold.
 * I3. An import that was begun is finished, by whichever process finds it (`resume`).
 */

export interface StockImport {
  readonly id: string;
  readonly state: 'previewed' | 'applying' | 'applied';
  readonly createdAt: string;
  readonly createdBy: string;
  readonly reason: string | null;
  /** Lines of the file: bad ones, those that change nothing, and those that change something. */
  readonly lines: number;
  readonly bad: number;
  readonly unchanged: number;
  readonly changes: number;
  /** Of `changes`: what the stock actors said so far. */
  readonly applied: number;
  readonly refused: number;
}

/** A line with what became of it: null: nothing yet, `applied`, or the code of a refusal. */
export interface ImportLineView extends ImportLine {
  readonly outcome: string | null;
}

export const IMPORT_FILTERS = ['all', 'bad', 'changes', 'refused'] as const;
export type ImportFilter = (typeof IMPORT_FILTERS)[number];

export interface StockImportStore {
  insert(id: string, by: string, lines: readonly ImportLine[]): Promise<void>;
  find(id: string): Promise<StockImport | undefined>;
  /** The newest first. */
  list(limit: number): Promise<readonly StockImport[]>;
  /** In the order of the file. Rejects with OrreryError `bad_cursor`. */
  lines(
    id: string,
    page: { readonly show: ImportFilter; readonly limit: number; readonly cursor?: string },
  ): Promise<CursorPage<ImportLineView>>;
  /** Applying from now on, unless it was begun before: then its first reason and person stay. */
  begin(id: string, by: string, reason: string): Promise<void>;
  /** Good lines that change something and have no outcome, in order, with whoever began and why. */
  pending(id: string, limit: number): Promise<readonly (AdjustRequest & { readonly line: number })[]>;
  settle(id: string, outcomes: ReadonlyMap<number, string>): Promise<void>;
  /** Applied, once no line is pending. */
  finish(id: string): Promise<void>;
  /** Those that are being applied. */
  applying(): Promise<readonly string[]>;
}

export interface StockImportPorts {
  readonly store: StockImportStore;
  readonly board: Pick<StockBoard, 'items'>;
  readonly commands: Pick<InventoryCommands, 'adjustAll'>;
  /** Those of the SKUs that products have. */
  readonly productSkus: (skus: readonly string[]) => Promise<ReadonlySet<string>>;
  readonly newId: () => string;
  readonly logger: Logger;
}

/** Corrections under way at a time: enough to keep the actors busy, few enough to see the progress. */
const APPLIED_AT_ONCE = 100;

export class StockImports {
  private readonly ports: StockImportPorts;
  private readonly running = new Map<string, Promise<void>>();

  constructor(ports: StockImportPorts) {
    this.ports = ports;
  }

  /** Keeps what the file would change. Rejects with OrreryError `bad_csv` where it can't be read at all. */
  async preview(text: string, by: string): Promise<StockImport> {
    const { store, board, productSkus, newId } = this.ports;
    const written = writtenLines(text);
    const skus = [...new Set(written.map(({ sku }) => sku.replaceAll('\u0000', '')))];
    const [stock, products] = await Promise.all([board.items(skus), productSkus(skus)]);
    const id = newId();
    await store.insert(
      id,
      by,
      checkedLines(written, stock, (sku) => products.has(sku)),
    );
    return this.find(id);
  }

  /** Begins to apply it, or goes on; resolves at once. Rejects with OrreryError `unknown_import`. */
  async apply(id: string, by: string, reason: string): Promise<StockImport> {
    await this.find(id);
    await this.ports.store.begin(id, by, reason);
    this.runInBackground(id);
    return this.find(id);
  }

  /** Rejects with OrreryError `unknown_import`. */
  async find(id: string): Promise<StockImport> {
    const found = await this.ports.store.find(id);
    if (found === undefined) throw new OrreryError('unknown_import', 'there is no such import');
    return found;
  }

  list(limit: number): Promise<readonly StockImport[]> {
    return this.ports.store.list(limit);
  }

  async lines(
    id: string,
    page: Parameters<StockImportStore['lines']>[1],
  ): Promise<CursorPage<ImportLineView>> {
    await this.find(id);
    return this.ports.store.lines(id, page);
  }

  /** Goes on with imports that a process left unfinished. To be called now and then; resolves once they rest. */
  async resume(): Promise<void> {
    for (const id of await this.ports.store.applying()) this.runInBackground(id);
    await this.rest();
  }

  /** Resolves once nothing is under way here. */
  async rest(): Promise<void> {
    await Promise.all(this.running.values());
  }

  private runInBackground(id: string): void {
    if (this.running.has(id)) return;
    const run = this.run(id)
      .catch((error: unknown) => {
        this.ports.logger.warn(
          { importId: id, error: errorMessage(error) },
          'a stock import rests; it is gone on with later',
        );
      })
      .finally(() => this.running.delete(id));
    this.running.set(id, run);
  }

  private async run(id: string): Promise<void> {
    const { store, commands } = this.ports;
    for (;;) {
      const pending = await store.pending(id, APPLIED_AT_ONCE);
      if (pending.length === 0) break;
      const lineOf = (line: number): string => `import/${id}/${String(line)}`;
      const outcomes = await commands.adjustAll(
        new Map(pending.map(({ line, ...request }) => [lineOf(line), { ...request, opens: true }])),
      );
      if (outcomes.size === 0)
        throw new OrreryError('timeout', 'no stock actor answers', { retryable: true });
      const settled = pending.flatMap(({ line }) => {
        const outcome = outcomes.get(lineOf(line));
        if (outcome === undefined) return [];
        return [[line, outcome.adjusted ? 'applied' : outcome.code] as const];
      });
      await store.settle(id, new Map(settled));
    }
    await store.finish(id);
  }
}
