import type { ExportRow } from './order-walk.ts';

/*
 * Orders as CSV (RFC 4180): every row ends with CRLF, cells are quoted where they must be, and none of them begins as a
 * formula does. Pure.
 */

const COLUMNS: readonly (readonly [name: string, cell: (row: ExportRow) => string | null])[] = [
  ['order_id', (row) => row.id],
  ['placed_at', (row) => row.createdAt],
  ['changed_at', (row) => row.updatedAt],
  ['status', (row) => row.status],
  ['reason', (row) => row.reason],
  ['customer', (row) => row.customerName],
  ['email', (row) => row.email],
  ['customer_id', (row) => row.userId],
  ['total', (row) => amount(row.totalCents)],
  ['refunded', (row) => amount(row.refundedCents)],
  ['currency', (row) => row.currency],
  ['payment_method', (row) => row.paymentMethod],
  ['payment_status', (row) => row.paymentStatus],
  ['carrier', (row) => row.carrier],
  ['tracking_number', (row) => row.trackingNumber],
  ['city', (row) => row.city],
  ['country', (row) => row.country],
  ['items', (row) => row.items],
];

export const CSV_HEAD = `${COLUMNS.map(([name]) => name).join(',')}\r\n`;

export function csvRows(rows: readonly ExportRow[]): string {
  let text = '';
  for (const row of rows) text += `${COLUMNS.map(([, cell]) => csvCell(cell(row) ?? '')).join(',')}\r\n`;
  return text;
}

/** A spreadsheet takes what begins so for a formula and runs it; an apostrophe in front makes it text. */
const FORMULA = /^[=+\-@\t\r\n]/;
const TO_BE_QUOTED = /[",\r\n\t]|^\s|\s$/;

export function csvCell(text: string): string {
  const safe = FORMULA.test(text) ? `'${text}` : text;
  return TO_BE_QUOTED.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe;
}

/** Integer cents as a decimal number; currencies without minor units are written the same way. */
function amount(cents: number): string {
  return (cents / 100).toFixed(2);
}
