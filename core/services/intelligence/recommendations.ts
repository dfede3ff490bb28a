import type { Random } from '../../kernel/clock.ts';
import type { PersonalHistory } from '../../models/recommend/basket-log.ts';
import { openRecommender } from '../../models/recommend/recommender.ts';
import type { Purchase, SalesHistory } from './rows.ts';
import type { Served } from './served-models.ts';
import type { Shelf } from './shelf.ts';
import { type Guard, withinTime } from './time-limit.ts';
import type { BoughtWith, RecommendationsContent } from './trainers/recommendations.ts';

/** Why a product is recommended. */
export type Because =
  | {
      readonly kind: 'bought_together';
      readonly orders: number;
      readonly lift: number;
      readonly logLikelihoodRatio: number;
    }
  | { readonly kind: 'alike' }
  | { readonly kind: 'bought_before' }
  | { readonly kind: 'goes_with'; readonly productId: string }
  | { readonly kind: 'shoppers_like_you' }
  | { readonly kind: 'popular' };

export interface Recommendation {
  readonly productId: string;
  readonly because: Because;
  /** Not the ranking's own choice: drawn, to measure what the ranking is worth. */
  readonly explored: boolean;
}

export interface Recommended {
  readonly items: readonly Recommendation[];
  /** SKUs of the items, so that their stock can be asked for before they are looked up. */
  readonly skus: readonly string[];
  /** Number of the version that ranked; null: none did. */
  readonly version: number | null;
  /** True while no model serves: what is told then is what is alike, or popular. */
  readonly degraded: boolean;
}

/** A trained model ready to answer. */
export interface OpenRecommendations {
  togetherWith(productId: string): readonly BoughtWith[];
  /** Products for somebody with these purchases (oldest first), best first; none where the model knows none of them. */
  next(purchases: readonly Purchase[], userId: string, nowMs: number, k: number): readonly Recommendation[];
}

/** Own purchases that count; older ones change no ranking. */
export const OWN_PURCHASES_MAX = 60;
/** How long a purchase may take to be seen in what is recommended. */
const REMEMBERED_MS = 15_000;
const REMEMBERED_USERS_MAX = 5_000;
const HISTORY_MS_MAX = 250;
/** Share of the slots that show something further down: what it costs is known, and what the ranking gains as well. */
const EXPLORED_SHARE = 0.05;
/** So many times more are ranked than are shown: those further down are what is drawn from. */
const LOOKED_AT = 3;

export function openRecommendations({ model, users, together }: RecommendationsContent): OpenRecommendations {
  const recommender = openRecommender(model);
  const itemAt = new Map(model.items.map((id, index) => [id, index]));
  const userAt = new Map(users.map((id, index) => [id, index]));
  return {
    togetherWith: (productId) => (Object.hasOwn(together, productId) ? (together[productId] ?? []) : []),
    next(purchases, userId, nowMs, k) {
      const history = historyOf(purchases, itemAt);
      if (history.baskets.length === 0) return [];
      const bought = new Set(purchases.flatMap(({ productIds }) => productIds));
      const last = purchases.slice(-3).flatMap(({ productIds }) => productIds);
      return recommender.recommend(history, nowMs, k, userAt.get(userId)).map((item) => {
        const productId = model.items[item] ?? '';
        const partner = last.find(
          (id) => together[id]?.some((pair) => pair.productId === productId) === true,
        );
        const because: Because = bought.has(productId)
          ? { kind: 'bought_before' }
          : partner === undefined
            ? { kind: 'shoppers_like_you' }
            : { kind: 'goes_with', productId: partner };
        return { productId, because, explored: false };
      });
    },
  };
}

function historyOf(purchases: readonly Purchase[], itemAt: ReadonlyMap<string, number>): PersonalHistory {
  const known = purchases
    .map(({ productIds, atMs }) => ({ items: productIds.flatMap((id) => itemAt.get(id) ?? []), atMs }))
    .filter(({ items }) => items.length > 0);
  return { baskets: known.map(({ items }) => items), times: known.map(({ atMs }) => atMs) };
}

/**
 * Recommendations from memory. Only who somebody is has to be looked up, within a time limit and behind a breaker; without
 * it, and without a model, there is what is popular and what is alike.
 */
export class Recommendations {
  readonly #model: () => Served<OpenRecommendations> | undefined;
  readonly #shelf: () => Shelf;
  readonly #sales: Pick<SalesHistory, 'purchasesOf'>;
  readonly #guard: Guard;
  readonly #now: () => number;
  readonly #random: Random;
  readonly #ranked = new Map<string, { atMs: number; version: number; items: readonly Recommendation[] }>();

  constructor(deps: {
    readonly model: () => Served<OpenRecommendations> | undefined;
    readonly shelf: () => Shelf;
    readonly sales: Pick<SalesHistory, 'purchasesOf'>;
    readonly guard: Guard;
    readonly now: () => number;
    readonly random: Random;
  }) {
    this.#model = deps.model;
    this.#shelf = deps.shelf;
    this.#sales = deps.sales;
    this.#guard = deps.guard;
    this.#now = deps.now;
    this.#random = deps.random;
  }

  /** What goes with a product: what was significantly often bought with it, then what is alike. */
  together(productId: string, most: number): Recommended {
    const model = this.#model();
    const shelf = this.#shelf();
    const pairs = (model?.opened.togetherWith(productId) ?? []).map(
      ({ productId: other, orders, lift, logLikelihoodRatio }): Recommendation => ({
        productId: other,
        because: { kind: 'bought_together', orders, lift, logLikelihoodRatio },
        explored: false,
      }),
    );
    const alike = shelf.alike(productId, 2 * most).map((id): Recommendation => ({
      productId: id,
      because: { kind: 'alike' },
      explored: false,
    }));
    return this.#answer([...pairs, ...alike], most, model?.version);
  }

  /** For a signed-in shopper by their purchases; for guests and who has bought nothing yet what is popular. */
  async personalized(userId: string | undefined, most: number): Promise<Recommended> {
    const model = this.#model();
    if (model === undefined || userId === undefined) {
      return this.#answer(this.#popular(LOOKED_AT * most), most, model?.version);
    }
    try {
      const own = await this.#rankedFor(model, userId, LOOKED_AT * most);
      const popular = this.#popular(LOOKED_AT * most + own.length);
      return this.#answer([...own, ...popular], most, model.version);
    } catch {
      return { ...this.#answer(this.#popular(LOOKED_AT * most), most, undefined), degraded: true };
    }
  }

  #popular(most: number): readonly Recommendation[] {
    return this.#shelf()
      .popular(most)
      .map((productId) => ({ productId, because: { kind: 'popular' }, explored: false }));
  }

  async #rankedFor(
    { opened, version }: Served<OpenRecommendations>,
    userId: string,
    k: number,
  ): Promise<readonly Recommendation[]> {
    const nowMs = this.#now();
    const known = this.#ranked.get(userId);
    if (known?.version === version && nowMs - known.atMs < REMEMBERED_MS) return known.items;
    const purchases = await this.#guard(() =>
      withinTime(this.#sales.purchasesOf(userId, OWN_PURCHASES_MAX), HISTORY_MS_MAX),
    );
    const items = opened.next(purchases, userId, nowMs, k);
    // Those asked for longest ago go first: a map keeps the order in which keys came.
    this.#ranked.delete(userId);
    if (this.#ranked.size >= REMEMBERED_USERS_MAX) {
      const [oldest] = this.#ranked.keys();
      if (oldest !== undefined) this.#ranked.delete(oldest);
    }
    this.#ranked.set(userId, { atMs: nowMs, version, items });
    return items;
  }

  #answer(candidates: readonly Recommendation[], most: number, version: number | undefined): Recommended {
    const shelf = this.#shelf();
    const seen = new Set<string>();
    const wanted = candidates.filter(({ productId }) => {
      const fresh = shelf.has(productId) && !seen.has(productId);
      seen.add(productId);
      return fresh;
    });
    const items = version === undefined ? wanted.slice(0, most) : this.#explored(wanted, most);
    const skus = items.flatMap(({ productId }) => shelf.skuOf(productId) ?? []);
    return { items, skus, version: version ?? null, degraded: version === undefined };
  }

  /** A few slots show one of the next best instead. */
  #explored(wanted: readonly Recommendation[], most: number): readonly Recommendation[] {
    const further = wanted.slice(most, LOOKED_AT * most);
    return wanted.slice(0, most).map((item) => {
      if (further.length === 0 || this.#random() >= EXPLORED_SHARE) return item;
      const [drawn] = further.splice(Math.floor(this.#random() * further.length), 1);
      return drawn === undefined ? item : { ...drawn, explored: true };
    });
  }
}
