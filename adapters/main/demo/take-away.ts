import { setTimeout as delay } from 'node:timers/promises';
import { OrreryError } from '../../../core/kernel/errors.ts';
import type { Demo } from '../../../core/services/demo/ports.ts';

/** Without any order removed: parcels on their way arrive within a minute, at the usual pace. */
const PATIENCE_MS = 180_000;
/** A long removal says now and then how far it is. */
const TELL_EVERY_MS = 5_000;
const LOOK_MS = 1_000;

/**
 * Removes what demos have left, step by step, waiting for orders that are still under way, for as long as it gets on. Ends
 * early, between two steps, once `stopped` says so; what is left can be removed another time.
 */
export async function takeDemoAway(
  demo: Pick<Demo, 'removeSome'>,
  print: (line: string) => void,
  {
    stopped = () => false,
    patienceMs = PATIENCE_MS,
    lookMs = LOOK_MS,
  }: { readonly stopped?: () => boolean; readonly patienceMs?: number; readonly lookMs?: number } = {},
): Promise<void> {
  let removed = 0;
  let toldMs = performance.now();
  let deadlineMs = toldMs + patienceMs;
  while (!stopped()) {
    const step = await demo.removeSome('npm start').catch((error: unknown) => {
      if (error instanceof OrreryError && error.retryable) return undefined;
      throw error;
    });
    if (step?.done === true) {
      print(`The demo is gone: ${String(removed + step.removed)} orders removed, their stock put back.`);
      return;
    }
    const nowMs = performance.now();
    if (step !== undefined && step.removed > 0) {
      removed += step.removed;
      deadlineMs = nowMs + patienceMs;
    }
    if (nowMs >= deadlineMs) {
      throw new OrreryError(
        'demo_left',
        `${String(removed)} orders removed; ${String((step?.left ?? 0) + (step?.underWay ?? 0))} have not come to their end yet, try again later`,
      );
    }
    if (step !== undefined && (step.left === 0 || nowMs - toldMs >= TELL_EVERY_MS)) {
      print(`  ${String(removed)} removed, ${String(step.underWay)} still under way`);
      toldMs = nowMs;
    }
    if (step === undefined || step.left === 0) await delay(lookMs);
  }
  print(`  ${String(removed)} removed; the rest is left for another time`);
}
