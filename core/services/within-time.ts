import type { Clock } from '../kernel/clock.ts';
import { OrreryError } from '../kernel/errors.ts';

/**
 * Waits for a call to the outside world at most `timeoutMs`, then aborts its signal and rejects with the retryable
 * OrreryError `timed_out`, whether or not the call heeds the signal.
 */
export async function withinTime<Result>(
  clock: Clock,
  timeoutMs: number,
  call: (signal: AbortSignal) => Promise<Result>,
): Promise<Result> {
  const controller = new AbortController();
  return await new Promise<Result>((resolve, reject) => {
    const cancelTimer = clock.after(timeoutMs, () => {
      reject(new OrreryError('timed_out', `no answer within ${String(timeoutMs)} ms`, { retryable: true }));
      controller.abort();
    });
    call(controller.signal).then(resolve, reject).finally(cancelTimer);
  });
}
