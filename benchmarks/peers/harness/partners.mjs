// @ts-check
import { randomBytes } from 'node:crypto';

/** What a payment gateway that answers at once would answer. */
export function transactionId() {
  return `txn_${randomBytes(8).toString('hex')}`;
}

/** What a carrier that answers at once would answer. */
export function trackingNumber() {
  return `trk_${randomBytes(8).toString('hex')}`;
}
