/** Time as the engine sees it; the simulation brings its own. */
export interface Clock {
  /** Milliseconds since the epoch, UTC. */
  now(): number;
  /** Calls back once after `delayMs`; the returned function cancels and may be called at any time. */
  after(delayMs: number, callback: () => void): () => void;
}

/** Randomness as the engine sees it: uniform in [0, 1). Used for jitter and ids only, never in decisions. */
export type Random = () => number;

/** Resolves after `delayMs` on the given clock. */
export function sleep(clock: Clock, delayMs: number): Promise<void> {
  return new Promise((resolve) => {
    clock.after(delayMs, resolve);
  });
}

/** The machine's clock. Its timers keep the process alive only while something waits for them. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (delayMs, callback) => {
    const timer = setTimeout(callback, delayMs);
    return () => {
      clearTimeout(timer);
    };
  },
};
