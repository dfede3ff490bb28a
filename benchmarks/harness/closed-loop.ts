/**
 * Keeps `inFlight` calls of `work` under way until `untilMs` of performance.now(), or for `times` calls; resolves when
 * the last has ended. The first that rejects ends it.
 */
export async function closedLoop(
  { inFlight, untilMs = Infinity, times = Infinity }: ClosedLoop,
  work: (number: number) => Promise<void>,
): Promise<number> {
  let begun = 0;
  let failed = false;
  const lane = async (): Promise<void> => {
    while (!failed && begun < times && performance.now() < untilMs) {
      begun += 1;
      try {
        await work(begun - 1);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: inFlight }, lane));
  return begun;
}

export interface ClosedLoop {
  readonly inFlight: number;
  readonly untilMs?: number;
  readonly times?: number;
}
