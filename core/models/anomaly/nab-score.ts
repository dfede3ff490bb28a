/** A labelled anomaly: first and last point of it, both included. */
export interface Window {
  readonly first: number;
  readonly last: number;
}

/** What the alarms of one series are worth. */
export interface AlarmScore {
  readonly raw: number;
  /** Raw score of a detector that never speaks, and of one that speaks at each window's first point. */
  readonly silent: number;
  readonly perfect: number;
  readonly windows: number;
  readonly found: number;
  readonly alarms: number;
  readonly trueAlarms: number;
}

/** Weights of the standard profile; a window missed costs one, a window found early earns one. */
const FALSE_ALARM_WEIGHT = 0.11;
const STEEPNESS = 5;
/** So many window lengths behind a window, a false alarm costs its full weight. */
const FAR_BEHIND = 3;
const PROBATION_SHARE = 0.15;
const PROBATION_ROWS_MAX = 5_000;

/** Points at the start that are for learning: nothing is scored there. */
export function probationOf(points: number): number {
  return Math.floor(PROBATION_SHARE * Math.min(points, PROBATION_ROWS_MAX));
}

/**
 * The score of Lavin and Ahmad (Evaluating Real-Time Anomaly Detection Algorithms: the Numenta Anomaly Benchmark, 2015),
 * standard profile. The earliest alarm in a window earns a sigmoid of its place, near one at the left edge and zero at
 * the right; further alarms in it change nothing. An alarm outside costs a sigmoid of its distance behind the window
 * before it, in window lengths, times 0.11. A missed window costs one.
 *
 * @param alarms indices of points, ascending
 * @param windows in order, not overlapping; those that end within the probation are left out
 */
export function scoreAlarms(
  points: number,
  alarms: readonly number[],
  windows: readonly Window[],
): AlarmScore {
  const probation = probationOf(points);
  const scored = windows.filter(({ last }) => last >= probation);
  const earned = new Map<Window, number>();
  let raw = 0;
  let counted = 0;
  let trueAlarms = 0;
  for (const alarm of alarms) {
    if (alarm < probation) continue;
    counted += 1;
    const inside = scored.find(({ first, last }) => first <= alarm && alarm <= last);
    if (inside === undefined) {
      raw += FALSE_ALARM_WEIGHT * costBehind(alarm, windows);
      continue;
    }
    trueAlarms += 1;
    if (!earned.has(inside)) earned.set(inside, earnedAt(alarm, inside));
  }
  for (const window of scored) raw += earned.get(window) ?? -1;
  return {
    raw,
    silent: -scored.length,
    perfect: scored.length,
    windows: scored.length,
    found: earned.size,
    alarms: counted,
    trueAlarms,
  };
}

/** 0 for silence, 100 for the perfect detector; below 0 when alarms cost more than they earned. NaN without windows. */
export function normalisedScore(scores: readonly AlarmScore[]): number {
  const sum = (pick: (score: AlarmScore) => number): number =>
    scores.reduce((total, score) => total + pick(score), 0);
  const silent = sum(({ silent: each }) => each);
  const perfect = sum(({ perfect: each }) => each);
  return perfect === silent ? Number.NaN : (100 * (sum(({ raw }) => raw) - silent)) / (perfect - silent);
}

function earnedAt(alarm: number, { first, last }: Window): number {
  const place = -(last - alarm + 1) / (last - first + 1);
  return sigmoid(place) / sigmoid(-1);
}

function costBehind(alarm: number, windows: readonly Window[]): number {
  const before = windows.filter(({ last }) => last < alarm).at(-1);
  if (before === undefined) return -1;
  const width = Math.max(1, before.last - before.first);
  const place = (alarm - before.last) / width;
  return place >= FAR_BEHIND ? -1 : sigmoid(place);
}

/** From 1 far before the place 0 to -1 far behind it. */
function sigmoid(place: number): number {
  return 2 / (1 + Math.exp(STEEPNESS * place)) - 1;
}
