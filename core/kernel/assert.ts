/** A rule that our own code broke. Never thrown for bad input, stored data or a lost connection. */
export class AssertionFailed extends Error {
  override readonly name = 'AssertionFailed';
}

/** Throws when a rule of our own process is broken; `rule` is a sentence that says what must hold. */
export function assert(holds: boolean, rule: string): asserts holds {
  if (!holds) throw new AssertionFailed(rule);
}

/** Ends an exhaustive switch: a case that was forgotten does not compile. */
export function unreachable(value: never): never {
  throw new AssertionFailed(`unexpected case ${JSON.stringify(value)}`);
}
