import { Detector, type DetectorOptions } from './detector.ts';
import { alarmsOf, bestWindow, movingZScores, USUAL_THRESHOLD } from './moving-z-score.ts';
import { probationOf } from './nab-score.ts';
import { calendarSeasons } from './seasons.ts';

/** A series on a regular grid, gaps as NaN. */
export interface Series {
  readonly name: string;
  /** Milliseconds per point; undefined for steps without a calendar. */
  readonly stepMs: number | undefined;
  readonly values: Float64Array;
}

/** Indices of the points at which each detector spoke. */
export interface Alarms {
  readonly ours: readonly number[];
  readonly usual: readonly number[];
  readonly rested: readonly number[];
  /** Window of the moving z-score, in points. */
  readonly window: number;
}

const HOUR_MS = 3_600_000;
const SHORT_POINTS = { fewest: 6, most: 24, withoutCalendar: 10 };
/** An anomaly is reported once within a fifth of the learning time. */
const REST_SHARE = 0.2;
const REST_POINTS_MIN = 10;
/** A z-score as rare as our alarms, were the values normal: the quantile of 5e-4, both sides. */
const RARE_THRESHOLD = 3.481;
const Z_WINDOWS = [12, 36, 72, 144, 288];

export function detectorOptions({ stepMs, values }: Series): DetectorOptions {
  const learningPoints = probationOf(values.length);
  const hour = stepMs === undefined ? SHORT_POINTS.withoutCalendar : Math.round(HOUR_MS / stepMs);
  return {
    learningPoints,
    seasons: stepMs === undefined ? [] : calendarSeasons(stepMs),
    shortPoints: Math.max(SHORT_POINTS.fewest, Math.min(SHORT_POINTS.most, hour)),
    restPoints: Math.max(REST_POINTS_MIN, Math.round(REST_SHARE * learningPoints)),
  };
}

/** What our detector and the moving z-scores say of a series; neither sees a label. */
export function alarmsFor(series: Series): Alarms {
  const { values } = series;
  const options = detectorOptions(series);
  const detector = new Detector(options);
  const ours: number[] = [];
  for (const [index, value] of values.entries()) if (detector.next(value)?.alarm === true) ours.push(index);
  const windows = [
    ...Z_WINDOWS.filter((window) => window < options.learningPoints / 2),
    Math.max(4, options.learningPoints >> 1),
  ];
  const window = bestWindow(values, options.learningPoints, windows);
  const scores = movingZScores(values, window);
  return {
    ours,
    usual: alarmsOf(scores, USUAL_THRESHOLD, options.learningPoints),
    rested: alarmsOf(scores, RARE_THRESHOLD, options.learningPoints, options.restPoints),
    window,
  };
}
