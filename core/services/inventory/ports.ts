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

export interface InventoryCommands {
  /**
   * Corrects one warehouse's count through the SKU's stock actor; resolves with the levels after it. Rejects with
   * OrreryError `unknown_sku`, `unknown_warehouse`, `below_reserved` (it would go below what is held), or a
   * retryable `timeout` when the actor did not answer in time (the correction may still happen, once).
   */
  adjust(request: {
    readonly sku: string;
    readonly warehouseId: string;
    readonly delta: number;
    readonly reason: string;
    readonly requestedBy: string;
  }): Promise<StockLevel>;
}
