import type { Clock } from '../kernel/clock.ts';
import { errorMessage } from '../kernel/errors.ts';
import { SWEEP_MS } from '../kernel/limits.ts';
import type { Logger } from '../kernel/logger.ts';
import type { OutboxSender } from './outbox-sender.ts';
import type { EngineStore } from './ports.ts';

/**
 * Owns: the outbox rows of writers that are gone, and rows of this member whose commit had an unknown end.
 *
 * I1. Rows of the living are left alone; a partition's rows are its next owner's affair (P9).
 */
export function startSweeper(options: {
  readonly memberId: string;
  readonly store: Pick<EngineStore, 'adoptOutbox' | 'findOutbox'>;
  readonly sender: OutboxSender;
  readonly clock: Clock;
  readonly logger: Logger;
}): () => Promise<void> {
  const { memberId, store, sender, clock, logger } = options;
  let stopped = false;
  let cancel: () => void = () => undefined;
  let sweeping: Promise<void> = Promise.resolve();

  const sweep = async (): Promise<void> => {
    try {
      const abandoned = sender.abandonedRows();
      if (abandoned.length > 0) {
        const lookedAt = clock.now();
        for (const row of await store.findOutbox(memberId, abandoned)) sender.adopt(row);
        sender.forgetAbandoned(lookedAt);
      }
      for (const row of await store.adoptOutbox(memberId, SWEEP_ROWS_MAX)) sender.adopt(row);
    } catch (error) {
      logger.warn({ error: errorMessage(error) }, 'sweeping the outbox failed');
    }
  };
  const schedule = (): void => {
    cancel = clock.after(SWEEP_MS, () => {
      sweeping = sweep().then(() => {
        if (!stopped) schedule();
      });
    });
  };
  schedule();
  return async () => {
    stopped = true;
    cancel();
    await sweeping;
  };
}

const SWEEP_ROWS_MAX = 500;
