import { assert } from '../../kernel/assert.ts';

/**
 * The counters of one SKU, and the only arithmetic on them.
 *
 * I1. 0 ≤ reserved ≤ onHand in every warehouse, after every change.
 */
export interface Level {
  readonly id: string;
  /** Units in the warehouse that are not sold: free and held. */
  readonly onHand: number;
  /** Units held by orders that are not paid yet. */
  readonly reserved: number;
}

export interface Allocation {
  readonly warehouseId: string;
  readonly quantity: number;
}

export interface Movement {
  readonly warehouseId: string;
  readonly onHand: number;
  readonly reserved: number;
}

export function availableUnits(levels: readonly Level[]): number {
  return levels.reduce((sum, level) => sum + level.onHand - level.reserved, 0);
}

/**
 * Which warehouses give the units: the one with the most available first, so that one parcel is the rule; ties by
 * id. Undefined when there are not enough in all of them together.
 */
export function allocate(levels: readonly Level[], quantity: number): readonly Allocation[] | undefined {
  const fullestFirst = [...levels].sort(
    (a, b) => b.onHand - b.reserved - (a.onHand - a.reserved) || (a.id < b.id ? -1 : 1),
  );
  const allocations: Allocation[] = [];
  let missing = quantity;
  for (const level of fullestFirst) {
    const take = Math.min(missing, level.onHand - level.reserved);
    if (take <= 0) break;
    allocations.push({ warehouseId: level.id, quantity: take });
    missing -= take;
  }
  return missing === 0 ? allocations : undefined;
}

/** What moves when units are held, sold, and so on: `sign` per unit for each counter. */
export function movements(
  allocations: readonly Allocation[],
  perUnit: { readonly onHand: -1 | 0 | 1; readonly reserved: -1 | 0 | 1 },
): readonly Movement[] {
  return allocations.map(({ warehouseId, quantity }) => ({
    warehouseId,
    onHand: perUnit.onHand * quantity,
    reserved: perUnit.reserved * quantity,
  }));
}

export function applyMovements(levels: readonly Level[], moves: readonly Movement[]): readonly Level[] {
  return levels.map((level) => {
    const move = moves.find(({ warehouseId }) => warehouseId === level.id);
    if (move === undefined) return level;
    const next = {
      id: level.id,
      onHand: level.onHand + move.onHand,
      reserved: level.reserved + move.reserved,
    };
    assert(next.reserved >= 0, 'no more units are freed than were held');
    assert(next.onHand >= next.reserved, 'no more units are held or sold than are there');
    return next;
  });
}
