/** Deviations from the mean of the last points at which the usual rule speaks. */
export const USUAL_THRESHOLD = 3;

/** How many deviations each point lies from the mean of the `window` points before it; 0 before half a window is full. */
export function movingZScores(values: Float64Array, window: number): Float64Array {
  const scores = new Float64Array(values.length);
  let [count, sum, squares] = [0, 0, 0];
  const centre = values.find((value) => !Number.isNaN(value)) ?? 0;
  for (const [index, value] of values.entries()) {
    if (count >= window / 2 && !Number.isNaN(value)) {
      const mean = sum / count;
      const deviation = Math.sqrt(Math.max(0, squares / count - mean * mean));
      const distance = Math.abs(value - centre - mean);
      scores[index] = deviation > 1e-12 * Math.abs(mean) ? distance / deviation : distance > 0 ? Infinity : 0;
    }
    const gone = index >= window ? (values[index - window] ?? Number.NaN) : Number.NaN;
    for (const [each, step] of [
      [value, 1],
      [gone, -1],
    ] as const) {
      if (Number.isNaN(each)) continue;
      const shifted = each - centre;
      count += step;
      sum += step * shifted;
      squares += step * shifted * shifted;
    }
  }
  return scores;
}

/** The window whose mean and deviation foretell the learning points best (Gaussian likelihood). */
export function bestWindow(values: Float64Array, learningPoints: number, windows: readonly number[]): number {
  const learning = values.subarray(0, learningPoints);
  let best = { window: windows[0] ?? 1, cost: Number.POSITIVE_INFINITY };
  for (const window of windows) {
    const cost = gaussianCost(learning, window);
    if (cost < best.cost) best = { window, cost };
  }
  return best.window;
}

function gaussianCost(values: Float64Array, window: number): number {
  let cost = 0;
  let count = 0;
  for (let index = window; index < values.length; index += 1) {
    const value = values[index] ?? Number.NaN;
    const before = values.subarray(index - window, index).filter((each) => !Number.isNaN(each));
    if (Number.isNaN(value) || before.length < 2) continue;
    const mean = before.reduce((sum, each) => sum + each, 0) / before.length;
    const variance = before.reduce((sum, each) => sum + (each - mean) ** 2, 0) / before.length;
    if (variance <= 0) continue;
    cost += Math.log(variance) / 2 + (value - mean) ** 2 / variance / 2;
    count += 1;
  }
  return count < values.length / 4 ? Number.POSITIVE_INFINITY : cost / count;
}

/** A run of points beyond the threshold is one alarm, at its first point; with a rest, none follows within it. */
export function alarmsOf(scores: Float64Array, threshold: number, from: number, restPoints = 0): number[] {
  const alarms: number[] = [];
  let beyond = false;
  for (const [index, score] of scores.entries()) {
    const now = score > threshold;
    const rested = index - (alarms.at(-1) ?? Number.NEGATIVE_INFINITY) > restPoints;
    if (index >= from && now && rested && (!beyond || restPoints > 0 || index === from)) alarms.push(index);
    beyond = now;
  }
  return alarms;
}
