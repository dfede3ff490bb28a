/**
 * JSON text that jsonb takes. A letter may be dead because of what it does not take, a NUL or half of a surrogate pair: they
 * are kept as their pictures.
 */
export function storable(value: unknown): string {
  return JSON.stringify(value).replace(UNSTORABLE, (found) => {
    if (found === '\\\\') return found;
    return found === '\\u0000' ? '\\u2400' : '\\ufffd';
  });
}

/** An escaped backslash first, so that what follows one is not taken for an escape. */
const UNSTORABLE = /\\\\|\\u0000|\\ud[89a-f][0-9a-f]{2}/g;
