import { setTimeout as delay } from 'node:timers/promises';
import { OrreryError } from '../../../core/kernel/errors.ts';
import type { Demo } from '../../../core/services/demo/ports.ts';

/** Parcels on their way arrive within a minute, at the usual pace. */
const PATIENCE_MS = 180_000;
const LOOK_MS = 1_000;

/** Removes what demos have left, step by step, waiting for orders that are still under way. */
export async function takeDemoAway(demo: Demo, print: (line: string) => void): Promise<void> {
  let removed = 0;
  for (const deadline = Date.now() + PATIENCE_MS; ;) {
    const step = await demo.removeSome('npm start').catch((error: unknown) => {
      if (error instanceof OrreryError && error.retryable) return undefined;
      throw error;
    });
    removed += step?.removed ?? 0;
    if (step?.done === true) {
      print(`The demo is gone: ${String(removed)} orders removed, their stock put back.`);
      return;
    }
    if (Date.now() >= deadline) {
      throw new OrreryError(
        'demo_left',
        `${String(removed)} orders removed; ${String((step?.left ?? 0) + (step?.underWay ?? 0))} have not come to their end yet, try again later`,
      );
    }
    if (step === undefined || step.left === 0) {
      if (step !== undefined) print(`  ${String(removed)} removed, ${String(step.underWay)} still under way`);
      await delay(LOOK_MS);
    }
  }
}
