import { ValueRefused } from '../../core/kernel/errors.ts';

/**
 * Arrays of text as Postgres' binary array format. The driver would write them as a literal, escaping every quote of
 * every JSON text in JavaScript for the server to take the escapes out again: a third of a commit's work in Node.
 *
 * Source of the layout: array_recv in src/backend/utils/adt/arrayfuncs.c.
 */
const TEXT_OID = 25;
const HEADER_BYTES = 20;
const LENGTH_BYTES = 4;

/** A parameter for `$n::text[]`. */
export function textArray(values: readonly (string | null)[]): Buffer {
  let bytes = HEADER_BYTES + values.length * LENGTH_BYTES;
  let holdsNull = 0;
  for (const value of values) {
    if (value === null) holdsNull = 1;
    else bytes += Buffer.byteLength(value);
  }
  const array = Buffer.allocUnsafe(values.length === 0 ? 12 : bytes);
  array.writeInt32BE(values.length === 0 ? 0 : 1, 0); // dimensions
  array.writeInt32BE(holdsNull, 4);
  array.writeInt32BE(TEXT_OID, 8);
  if (values.length === 0) return array;
  array.writeInt32BE(values.length, 12);
  array.writeInt32BE(1, 16); // lower bound
  let at = HEADER_BYTES;
  for (const value of values) {
    const length = value === null ? -1 : array.write(value, at + LENGTH_BYTES);
    array.writeInt32BE(length, at);
    at += LENGTH_BYTES + Math.max(length, 0);
  }
  return array;
}

/** A parameter for an array of numbers, booleans or times, as a literal: nothing in it needs escaping. */
export function plainArray(values: readonly (number | boolean | string | null)[]): string {
  return `{${values.map((value) => (value === null ? 'null' : String(value))).join(',')}}`;
}

/**
 * The element type in which a column travels: JSON goes as text and is cast where it is read, since the driver would take
 * an array of arrays for one of more dimensions.
 */
export function sentAs(type: string): string {
  return type === 'jsonb' ? 'text' : type;
}

/** A parameter for `$n::type[]` of the values a row brings; what has no short way is left to the driver. */
export function arrayParameter(type: string, values: readonly unknown[]): unknown {
  if (type === 'text') return textArray(values.map(asText));
  return values.every(isPlain) || (isTime(type) && values.every(isTimeText)) ? plainArray(values) : values;
}

function isTime(type: string): boolean {
  return type === 'timestamptz' || type === 'date';
}

function isTimeText(value: unknown): value is string | null {
  return value === null || (typeof value === 'string' && /^[\dTZ:.+-]+$/.test(value));
}

function isPlain(value: unknown): value is number | boolean | null {
  return value === null || typeof value === 'number' || typeof value === 'boolean';
}

function asText(value: unknown): string | null {
  if (value === null || value === undefined) return null;
  if (typeof value === 'string') return value;
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  throw new ValueRefused(`a text column takes no ${typeof value}`);
}
