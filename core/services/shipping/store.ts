import type { RowDecision, RowTransactions } from '../../engine/row-batch.ts';
import type { Shipment } from './shipment.ts';

/** Shipments under their shipment key. Once a call resolved, rows and the messages they sent are durable together. */
export interface ShippingStore extends RowTransactions<Shipment> {
  /**
   * Locks shipments whose next step is due at `nowMs`, earliest first and at most `limit`, leaving out those that
   * another transaction holds; asks `decide` and commits what it says in one transaction.
   */
  transactDue<Result>(
    nowMs: number,
    limit: number,
    decide: (due: readonly Shipment[]) => RowDecision<Shipment, Result>,
  ): Promise<Result>;
}
