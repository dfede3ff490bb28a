import type { Random } from '../kernel/clock.ts';
import { PAUSE_BACKOFF_MS, RETRY_DELAYS_MS } from '../kernel/limits.ts';

/** Wait before attempt number `failures` + 1 while the store or broker is down: doubling, capped, half jittered. */
export function pauseMs(failures: number, random: Random): number {
  const full = Math.min(PAUSE_BACKOFF_MS.max, PAUSE_BACKOFF_MS.first * 2 ** Math.min(failures, 10));
  return full / 2 + (random() * full) / 2;
}

/**
 * The retry queue for the copy after `attempts` failed attempts: exponential along the ladder, where jitter picks a
 * neighbour, because a queue has one delay for all its messages (P25).
 */
export function retryDelayMs(attempts: number, random: Random): number {
  const last = RETRY_DELAYS_MS.length - 1;
  const step = Math.min(Math.max(attempts - 1, 0), last);
  const jittered = Math.min(last, Math.max(0, step + Math.floor(random() * 3) - 1));
  return RETRY_DELAYS_MS[jittered] ?? RETRY_DELAYS_MS[last] ?? 1_000;
}
