import { assert } from '../../core/kernel/assert.ts';

/** A schema, table or column name of our own code as SQL; names from outside never get here. */
export function quoteName(name: string): string {
  assert(/^[a-z][a-z0-9_]{0,60}$/.test(name), `"${name}" is a plain lower-case SQL name`);
  return `"${name}"`;
}
