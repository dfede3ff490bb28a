import { OrreryError } from '../../kernel/errors.ts';

/** Rejects with a retryable `timeout` when the work takes longer; the work itself goes on, and nobody waits for it. */
export function withinTime<Result>(work: Promise<Result>, limitMs: number): Promise<Result> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      reject(
        new OrreryError('timeout', `it took longer than ${String(limitMs)} ms`, {
          retryable: true,
        }),
      );
    }, limitMs);
    void work.then(resolve, reject).finally(() => {
      clearTimeout(timer);
    });
  });
}

/** Keeps what fails again and again from being asked; a circuit breaker. */
export type Guard = <Result>(call: () => Promise<Result>) => Promise<Result>;
