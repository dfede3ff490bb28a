import type { Json } from '../../../core/engine/behaviour.ts';
import type { SqlType } from '../../../core/engine/ports.ts';
import { ValueRefused } from '../../../core/kernel/errors.ts';

/**
 * Owns: which values a store takes and as what it keeps them, as Postgres does (P8): what is refused there must be
 * refused here, or a simulated run goes on where the real platform puts a message aside.
 *
 * I1. A value that is JSON already is kept by reference, never copied: what was committed is never changed afterwards.
 */

const INTEGER_END = 2 ** 31;
const BIGINT_END = 2 ** 63;
/** `2026-01-02T03:04:05.678Z`, as `Date.toISOString` writes it; far cheaper to test than to parse. */
const ISO_TIME =
  /^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d\.\d{3}Z$/;
/** Postgres' two: json keeps the text as it came, jsonb takes it apart. */
export type JsonType = 'json' | 'jsonb';

const DAY = /^\d{4}-\d{2}-\d{2}$/;

/** Text as a text column takes it: anything without NUL. */
export function refuseNul(text: string, what: string): void {
  if (text.includes('\0')) throw new ValueRefused(`${what} holds a NUL character`);
}

export function refuseNoBigint(value: number | null, what: string): void {
  if (value !== null) requireWhole(value, BIGINT_END, what);
}

export function refuseNoInteger(value: number, what: string): void {
  requireWhole(value, INTEGER_END, what);
}

/** A UTC date, such as an inbox's day. */
export function refuseNoDay(day: string): void {
  if (!DAY.test(day)) throw new ValueRefused(`${day} is no date`);
}

/** A value of a row as its column keeps it; times as ISO 8601 text. */
export function columnValue(value: unknown, type: SqlType, column: string): unknown {
  if (value === undefined || value === null) return null;
  switch (type) {
    case 'text':
      return textOf(value, column);
    case 'integer':
      return numberOf(value, INTEGER_END, column);
    case 'bigint':
      return numberOf(value, BIGINT_END, column);
    case 'double precision':
      return numberOf(value, null, column);
    case 'boolean':
      if (typeof value === 'boolean') return value;
      break;
    case 'jsonb':
      return jsonOf(value, column) ?? null;
    case 'timestamptz':
      return timeOf(value, column);
  }
  throw refusal(value, type, column);
}

/**
 * The value as JSON text would bring it back: without what JSON leaves out, and the same object where there is no
 * such thing in it. Refuses text that jsonb can't hold, which json can; undefined where there is no JSON at all.
 */
export function jsonOf(value: unknown, what: string, as: JsonType = 'jsonb'): Json | undefined {
  switch (typeof value) {
    case 'string':
      refuseText(value, what, as);
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'boolean':
      return value;
    case 'object':
      if (value === null) return null;
      if (Array.isArray(value)) return jsonArray(value, what, as);
      if ('toJSON' in value && typeof value.toJSON === 'function') {
        return jsonOf((value as { toJSON(): unknown }).toJSON(), what, as);
      }
      return jsonObject(value as Readonly<Record<string, unknown>>, what, as);
    case 'bigint':
      throw new TypeError(`${what}: JSON has no bigint`);
    default:
      return undefined;
  }
}

function jsonArray(items: readonly unknown[], what: string, as: JsonType): Json {
  let copy: Json[] | undefined;
  for (let index = 0; index < items.length; index += 1) {
    const item = items[index];
    const kept = jsonOf(item, what, as) ?? null;
    if (copy === undefined && kept !== item) copy = items.slice(0, index) as Json[];
    copy?.push(kept);
  }
  return copy ?? (items as readonly Json[]);
}

function jsonObject(object: Readonly<Record<string, unknown>>, what: string, as: JsonType): Json {
  const prototype: unknown = Object.getPrototypeOf(object);
  let differs = prototype !== Object.prototype && prototype !== null;
  const names = Object.keys(object);
  for (const name of names) {
    const value = object[name];
    refuseText(name, what, as);
    if (jsonOf(value, what, as) !== value || value === undefined) differs = true;
  }
  if (!differs) return object as Json;
  const copy: Record<string, Json> = {};
  for (const name of names) {
    const kept = jsonOf(object[name], what, as);
    if (kept !== undefined) copy[name] = kept;
  }
  return copy;
}

function refuseText(text: string, what: string, as: JsonType): void {
  if (as === 'json') return;
  refuseNul(text, what);
  if (!isWellFormed(text)) throw new ValueRefused(`${what} holds half a surrogate pair`);
}

/** Since ES2024; Node 20 has it. */
function isWellFormed(text: string): boolean {
  return (text as string & { isWellFormed(): boolean }).isWellFormed();
}

function textOf(value: unknown, column: string): string {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  if (typeof value !== 'string') throw refusal(value, 'text', column);
  refuseNul(value, column);
  return value;
}

/** `end`: whole numbers below it, and not below its negative; null: any number. */
function numberOf(value: unknown, end: number | null, column: string): number {
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : value;
  if (typeof number !== 'number' || (typeof value === 'string' && Number.isNaN(number))) {
    throw refusal(value, 'number', column);
  }
  if (end !== null) requireWhole(number, end, column);
  return number;
}

function requireWhole(value: number, end: number, what: string): void {
  if (Number.isInteger(value) && value >= -end && value < end) return;
  throw new ValueRefused(`${what}: ${String(value)} is no whole number within its range`);
}

function timeOf(value: unknown, column: string): string {
  if (value instanceof Date) return value.toISOString();
  if (typeof value === 'number') return new Date(value).toISOString();
  if (typeof value !== 'string') throw refusal(value, 'timestamptz', column);
  if (ISO_TIME.test(value)) return value;
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) throw refusal(value, 'timestamptz', column);
  return new Date(ms).toISOString();
}

function refusal(value: unknown, type: string, column: string): ValueRefused {
  const shown = typeof value === 'string' ? value.slice(0, 100) : typeof value;
  return new ValueRefused(`${column}: ${shown} is no ${type}`);
}
