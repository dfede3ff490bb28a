/** A product as the search needs it. Money in integer cents, times in milliseconds since the epoch. */
export interface SearchedProduct {
  readonly id: string;
  readonly sku: string;
  readonly name: string;
  readonly description: string;
  readonly category: string;
  readonly priceCents: number;
  readonly createdAtMs: number;
}
