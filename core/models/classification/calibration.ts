/** Turns log-odds that rank well into probabilities: the logistic function of slope × score + intercept. */
export interface Calibration {
  readonly slope: number;
  readonly intercept: number;
}

const ROUNDS_MAX = 100;
const SLOPE_MIN = 1e-3;
const PRECISION = 1e-10;

/**
 * Platt's scaling (Platt 1999, with his prior for small classes) by Newton's method, on scores of rows that the model
 * has not seen. It never turns the order of scores round, nor ties any.
 */
export function calibrate(scores: Float64Array, positive: Uint8Array): Calibration {
  const positives = positive.reduce((sum, one) => sum + one, 0);
  const negatives = positive.length - positives;
  const high = (positives + 1) / (positives + 2);
  const low = 1 / (negatives + 2);
  let slope = 1;
  let intercept = 0;
  for (let round = 0; round < ROUNDS_MAX; round += 1) {
    let [g, h, gg, gh, hh] = [0, 0, 1e-9, 0, 1e-9];
    for (let row = 0; row < scores.length; row += 1) {
      const score = scores[row] ?? 0;
      const share = 1 / (1 + Math.exp(-(slope * score + intercept)));
      const error = share - (positive[row] === 1 ? high : low);
      const curvature = share * (1 - share);
      g += error * score;
      h += error;
      gg += curvature * score * score;
      gh += curvature * score;
      hh += curvature;
    }
    const determinant = gg * hh - gh * gh;
    if (!(determinant > 0)) break;
    let slopeStep = (hh * g - gh * h) / determinant;
    let interceptStep = (gg * h - gh * g) / determinant;
    // Scores that say nothing, or the opposite, push the slope below its least: then the intercept is fitted by itself.
    if (slope <= SLOPE_MIN && slopeStep >= 0) {
      slopeStep = 0;
      interceptStep = h / hh;
    }
    // A long first step can overshoot to where everything is certain and nothing can be learned.
    const damping = Math.min(1, 2 / Math.max(Math.abs(slopeStep), Math.abs(interceptStep) / 4, 1e-12));
    slope = Math.max(slope - damping * slopeStep, SLOPE_MIN);
    intercept -= damping * interceptStep;
    if (Math.abs(slopeStep) + Math.abs(interceptStep) < PRECISION) break;
  }
  return { slope, intercept };
}

export function calibrated({ slope, intercept }: Calibration, score: number): number {
  return 1 / (1 + Math.exp(-(slope * score + intercept)));
}

/** A bin of rows of about the same probability. */
export interface CalibrationBin {
  readonly rows: number;
  readonly predicted: number;
  readonly observed: number;
}

/** Predicted against observed shares in bins that hold the same number of rows, the least probable first. */
export function calibrationBins(
  probabilities: Float64Array,
  positive: Uint8Array,
  count = 10,
): readonly CalibrationBin[] {
  const order = Uint32Array.from(probabilities, (_, row) => row).sort(
    (one, other) => (probabilities[one] ?? 0) - (probabilities[other] ?? 0),
  );
  return Array.from({ length: Math.min(count, order.length) }, (_, bin) => {
    const rows = order.subarray(
      Math.floor((bin * order.length) / count),
      Math.floor(((bin + 1) * order.length) / count),
    );
    const sum = (of: ArrayLike<number>) => rows.reduce((total, row) => total + (of[row] ?? 0), 0);
    return {
      rows: rows.length,
      predicted: sum(probabilities) / rows.length,
      observed: sum(positive) / rows.length,
    };
  });
}
