import type { ParticipantTools } from '../../engine/participant-port.ts';
import type { OutboxRow } from '../../engine/ports.ts';
import { errorMessage } from '../../kernel/errors.ts';
import { PAUSE_BACKOFF_MS } from '../../kernel/limits.ts';
import { advance } from './journey.ts';
import type { ShippingStore } from './store.ts';

/**
 * Moves parcels on as time passes.
 *
 * Owns: when due rows are read. Does not own: what a step is (journey.ts).
 *
 * I1. One read at a time; a full one is followed at once by the next, an empty one by a longer rest.
 * I2. Several processes may poll: a row is advanced by whoever locks it, the others pass it by.
 */

/** Rows advanced in one transaction. */
const ROWS_MAX = 500;
/** Rest after a read that found something. */
const BUSY_MS = 100;
/** Longest rest: the promise of updates seen within half a second depends on it. */
const IDLE_MS_MAX = 500;

/** Starts polling; the returned function stops it and resolves once no read is under way. */
export function startJourneys(tools: ParticipantTools, store: ShippingStore): () => Promise<void> {
  const { clock, logger } = tools;
  const state = { stopped: false, restMs: BUSY_MS };
  let wake: () => void = () => undefined;

  const rest = (ms: number): Promise<void> =>
    new Promise((resolve) => {
      if (state.stopped) {
        resolve();
        return;
      }
      const cancel = clock.after(ms, resolve);
      wake = () => {
        cancel();
        resolve();
      };
    });
  const round = async (): Promise<void> => {
    try {
      const moved = await advanceDue(tools, store);
      if (moved === ROWS_MAX) state.restMs = 0;
      else state.restMs = moved > 0 ? BUSY_MS : Math.min(state.restMs + BUSY_MS, IDLE_MS_MAX);
    } catch (error) {
      logger.warn({ error: errorMessage(error) }, 'parcels can not be moved on now');
      state.restMs = Math.min(Math.max(state.restMs * 2, PAUSE_BACKOFF_MS.first), PAUSE_BACKOFF_MS.max);
    }
  };
  const run = async (): Promise<void> => {
    while (!state.stopped) {
      await round();
      await rest(state.restMs);
    }
  };

  const running = run();
  return async () => {
    state.stopped = true;
    wake();
    await running;
  };
}

/** One transaction over the parcels that are due now; resolves with how many moved. */
export async function advanceDue(
  { clock, outbox }: Pick<ParticipantTools, 'clock' | 'outbox'>,
  store: ShippingStore,
): Promise<number> {
  const nowMs = clock.now();
  const drafted: { row: OutboxRow | undefined } = { row: undefined };
  try {
    const moved = await store.transactDue(nowMs, ROWS_MAX, (due) => {
      if (drafted.row !== undefined) outbox.abandoned(drafted.row);
      const steps = due.map((shipment) => advance(shipment, nowMs));
      const messages = steps.flatMap((step) => step.messages);
      drafted.row = messages.length === 0 ? undefined : outbox.row(messages);
      return { writes: steps.map(({ shipment }) => shipment), outbox: drafted.row, result: steps.length };
    });
    if (drafted.row !== undefined) outbox.committed(drafted.row);
    return moved;
  } catch (error) {
    if (drafted.row !== undefined) outbox.abandoned(drafted.row);
    throw error;
  }
}
