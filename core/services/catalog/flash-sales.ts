import { OrreryError } from '../../kernel/errors.ts';
import type { FlashSale, FlashSalePlan } from './ports.ts';

/** A sale nobody would want to wait for, and no clock runs this far wrong. */
export const SALE_DAYS_MAX = 31;

/** Throws OrreryError `sale_times` when a sale of these times could not happen at `nowMs`. */
export function requirePossibleTimes({ startsAt, endsAt }: FlashSalePlan, nowMs: number): void {
  const [start, end] = [Date.parse(startsAt), Date.parse(endsAt)];
  if (end <= start) throw new OrreryError('sale_times', 'endsAt: must be later than startsAt');
  if (end <= nowMs) throw new OrreryError('sale_times', 'endsAt: must be in the future');
  if (end - start > SALE_DAYS_MAX * 86_400_000) {
    throw new OrreryError(
      'sale_times',
      `endsAt: must be at most ${String(SALE_DAYS_MAX)} days after startsAt`,
    );
  }
}

/** Of each product the sale that runs, else the next one. */
export function saleByProduct(sales: readonly FlashSale[], nowMs: number): ReadonlyMap<string, FlashSale> {
  const byProduct = new Map<string, FlashSale>();
  const live = sales.filter(({ endsAt }) => Date.parse(endsAt) > nowMs);
  for (const sale of live.toSorted((one, other) => Date.parse(one.startsAt) - Date.parse(other.startsAt))) {
    if (!byProduct.has(sale.productId)) byProduct.set(sale.productId, sale);
  }
  return byProduct;
}
