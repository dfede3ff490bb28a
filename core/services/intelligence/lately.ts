import type { ModelGrade, ModelLately } from './ports.ts';

/** How a version did on what came after its training, before it is known which version it was. */
export type Lately = Omit<ModelLately, 'version' | 'at'>;

export interface LatelyFound {
  readonly lately: Lately;
  /** Plain data that the next measurement of the model is given, whichever version serves by then. */
  readonly carried: unknown;
}

export interface LatelyContext {
  /** The version that serves. */
  readonly live: {
    readonly content: unknown;
    readonly trainedAtMs: number;
    readonly grades: readonly ModelGrade[];
  };
  /** What the last measurement left; null: nothing. It may be of another build. */
  readonly carried: unknown;
  readonly nowMs: number;
  readonly seed: number;
}

/** What came since and could be counted, and how much of it says something. */
export interface Counted {
  readonly counted: number;
  readonly needed: number;
  readonly unit: ModelLately['unit'];
}

interface Figure {
  readonly value: number;
  /** Its 95 % interval. */
  readonly low: number;
  readonly high: number;
}

/**
 * A figure of late beside the version's grade of the same name. It is clearly worse when the whole interval lies on the
 * wrong side of the grade.
 *
 * @param figure asked for only once enough has come
 */
export function besideGrade(
  { metric, higherIsBetter }: Pick<ModelGrade, 'metric' | 'higherIsBetter'>,
  grades: readonly ModelGrade[],
  counted: Counted,
  figure: () => Figure,
): Lately {
  const atTraining = grades.find((grade) => grade.metric === metric)?.ours ?? null;
  const known = { metric, higherIsBetter, atTraining, ...counted };
  if (counted.counted < counted.needed) {
    return { ...known, value: null, low: null, high: null, clearlyWorse: false };
  }
  const { value, low, high } = figure();
  // Where nothing was sold, say, there is no share of it.
  if (!Number.isFinite(value)) return { ...known, value: null, low: null, high: null, clearlyWorse: false };
  const clearlyWorse = atTraining !== null && (higherIsBetter ? high < atTraining : low > atTraining);
  return { ...known, value, low, high, clearlyWorse };
}
