/** The shipping service as others see it. */
export interface ShipmentView {
  readonly id: string;
  readonly orderId: string;
  readonly status: 'scheduled' | 'dispatched' | 'in_transit' | 'delivered' | 'cancelled' | 'failed';
  readonly trackingNumber: string;
  readonly carrier: string;
  readonly estimatedDeliveryAt: string;
  readonly progress: number;
  /** Way points from the warehouse to the door, in order. */
  readonly route: readonly { readonly name: string; readonly latitude: number; readonly longitude: number }[];
  readonly location: { readonly name: string; readonly latitude: number; readonly longitude: number } | null;
  readonly createdAt: string;
  readonly updatedAt: string;
}

export interface ShippingQueries {
  shipments(orderId: string): Promise<readonly ShipmentView[]>;
}

/** When a parcel ordered now would arrive; both ends ISO 8601 UTC. */
export interface DeliveryEstimate {
  /** As it was asked for. */
  readonly country: string;
  readonly earliestAt: string;
  readonly latestAt: string;
}

export interface DeliveryEstimates {
  /** Any country; one that no carrier knows is far away. */
  estimate(country: string): DeliveryEstimate;
}
