/** The inventory service as others see it. */

export interface WarehouseLevel {
  readonly id: string;
  /** Units in the warehouse that are not sold: free and held. */
  readonly onHand: number;
  /** Units held by orders that are not paid yet. */
  readonly reserved: number;
  /** onHand − reserved. */
  readonly available: number;
}

export interface StockLevel {
  readonly sku: string;
  readonly warehouses: readonly WarehouseLevel[];
}

export interface ReservationView {
  readonly orderId: string;
  readonly sku: string;
  readonly quantity: number;
  readonly status: 'held' | 'committed' | 'released' | 'expired';
  readonly allocations: readonly { readonly warehouseId: string; readonly quantity: number }[];
  readonly expiresAt: string | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface InventoryQueries {
  find(sku: string): Promise<StockLevel | undefined>;
  /** Units available of each SKU as last committed by its stock actor; SKUs without stock rows count 0. */
  available(skus: readonly string[]): Promise<ReadonlyMap<string, number>>;
  /** SKUs with stock rows of which nothing is left, as last committed by their stock actors. */
  soldOut(): Promise<readonly string[]>;
  reservations(orderId: string): Promise<readonly ReservationView[]>;
}

export interface AdjustRequest {
  readonly sku: string;
  readonly warehouseId: string;
  /** Units that are more (or fewer) than was believed. */
  readonly delta: number;
  readonly reason: string;
  readonly requestedBy: string;
  /** The SKU is a product's: stock of it may begin, in any warehouse there is. Default: only what is kept is corrected. */
  readonly opens?: boolean;
}

/** What the stock actor said to a correction or transfer; `code` as the errors of `adjust` and `transfer`. */
export type AdjustOutcome = { readonly adjusted: true } | { readonly adjusted: false; readonly code: string };

export interface InventoryCommands {
  /**
   * Corrects one warehouse's count through the SKU's stock actor; resolves with the levels after it. Rejects with
   * OrreryError `unknown_sku`, `unknown_warehouse`, `below_reserved` (it would go below what is held), or a
   * retryable `timeout` when the actor did not answer in time (the correction may still happen, once).
   */
  adjust(request: AdjustRequest): Promise<StockLevel>;
  /**
   * Corrections by ids of the caller's: the same id again, now or in weeks, moves nothing twice. Resolves with what the
   * actors said within five seconds; what is missing may still happen, and is heard by asking again.
   */
  adjustAll(requests: ReadonlyMap<string, AdjustRequest>): Promise<ReadonlyMap<string, AdjustOutcome>>;
  /**
   * Moves units that nobody holds from one warehouse to another, in one decision of the SKU's stock actor; resolves with
   * the levels after it. Rejects as `adjust` does, and with `same_warehouse` or `not_available`.
   */
  transfer(request: {
    readonly sku: string;
    readonly fromWarehouseId: string;
    readonly toWarehouseId: string;
    readonly quantity: number;
    readonly reason: string;
    readonly requestedBy: string;
  }): Promise<StockLevel>;
}
