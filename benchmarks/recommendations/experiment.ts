import { silentLogger } from '../../core/kernel/logger.ts';
import { streamOf } from '../../core/kernel/seeded-random.ts';
import { ExposureLog, type ExposureOutcome } from '../../core/services/intelligence/exposures.ts';
import {
  openRecommendations,
  type OpenRecommendations,
  Recommendations,
  type Recommended,
} from '../../core/services/intelligence/recommendations.ts';
import type { Served } from '../../core/services/intelligence/served-models.ts';
import { Shelf } from '../../core/services/intelligence/shelf.ts';
import {
  type RecommendationsContent,
  recommendationsTrainer,
} from '../../core/services/intelligence/trainers/recommendations.ts';
import { meanOf } from './lift.ts';
import { type Market, marketOf } from './market.ts';
import { ExposureMemory, SalesMemory } from './shop-memory.ts';
import { type Behaviour, Shopper, type Suggestions } from './shopper.ts';

/** What a shopper is shown. */
export const ARMS = ['none', 'popular', 'ours'] as const;
export type Arm = (typeof ARMS)[number];

export interface ExperimentRules {
  readonly shoppers: number;
  readonly seed: number;
  readonly behaviour: Behaviour;
  /** Days before the experiment, when nobody is shown anything: what the model learns from. */
  readonly historyDays: number;
  readonly days: number;
}

export interface ExperimentResult {
  /** Cents that each shopper of an arm ordered for in the days of the experiment. */
  readonly cents: Readonly<Record<Arm, readonly number[]>>;
  /** The same less what the days before let expect of each shopper (CUPED); the mean over all arms stays. */
  readonly adjusted: Readonly<Record<Arm, readonly number[]>>;
  /** Of what was shown in the last four weeks, what was ordered within a week. */
  readonly outcomes: Readonly<Record<Exclude<Arm, 'none'>, readonly ExposureOutcome[]>>;
  readonly orders: number;
  /** Orders that the model learned from. */
  readonly learnedFrom: number;
}

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2025, 0, 1);
const HOME_SLOTS = 8;
const BESIDE_SLOTS = 4;
/** As the route asks for: twice what is shown, since what is sold out is left out. */
const SPARE = 2;
const SHELF_DAYS = 7;
const POPULAR_DAYS = 28;
const POPULAR_ORDERS = 2_000;

/**
 * An experiment as a shop would run it: every shopper is drawn into an arm and stays there; what each ordered for is counted. The
 * recommendations are those that the platform serves, by a model that it trained on the days before; what was shown is logged and read back
 * as it is there.
 */
export async function runExperiment(rules: ExperimentRules): Promise<ExperimentResult> {
  const { seed, behaviour, historyDays, days } = rules;
  const market = marketOf(seed);
  const shoppers = Array.from(
    { length: rules.shoppers },
    (_, index) => new Shopper(`shopper-${String(index).padStart(5, '0')}`, market, seed, behaviour),
  );
  const shop = new ShownShop(market, seed);
  const before = new Map<string, number>();
  for (let day = 0; day < historyDays; day += 1) {
    for (const shopper of shoppers) {
      if (!shopper.visits(day)) continue;
      before.set(shopper.id, (before.get(shopper.id) ?? 0) + shop.order(day, shopper, [], () => []));
    }
  }
  const learnedFrom = shop.train(historyDays);
  const draw = streamOf(seed, 'lift/arms');
  const armOf = new Map(shoppers.map(({ id }) => [id, ARMS[Math.floor(draw() * ARMS.length)] ?? 'none']));
  const spent = new Map<string, number>();
  for (let day = historyDays; day < historyDays + days; day += 1) {
    shop.open(day);
    for (const shopper of shoppers) {
      if (!shopper.visits(day)) continue;
      const cents = await shop.visit(day, shopper, armOf.get(shopper.id) ?? 'none');
      spent.set(shopper.id, (spent.get(shopper.id) ?? 0) + cents);
    }
    await shop.close();
  }
  const centsOf = shoppers.map(({ id }) => spent.get(id) ?? 0);
  const adjusted = withoutCovariate(
    centsOf,
    shoppers.map(({ id }) => before.get(id) ?? 0),
  );
  const byArm = (values: readonly number[]): Record<Arm, readonly number[]> => {
    const of = (arm: Arm) => values.filter((_, index) => armOf.get(shoppers[index]?.id ?? '') === arm);
    return { none: of('none'), popular: of('popular'), ours: of('ours') };
  };
  return {
    cents: byArm(centsOf),
    adjusted: byArm(adjusted),
    outcomes: await shop.outcomes(),
    orders: shop.sales.all.length,
    learnedFrom,
  };
}

/**
 * What a figure known before the experiment explains of another, taken away (CUPED, Deng, Xu, Kohavi and Walker 2013): the same
 * differences between arms, with less chance in them.
 */
function withoutCovariate(values: readonly number[], covariate: readonly number[]): readonly number[] {
  const [mean, usual] = [meanOf(values), meanOf(covariate)];
  let [together, own] = [0, 0];
  for (const [index, value] of values.entries()) {
    const away = (covariate[index] ?? 0) - usual;
    together += away * (value - mean);
    own += away * away;
  }
  const slope = own > 0 ? together / own : 0;
  return values.map((value, index) => value - slope * ((covariate[index] ?? 0) - usual));
}

/** Owns: the shop's orders, its shelf and model, and what each arm is shown. */
class ShownShop {
  readonly sales = new SalesMemory();
  readonly #market: Market;
  readonly #seed: number;
  readonly #numberOf: ReadonlyMap<string, number>;
  readonly #arms: Readonly<Record<Exclude<Arm, 'none'>, Recommendations>>;
  readonly #logs: Readonly<Record<Exclude<Arm, 'none'>, ExposureLog>>;
  readonly #shelf = new Shelf();
  #model: Served<OpenRecommendations> | undefined;
  #shelfDay = Number.NEGATIVE_INFINITY;
  #nowMs = START_MS;

  constructor(market: Market, seed: number) {
    this.#market = market;
    this.#seed = seed;
    this.#numberOf = new Map(market.products.map(({ id }, index) => [id, index]));
    for (const product of market.products) this.#shelf.put(product);
    const now = () => this.#nowMs;
    const serving = (model: () => Served<OpenRecommendations> | undefined, concern: string) =>
      new Recommendations({
        model,
        shelf: () => this.#shelf,
        sales: this.sales,
        guard: (call) => call(),
        now,
        random: streamOf(seed, `lift/explored/${concern}`),
      });
    this.#arms = {
      // Without a model everybody is shown what is popular.
      popular: serving(() => undefined, 'popular'),
      ours: serving(() => this.#model, 'ours'),
    };
    const log = () =>
      new ExposureLog({ store: new ExposureMemory(), sales: this.sales, now, logger: silentLogger });
    this.#logs = { popular: log(), ours: log() };
  }

  /** Learns from all orders so far; tells how many. */
  train(day: number): number {
    const nowMs = START_MS + day * DAY_MS;
    const { content, rows, grades } = recommendationsTrainer.train(this.sales.all, {
      live: undefined,
      nowMs,
      seed: this.#seed,
    });
    this.#model = {
      version: 1,
      trainedAt: new Date(nowMs).toISOString(),
      grades,
      opened: openRecommendations(content as RecommendationsContent),
    };
    return rows;
  }

  /** What sold of late is looked up once a week. */
  open(day: number): void {
    if (day < this.#shelfDay + SHELF_DAYS) return;
    this.#shelfDay = day;
    const since = START_MS + (day - POPULAR_DAYS) * DAY_MS;
    const late = this.sales.all.slice(-POPULAR_ORDERS).filter(({ atMs }) => atMs >= since);
    this.#shelf.setSold(late.flatMap(({ productIds }) => productIds));
  }

  /** A visit of the experiment; what was ordered for, in cents. */
  async visit(day: number, shopper: Shopper, arm: Arm): Promise<number> {
    if (arm === 'none') return this.order(day, shopper, [], () => []);
    this.#nowMs = timeOf(day, shopper);
    const home = await this.#arms[arm].personalized(shopper.id, SPARE * HOME_SLOTS);
    return this.order(day, shopper, this.#show(arm, shopper, home, 'home', HOME_SLOTS), (product) => {
      const id = this.#market.products[product]?.id ?? '';
      const beside =
        arm === 'ours'
          ? this.#arms.ours.together(id, SPARE * BESIDE_SLOTS)
          : popularBeside(this.#shelf, id, SPARE * BESIDE_SLOTS);
      return this.#show(arm, shopper, beside, 'product', BESIDE_SLOTS);
    });
  }

  order(day: number, shopper: Shopper, home: Suggestions, beside: (product: number) => Suggestions): number {
    const bought = shopper.shop(day, home, beside);
    if (bought.length === 0) return 0;
    const products = bought.flatMap(({ product }) => this.#market.products[product] ?? []);
    this.sales.add({
      orderId: `${shopper.id}-${String(day)}`,
      userId: shopper.id,
      atMs: timeOf(day, shopper) + 1,
      productIds: products.map(({ id }) => id),
    });
    return products.reduce((sum, { cents }) => sum + cents, 0);
  }

  async close(): Promise<void> {
    await Promise.all(Object.values(this.#logs).map((log) => log.close()));
  }

  async outcomes(): Promise<ExperimentResult['outcomes']> {
    return { popular: await this.#logs.popular.outcomes(), ours: await this.#logs.ours.outcomes() };
  }

  #show(
    arm: Exclude<Arm, 'none'>,
    { id }: Shopper,
    recommended: Recommended,
    surface: 'home' | 'product',
    most: number,
  ): Suggestions {
    const items = recommended.items.slice(0, most);
    this.#logs[arm].shown(id, surface, { ...recommended, items });
    return items.flatMap(({ productId }) => this.#numberOf.get(productId) ?? []);
  }
}

/** Shoppers come at times of their own, so that no two orders are of the same moment. */
function timeOf(day: number, { id }: Shopper): number {
  return START_MS + day * DAY_MS + Number(id.slice(-5)) * 800;
}

function popularBeside(shelf: Shelf, productId: string, most: number): Recommended {
  const items = shelf
    .popular(most + 1)
    .filter((id) => id !== productId)
    .slice(0, most)
    .map((id) => ({ productId: id, because: { kind: 'popular' as const }, explored: false }));
  return { items, skus: [], version: null, degraded: true };
}
