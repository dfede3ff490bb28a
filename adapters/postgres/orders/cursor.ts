import { z } from 'zod';
import { OrreryError } from '../../../core/kernel/errors.ts';

/**
 * Where a page of orders ended: the sort value of its last row and its id, opaque to clients. The value is a
 * number of cents or a time as Postgres prints it, which keeps its microseconds.
 */
export interface Cursor {
  readonly sort: 'created_at' | 'total';
  readonly value: string;
  readonly id: string;
}

const TIME = /^\d{4,5}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?([+-]\d\d(:\d\d){0,2})?$/;
const CENTS = /^\d{1,15}$/;

const cursorSchema = z.union([
  z.tuple([z.literal('created_at'), z.string().regex(TIME), z.string().min(1).max(100)]),
  z.tuple([z.literal('total'), z.string().regex(CENTS), z.string().min(1).max(100)]),
]);

export function encodeCursor({ sort, value, id }: Cursor): string {
  return Buffer.from(JSON.stringify([sort, value, id])).toString('base64url');
}

/** Rejects with `bad_cursor` what this build did not make, or made for another order of rows. */
export function decodeCursor(text: string, sort: Cursor['sort']): Cursor {
  const parsed = cursorSchema.safeParse(jsonOf(text));
  if (!parsed.success || parsed.data[0] !== sort || Number.isNaN(timeOf(parsed.data))) {
    throw new OrreryError('bad_cursor', 'cursor: this is not a cursor of this list');
  }
  const [, value, id] = parsed.data;
  return { sort, value, id };
}

function timeOf([sort, value]: z.infer<typeof cursorSchema>): number {
  // Postgres prints an offset of whole hours as +00, which Date does not read.
  return sort === 'total' ? 0 : Date.parse(value.replace(' ', 'T').replace(/([+-]\d\d)$/, '$1:00'));
}

function jsonOf(text: string): unknown {
  if (text.length > 500 || !/^[\w-]+$/.test(text)) return undefined;
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString('utf8'));
  } catch {
    return undefined;
  }
}
