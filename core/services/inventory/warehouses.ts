/** A place that stock is shipped from. */
export interface Warehouse {
  readonly id: string;
  readonly name: string;
  readonly latitude: number;
  readonly longitude: number;
}

/** The warehouses of the demo shop, one per continent it ships to most. */
export const DEMO_WAREHOUSES: readonly Warehouse[] = [
  { id: 'ams', name: 'Amsterdam', latitude: 52.37, longitude: 4.9 },
  { id: 'ohio', name: 'Columbus, Ohio', latitude: 39.96, longitude: -83 },
  { id: 'osaka', name: 'Osaka', latitude: 34.69, longitude: 135.5 },
];

/** Whether stock may be kept there. */
export function isWarehouse(id: string): boolean {
  return DEMO_WAREHOUSES.some((warehouse) => warehouse.id === id);
}

export function warehouseName(id: string): string {
  return DEMO_WAREHOUSES.find((warehouse) => warehouse.id === id)?.name ?? id;
}
