import type { LatelyContext, LatelyFound } from './lately.ts';
import type { ModelName, TrainedModel } from './ports.ts';

/** What a training may lean on besides its rows. */
export interface TrainingContext {
  /** What serves now and when it was trained (milliseconds since 1970), to be graded on the same held-out rows. */
  readonly live: { readonly content: unknown; readonly trainedAtMs: number } | undefined;
  readonly nowMs: number;
  readonly seed: number;
}

/**
 * How one model is trained: pure, so that it can run in a thread of its own. Its rows come in slices of plain data, read
 * by the source of the same name (adapters/main/intelligence/sources.ts).
 *
 * `train` throws BadInput, whose text is shown to admins, when the rows can't be learnt from.
 */
export interface Trainer<Row = never> {
  readonly name: ModelName;
  /** A sentence for admins: what the model is for. */
  readonly does: string;
  /** A sentence for admins: what it learns from. */
  readonly data: string;
  train(rows: readonly Row[], context: TrainingContext): TrainedModel;
  /**
   * The inputs of the rows from a time on (milliseconds since 1970), named as in the profile of a trained version: what
   * drift is measured by.
   */
  inputs(rows: readonly Row[], sinceMs: number): Readonly<Record<string, ArrayLike<number>>>;
  /**
   * How the version that serves did on rows that came after its training. Undefined where its content is of another build;
   * left out where rows do not tell how right the model was.
   */
  lately?(rows: readonly Row[], context: LatelyContext): LatelyFound | undefined;
}
