// @ts-check
import { figureText, medianOf } from '../../../dist/benchmarks/harness/report.js';
import { OURS } from './contestants.mjs';

/**
 * Owns: what the rounds come to. Ours is compared with a peer within each round, for a machine is not the same from one
 * minute to the next; the ratio told is the median of these.
 *
 * @typedef {import('./contestants.mjs').Outcome} Outcome
 * @typedef {ReadonlyMap<string, Outcome>} Round By name; who failed is not in it.
 *
 * @typedef {object} Standing
 * @property {string} name
 * @property {string} version
 * @property {Readonly<Record<string, number>>} config
 * @property {import('../../../benchmarks/harness/bench.ts').Figures} median of each figure, over the rounds
 * @property {number} headline the median orders per second; of a flash sale the median wall time, milliseconds
 * @property {readonly number[]} runs the headline of each round
 * @property {number} ratio how many times as fast ours was; NaN where no round has both
 */

/**
 * @param {readonly Round[]} rounds
 * @param {readonly string[]} names
 * @param {boolean} flash
 * @returns {Standing[]} of those that ended at least one round well
 */
export function standingsOf(rounds, names, flash) {
  const figure = flash ? 'wallMs' : 'ordersPerSecond';
  return names.flatMap((name) => {
    const outcomes = rounds.flatMap((round) => round.get(name) ?? []);
    const [first] = outcomes;
    if (first === undefined) return [];
    const ratios = rounds.map((round) => {
      const [own, other] = [round.get(OURS), round.get(name)].map(
        (outcome) => outcome?.figures[figure] ?? NaN,
      );
      return flash ? other / own : own / other;
    });
    const median = medianOf(outcomes.map(({ figures }) => figures));
    return {
      name,
      version: first.version,
      config: first.config,
      median,
      headline: median[figure] ?? NaN,
      runs: outcomes.map(({ figures }) => figures[figure] ?? NaN),
      ratio: medianOf(ratios.map((ratio) => ({ ratio })))['ratio'] ?? NaN,
    };
  });
}

/**
 * A line for each, fastest first.
 * @param {readonly Standing[]} standings
 * @param {boolean} flash
 */
export function standingsText(standings, flash) {
  const head = ['', flash ? 'wall ms' : 'orders/s', 'lowest', 'highest', 'p50 ms', 'p99 ms', 'ours/peer'];
  const rows = standings.toSorted((one, other) =>
    flash ? one.headline - other.headline : other.headline - one.headline,
  );
  const cells = [
    head,
    ...rows.map(({ name, headline, runs, median, ratio }) => [
      name,
      figureText(headline),
      figureText(Math.min(...runs)),
      figureText(Math.max(...runs)),
      figureText(median['p50Ms'] ?? median['answerP50Ms'], 1),
      figureText(median['p99Ms'] ?? median['answerP99Ms'], 1),
      name === OURS ? '' : `${figureText(ratio, 2)}×`,
    ]),
  ];
  const widths = head.map((_, at) => Math.max(...cells.map((row) => row[at]?.length ?? 0)));
  return cells
    .map((row) =>
      row
        .map((cell, at) => (at === 0 ? cell.padEnd(widths[at] ?? 0) : cell.padStart(widths[at] ?? 0)))
        .join('  '),
    )
    .join('\n');
}
