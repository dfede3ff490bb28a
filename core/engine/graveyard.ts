import { type Clock, type Random, sleep } from '../kernel/clock.ts';
import { errorCode, errorMessage } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import { pauseMs } from './backoff.ts';
import { aboutMessage, type Notify } from './notices.ts';
import type { Broker, DeadLetter, Delivery } from './ports.ts';

/**
 * Owns: the way of a bad message to the dead letters.
 *
 * I1. `bury` resolves only when the dead letter is safe: then, and not before, the original may be acknowledged.
 */
export interface Graveyard {
  bury(origin: {
    readonly queue: string;
    readonly message: unknown;
    readonly error: unknown;
    readonly delivery: Pick<Delivery, 'attempts' | 'headers'>;
  }): Promise<void>;
}

export function createGraveyard(options: {
  readonly service: string;
  readonly broker: Pick<Broker, 'deadLetter'>;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
  readonly onNotice?: Notify | undefined;
}): Graveyard {
  const { service, broker, clock, random, logger } = options;
  return {
    async bury({ queue, message, error, delivery }) {
      const letter: DeadLetter = {
        service,
        queue,
        message,
        code: errorCode(error),
        reason: errorMessage(error),
        ...stackOf(error),
        attempts: delivery.attempts + 1,
        headers: delivery.headers,
        diedAt: new Date(clock.now()).toISOString(),
      };
      const about = aboutMessage(message);
      const { code, reason } = letter;
      logger.warn({ queue, ...about, code, reason }, 'message goes to the dead letters');
      for (let failures = 0; ; failures += 1) {
        try {
          await broker.deadLetter(letter);
          options.onNotice?.({ type: 'message.buried', message: about, code, reason, queue });
          return;
        } catch (failure) {
          logger.warn({ queue, error: errorMessage(failure) }, 'dead letter not safe yet');
          await sleep(clock, pauseMs(failures, random));
        }
      }
    },
  };
}

function stackOf(error: unknown): { stack?: string } {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
  return cause instanceof Error && cause.stack !== undefined ? { stack: cause.stack.slice(0, 4_000) } : {};
}
