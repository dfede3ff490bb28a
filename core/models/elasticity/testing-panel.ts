import { streamOf } from '../../kernel/seeded-random.ts';

export interface Truth {
  readonly series: number;
  readonly days: number;
  readonly elasticity: number;
  /** Standard deviation of the series' elasticities. */
  readonly spread: number;
  /** Mean units of a series at its usual price. */
  readonly level: number;
  readonly seed: number;
}

export const PANEL_HEADER = ['series', 'time', 'units', 'price', 'promotion', 'revenue'];

/** Daily Poisson sales that follow the price by a known elasticity, promotions and days that all series share. */
export function panelRows({ series, days, elasticity, spread, level, seed }: Truth): string[][] {
  const random = streamOf(seed, 'panel');
  const normal = (): number => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
  const shared = Array.from({ length: days }, () => 0.3 * normal());
  const rows: string[][] = [];
  for (let product = 0; product < series; product += 1) {
    const own = elasticity + spread * normal();
    const usual = 5 + 20 * random();
    const size = level * Math.exp(0.5 * normal());
    for (let day = 0; day < days; day += 1) {
      const promotion = random() < 0.15 ? 1 : 0;
      const price = usual * Math.exp(0.15 * normal() - 0.1 * promotion);
      const mean = size * Math.exp(own * Math.log(price / usual) + 0.4 * promotion + (shared[day] ?? 0));
      const units = poissonDraw(mean, random);
      const time = new Date(Date.UTC(2024, 0, 1 + day)).toISOString().slice(0, 10);
      rows.push([
        `p${product}`,
        time,
        `${units}`,
        price.toFixed(4),
        `${promotion}`,
        (units * price).toFixed(2),
      ]);
    }
  }
  return rows;
}

/** By counting arrivals of a unit-rate process. */
function poissonDraw(mean: number, random: () => number): number {
  let count = 0;
  for (let time = -Math.log(1 - random()); time < mean; time -= Math.log(1 - random())) count += 1;
  return count;
}
