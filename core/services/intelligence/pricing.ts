import { type PricingReason, suggestPrice } from '../../models/pricing/suggest.ts';
import type { DemandForecasts } from './demand.ts';
import type { Served } from './served-models.ts';
import type { PricingContent } from './trainers/pricing.ts';

/** A price to consider, in cents, and what it rests on. */
export interface SuggestedPrice {
  readonly priceCents: number;
  readonly currentPriceCents: number;
  readonly because: PricingReason | 'no model';
  readonly reason: string;
  /** Change of profit over the horizon, in cents; between the bounds with 80 % probability. */
  readonly expectedGain: number;
  readonly expectedGainLow: number;
  readonly expectedGainHigh: number;
  /** Units over the horizon at the suggested price, and at the present one. */
  readonly expectedUnits: number;
  readonly expectedUnitsNow: number;
  readonly horizonDays: number;
  /** Prices that may be suggested. */
  readonly bounds: { readonly lowestCents: number; readonly highestCents: number };
  /** With its 95 % interval; `own`: told by the product's own prices, else by those of all. Null while none is known. */
  readonly elasticity: {
    readonly value: number;
    readonly low: number;
    readonly high: number;
    readonly own: boolean;
  } | null;
  readonly model: string;
  readonly degraded: boolean;
}

export interface PricedProduct {
  readonly id: string;
  readonly priceCents: number;
  readonly costCents: number;
  readonly available: number;
  /** What a competitor asks for the same, above zero, where somebody says it. */
  readonly competitorCents?: number | undefined;
}

/** Over so many days gains are told, and stock has to last. */
const HORIZON_DAYS = 28;
const WIDTH_95 = 1.96;
/** No sales curve is believed beyond half or double the price. */
const BOUNDS = { lowest: 0.5, highest: 2 } as const;

const REASONS: Readonly<Record<PricingReason | 'no model', string>> = {
  keep: 'No other price is likely to earn more.',
  'raise for margin': 'A higher price earns more on each unit than it loses in units.',
  'lower for volume': 'A lower price sells enough more units to earn more in all.',
  'raise as stock is short': 'More is asked for than there is: a higher price sells the same stock for more.',
  'held by a bound': 'The best price lies beyond the bounds; this is the nearest within them.',
  'held by the competitor': "A higher price would be too far above the competitor's.",
  'never below cost': 'A lower price would be below cost.',
  'no model': 'Nothing is known yet of how sales follow the price.',
};

/** Suggests prices; only an admin sets one. */
export class PriceSuggestions {
  readonly #model: () => Served<PricingContent> | undefined;
  readonly #demand: Pick<DemandForecasts, 'forecast'>;

  constructor(model: () => Served<PricingContent> | undefined, demand: Pick<DemandForecasts, 'forecast'>) {
    this.#model = model;
    this.#demand = demand;
  }

  async suggest({
    id,
    priceCents,
    costCents,
    available,
    competitorCents,
  }: PricedProduct): Promise<SuggestedPrice> {
    const { points } = await this.#demand.forecast(id, HORIZON_DAYS, {
      available,
      leadDays: 1,
      serviceLevel: 0.5,
    });
    const expectedUnitsNow = points.reduce((sum, { mean }) => sum + mean, 0);
    const bounds = {
      lowest: Math.max(costCents, Math.ceil(priceCents * BOUNDS.lowest)),
      highest: Math.max(costCents, Math.floor(priceCents * BOUNDS.highest)),
    };
    const shared = {
      currentPriceCents: priceCents,
      expectedUnitsNow: Math.min(expectedUnitsNow, available),
      horizonDays: HORIZON_DAYS,
      bounds: { lowestCents: bounds.lowest, highestCents: bounds.highest },
    };
    const served = this.#model();
    if (served === undefined || priceCents <= 0) {
      return {
        ...shared,
        priceCents,
        because: 'no model',
        reason: REASONS['no model'],
        expectedGain: 0,
        expectedGainLow: 0,
        expectedGainHigh: 0,
        expectedUnits: shared.expectedUnitsNow,
        elasticity: null,
        model: 'none',
        degraded: true,
      };
    }
    const { products, pooled, method } = served.opened;
    const known = Object.hasOwn(products, id) ? products[id] : undefined;
    const { value, error, own } = known ?? { ...pooled, own: false };
    const { price, gain, gainLow, gainHigh, expectedUnits, reason } = suggestPrice({
      price: priceCents,
      cost: costCents,
      elasticity: { value, error },
      expectedUnits: expectedUnitsNow,
      stock: available,
      bounds,
      ...(competitorCents === undefined ? {} : { competitorPrice: competitorCents }),
    });
    return {
      ...shared,
      priceCents: price,
      because: reason,
      reason: REASONS[reason],
      expectedGain: Math.round(gain),
      expectedGainLow: Math.round(gainLow),
      expectedGainHigh: Math.round(gainHigh),
      expectedUnits,
      elasticity: { value, low: value - WIDTH_95 * error, high: value + WIDTH_95 * error, own },
      model: `${method}, version ${String(served.version)}`,
      degraded: false,
    };
  }
}
