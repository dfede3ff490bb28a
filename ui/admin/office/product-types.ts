/** Products as those who keep the shop see them. */
import type { KeptProduct as CoreProduct } from '../../../core/services/catalog/keeping.ts';

export type { PriceChange } from '../../../core/services/catalog/keeping.ts';

export interface KeptProduct extends CoreProduct {
  /** Null: it was never stocked. */
  readonly available: number | null;
}
