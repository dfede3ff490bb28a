/** A category of the demo shop and what it holds. */
export interface Shelf {
  readonly id: string;
  readonly name: string;
  /** Start of its SKUs. */
  readonly code: string;
  /** First words of a description, before the product's own. */
  readonly openings: readonly string[];
  /** Sentences of which a description takes two. */
  readonly facts: readonly string[];
  /** Name and price in dollars. */
  readonly items: readonly (readonly [name: string, dollars: number])[];
}
