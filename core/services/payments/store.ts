import type { RowTransactions } from '../../engine/row-batch.ts';
import type { Charge } from './charge.ts';

/**
 * Charges under their charge key. Once a call resolved, rows and the messages they sent are durable together;
 * rejected with StoreUnavailable nobody knows, and the same message is simply handled again (P15).
 */
export type PaymentStore = RowTransactions<Charge>;
