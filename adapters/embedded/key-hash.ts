/**
 * A number in [0, 1) that depends on nothing but `key` and `purpose`: what a simulated partner decides about a key
 * stays decided, however often it is asked and wherever. FNV-1a with MurmurHash3's finalizer, whose mixing also
 * spreads keys that differ in their last character only.
 */
export function uniformOf(key: string, purpose: string): number {
  let hash = 0x811c9dc5;
  for (const character of `${purpose}/${key}`) {
    hash = Math.imul(hash ^ (character.codePointAt(0) ?? 0), 0x01000193);
  }
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return ((hash ^ (hash >>> 16)) >>> 0) / 2 ** 32;
}
