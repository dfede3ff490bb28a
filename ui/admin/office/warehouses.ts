/** Where stock may be kept, and what these places are called. */
import { createRemote } from '../../api/remote.ts';
import { inventoryTexts } from '../texts/inventory.ts';
import type { Option } from '../forms/select.tsx';
import type { Warehouse } from './stock-types.ts';

export interface Warehouses {
  readonly all: () => readonly Warehouse[];
  readonly nameOf: (id: string) => string;
  /** For filters: all of them, or one. */
  readonly options: () => readonly Option[];
}

export function createWarehouses(): Warehouses {
  const known = createRemote<{ readonly items: readonly Warehouse[] }>(
    () => '/api/admin/inventory/warehouses',
  );
  const all = () => known.data()?.items ?? [];
  return {
    all,
    nameOf: (id) => all().find((warehouse) => warehouse.id === id)?.name ?? id,
    options: () => [
      { value: '', text: inventoryTexts.everyWarehouse },
      ...all().map(({ id, name }) => ({ value: id, text: name })),
    ],
  };
}
