import type { Random } from '../../kernel/clock.ts';
import { streamOf } from '../../kernel/seeded-random.ts';
import type { BetaGeometric } from './beta-geometric.ts';

/** Gamma-distributed, scale one (Marsaglia and Tsang 2000). */
export function gammaDraw(random: Random, shape: number): number {
  if (shape < 1) return gammaDraw(random, shape + 1) * random() ** (1 / shape);
  const d = shape - 1 / 3;
  const c = 1 / Math.sqrt(9 * d);
  for (;;) {
    const normal = Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
    const v = (1 + c * normal) ** 3;
    if (v > 0 && Math.log(1 - random()) < 0.5 * normal * normal + d - d * v + d * Math.log(v)) return d * v;
  }
}

export interface SimulatedCustomer {
  readonly repeats: number;
  readonly lastAt: number;
  readonly age: number;
  readonly aliveAtEnd: boolean;
  readonly purchasesLater: number;
}

/** Customers who behave exactly as the model says, of ages up to `ageMax`, watched for `later` more. */
export function simulateCustomers(
  model: Pick<BetaGeometric, 'kind' | 'r' | 'alpha' | 'a' | 'b'>,
  count: number,
  { ageMax, later, seed }: { ageMax: number; later: number; seed: number },
): SimulatedCustomer[] {
  const random = streamOf(seed, 'customers');
  return Array.from({ length: count }, () => {
    const rate = gammaDraw(random, model.r) / model.alpha;
    const left = gammaDraw(random, model.a);
    const leaving = left / (left + gammaDraw(random, model.b));
    const age = ageMax * (0.7 + 0.3 * random());
    let alive = model.kind === 'BG/NBD' || random() >= leaving;
    let aliveAtEnd = alive;
    let [time, repeats, lastAt, purchasesLater] = [0, 0, 0, 0];
    while (alive) {
      time -= Math.log(1 - random()) / rate;
      if (time > age + later) break;
      alive = random() >= leaving;
      if (time > age) purchasesLater += 1;
      else {
        repeats += 1;
        lastAt = time;
        aliveAtEnd = alive;
      }
    }
    return { repeats, lastAt, age, aliveAtEnd, purchasesLater };
  });
}
