import { OrreryError } from '../../core/kernel/errors.ts';

/** Where a page of a list ended: the sort values of its last row, opaque to clients. */
export function encodeKeyset(values: readonly string[]): string {
  return Buffer.from(JSON.stringify(values)).toString('base64url');
}

/** Rejects with `bad_cursor` what this build did not make for this list: other than the patterns, value by value. */
export function decodeKeyset<const Patterns extends readonly RegExp[]>(
  cursor: string,
  patterns: Patterns,
): { readonly [Index in keyof Patterns]: string } {
  const values = jsonOf(cursor);
  const fits =
    Array.isArray(values) &&
    values.length === patterns.length &&
    values.every((value, index) => typeof value === 'string' && patterns[index]?.test(value) === true);
  if (!fits) throw new OrreryError('bad_cursor', 'cursor: this is not a cursor of this list');
  return values as unknown as { readonly [Index in keyof Patterns]: string };
}

/** Texts that every store takes, of a length that ids, names and times have. */
export const KEYSET_TEXT = /^[^\p{Cc}\p{Surrogate}]{1,300}$/u;
export const KEYSET_TIME = /^\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d{1,6})?(Z|[+-]\d\d(:\d\d)?)$/;
export const KEYSET_NUMBER = /^\d{1,15}$/;

function jsonOf(text: string): unknown {
  if (!/^[\w-]{1,2000}$/.test(text)) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
