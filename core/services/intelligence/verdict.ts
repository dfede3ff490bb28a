import type { ModelGrade, TrainedModel } from './ports.ts';

export interface Verdict {
  readonly goesLive: boolean;
  readonly reason: string;
}

/**
 * Whether a version that was just trained may serve: only when its deciding figure is better than that of the simple way
 * and than that of the version that serves now, all on the same held-out rows. Where the one that serves had seen these
 * rows, it can't be compared, and the newer one takes its place.
 *
 * @param liveVersion the number of the one that serves; undefined: none does
 */
export function verdictOn(
  { grades, liveOnSameRows }: Pick<TrainedModel, 'grades' | 'liveOnSameRows'>,
  liveVersion: number | undefined,
): Verdict {
  const deciding = grades[0];
  if (deciding === undefined || !Number.isFinite(deciding.ours)) {
    return { goesLive: false, reason: 'nothing could be held out to grade it on' };
  }
  const { baseline, baselineValue, metric } = deciding;
  if (baselineValue !== null && !isBetter(deciding, baselineValue)) {
    return {
      goesLive: false,
      reason: `${metric} ${shown(deciding.ours)} is no better than ${shown(baselineValue)} of ${baseline ?? 'its baseline'}`,
    };
  }
  if (liveVersion === undefined) return { goesLive: true, reason: 'the first one that is good enough' };
  if (liveOnSameRows === null) {
    return {
      goesLive: true,
      reason: `newer than version ${String(liveVersion)}, which has seen the held-out rows`,
    };
  }
  const compared = `${metric} ${shown(deciding.ours)} against ${shown(liveOnSameRows)} of version ${String(liveVersion)}`;
  return isBetter(deciding, liveOnSameRows)
    ? { goesLive: true, reason: compared }
    : { goesLive: false, reason: `no better: ${compared}` };
}

function isBetter({ ours, higherIsBetter }: ModelGrade, other: number): boolean {
  return higherIsBetter ? ours > other : ours < other;
}

function shown(value: number): string {
  return String(Number(value.toPrecision(3)));
}
