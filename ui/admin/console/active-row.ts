import { createSignal } from 'solid-js';
import type { OrderView } from '../../api/types.ts';
import type { OrderList } from './order-list.ts';

/** The row that keys are about. */
export interface ActiveRow {
  /** Counted from 0; -1: none. */
  readonly row: () => number;
  /** Its order, once that is known. */
  readonly order: () => OrderView | undefined;
  readonly go: (row: number) => void;
  readonly move: (by: number) => void;
  readonly leave: () => void;
  /** How many rows one sees at a time. */
  readonly pageRows: () => number;
  readonly setPageRows: (rows: number) => void;
}

export function createActiveRow(orders: Pick<OrderList, 'rows' | 'at' | 'moved'>): ActiveRow {
  // Counted as rows were at first, so that it stays with its order when rows prove to stand elsewhere.
  const [place, setPlace] = createSignal<number | null>(null);
  let pageRows = 1;
  const row = () => (place() ?? -1 - orders.moved()) + orders.moved();
  const go = (wanted: number) => {
    const last = (orders.rows() ?? 0) - 1;
    if (last >= 0) setPlace(Math.max(0, Math.min(last, wanted)) - orders.moved());
  };
  return {
    row,
    order: () => orders.at(row()),
    go,
    move: (by) => go(row() + by),
    leave: () => setPlace(null),
    pageRows: () => pageRows,
    setPageRows: (rows) => {
      pageRows = Math.max(1, rows);
    },
  };
}
