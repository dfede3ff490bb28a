/*
 * What differs from the usual, and the whole again: how a snapshot leaves out what most actors have in common.
 */

type Facts = Readonly<Record<string, unknown>>;

/**
 * What of `whole` is not as in `usual`, nested objects compared in turn; a list is one value. `whole` has every key that
 * `usual` has: what is left out of the difference counts as usual.
 */
export function difference(whole: Facts, usual: Facts): Facts {
  const differing: Record<string, unknown> = {};
  for (const key of Object.keys(whole)) {
    const value = whole[key];
    const expected = usual[key];
    if (value === expected) continue;
    if (!isObject(value) || !isObject(expected)) differing[key] = value;
    else {
      const below = difference(value, expected);
      if (Object.keys(below).length > 0) differing[key] = below;
    }
  }
  return differing;
}

/** The whole of which `differing` is the difference; what is as usual is shared with `usual`, not copied. */
export function completed(differing: Facts, usual: Facts): Facts {
  // Not by spreads: keys that a second one adds take V8 ten times as long, and make an object that is slow to copy.
  const whole: Record<string, unknown> = Object.assign({}, usual, differing);
  for (const key of Object.keys(usual)) {
    const value = differing[key];
    const expected = usual[key];
    if (isObject(value) && isObject(expected)) whole[key] = completed(value, expected);
  }
  return whole;
}

function isObject(value: unknown): value is Facts {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
