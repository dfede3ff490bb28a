import { assert } from '../kernel/assert.ts';
import type { Topology } from './topology.ts';

/** The topology's retry delays in milliseconds, shortest first. */
export function retryDelays(topology: Topology): readonly number[] {
  return topology.queues
    .flatMap((queue) => (queue.kind === 'retry' && queue.ttlMs !== undefined ? [queue.ttlMs] : []))
    .sort((left, right) => left - right);
}

/** The rung next to the wished delay; of two equally near, the shorter (P25). */
export function nearestDelay(delays: readonly number[], delayMs: number): number {
  const [first, ...rest] = delays;
  assert(first !== undefined, 'a topology has at least one retry queue');
  return rest.reduce(
    (best, delay) => (Math.abs(delay - delayMs) < Math.abs(best - delayMs) ? delay : best),
    first,
  );
}
