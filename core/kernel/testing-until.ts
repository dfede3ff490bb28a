/** Shorter than a test file may take, so that who waits in vain says for what; long enough for a machine that is busy. */
export const PATIENCE_MS = 240_000;
/** Between two looks, at first and at most: what is quick is seen at once, what is slow is not slowed down. */
const PAUSE_MS = { first: 5, most: 250 } as const;
const PAUSE_GROWTH = 1.4;
const SHOWN_LENGTH = 1_000;

/**
 * For tests: looks again and again until it is there, which is: neither undefined nor false, or as `isThere` says.
 * Rejects with `what` and what was found last when it never comes.
 */
export async function until<Found>(
  what: string,
  look: () => Found | Promise<Found>,
  isThere: (found: Found) => boolean = (found) => found !== undefined && found !== false,
): Promise<Exclude<Found, undefined | false>> {
  const giveUpAt = performance.now() + PATIENCE_MS;
  let pauseMs: number = PAUSE_MS.first;
  for (;;) {
    const found = await look();
    if (isThere(found)) return found as Exclude<Found, undefined | false>;
    if (performance.now() > giveUpAt) {
      throw new Error(`waited in vain for: ${what}; at last ${JSON.stringify(found).slice(0, SHOWN_LENGTH)}`);
    }
    await new Promise((resolve) => setTimeout(resolve, pauseMs));
    pauseMs = Math.min(PAUSE_MS.most, pauseMs * PAUSE_GROWTH);
  }
}

/** `until` for what its own text tells well enough. */
export async function eventually(holds: () => boolean | Promise<boolean>): Promise<void> {
  await until(holds.toString(), holds);
}
