import type { z } from 'zod';
import type { Table } from './table.ts';

/** Further tables, by the option that named their file; those not given are missing. */
export type FurtherTables = ReadonlyMap<string, Table>;

/** One figure of one model on data it was not trained on. */
export interface Grade {
  /** The model or baseline, e.g. `ours`, `seasonal naive`. */
  readonly model: string;
  readonly baseline: boolean;
  /** E.g. `WAPE`, `recall@10`. Shares are 0 to 1, not percent. */
  readonly metric: string;
  readonly value: number;
  /** Bounds of the interval named by the report, where there is one. */
  readonly low?: number;
  readonly high?: number;
}

/** A further table of a report, e.g. a row per fold or per pattern left out. */
export interface DetailTable {
  readonly title: string;
  readonly header: readonly string[];
  readonly rows: readonly (readonly (string | number)[])[];
}

export interface Report {
  readonly grades: readonly Grade[];
  /** Which way each metric is good. */
  readonly better: Readonly<Record<string, 'higher' | 'lower'>>;
  /** How the intervals were made, e.g. `95 % bootstrap over users, 1000 draws`. */
  readonly interval: string;
  /** What was read and how it was split: rows, series, spans of training and test, folds, seed. */
  readonly facts: Readonly<Record<string, string | number>>;
  /** What a reader must know to trust the figures, a sentence each. */
  readonly notes: readonly string[];
  readonly details?: readonly DetailTable[];
}

/** A column that an evaluation reads. */
export interface ColumnSpec {
  readonly name: string;
  readonly required: boolean;
  /** What is in it, with its unit. */
  readonly holds: string;
}

/** Options as given behind the model's name: all texts; the schema makes them values, or says what is wrong. */
export type OptionsSchema = z.ZodType<object>;

/** The same of data that is made up from a seed, for a model whose data few can show. */
export interface SimulatedEvaluation<Schema extends OptionsSchema = OptionsSchema> {
  /** What is made up. */
  readonly holds: string;
  readonly options: Schema;
  run(options: z.output<Schema>): Report;
}

/**
 * Trains a model and its baselines on a table and grades them on what they have not seen.
 *
 * `run` is pure: the same table and options give the same report; chance comes from the option `seed`. It throws
 * BadInput when the table can't be used (a column missing, a text for a number, one class only, too short).
 */
export interface Evaluation<Schema extends OptionsSchema = OptionsSchema> {
  readonly name: string;
  /** One line for the list of models. */
  readonly summary: string;
  readonly columns: readonly ColumnSpec[];
  /** A strict object; each option described (`.describe()`), its default given. */
  readonly options: Schema;
  /** Options that name a further file, which is read as a table. */
  readonly files?: readonly string[];
  /** Instead of a file, with `--simulated`. */
  readonly simulated?: SimulatedEvaluation;
  run(table: Table, options: z.output<Schema>, further?: FurtherTables): Report;
}
