import CircuitBreaker from 'opossum';
import type { Logger } from '../../core/kernel/logger.ts';
import { OrreryError } from '../../core/kernel/errors.ts';

/**
 * Keeps a partner that fails from being asked again and again: after too many failures in a row calls are refused
 * at once for a while (retryable `circuit_open`), then one is let through to see.
 *
 * Time-outs are the caller's: an aborted call rejects, and counts as a failure.
 */
export interface BreakerOptions {
  /** Whose circuit it is, for the log. */
  readonly name: string;
  readonly logger: Logger;
  /** Told whenever the circuit opens or closes. */
  readonly onChange?: ((open: boolean) => void) | undefined;
  /** How long calls are refused before one is let through, milliseconds. */
  readonly restMs?: number;
  /** Calls within the window below which no share of failures opens the circuit. */
  readonly callsMin?: number;
}

const REST_MS = 2_000;
const CALLS_MIN = 20;
const FAILURES_PERCENT = 50;

export interface Breaker {
  /** Runs the call, or rejects at once while the circuit is open. */
  guard<Result>(call: () => Promise<Result>): Promise<Result>;
  open(): boolean;
  /** Lets go of its timers; later calls are refused. */
  close(): void;
}

export function createBreaker({ name, logger, onChange, restMs, callsMin }: BreakerOptions): Breaker {
  const circuit = new CircuitBreaker<[() => Promise<unknown>]>((call) => call(), {
    name,
    timeout: false,
    errorThresholdPercentage: FAILURES_PERCENT,
    resetTimeout: restMs ?? REST_MS,
    volumeThreshold: callsMin ?? CALLS_MIN,
  });
  circuit.on('open', () => {
    logger.warn({ circuit: name }, 'too many failures: calls are refused for a while');
    onChange?.(true);
  });
  circuit.on('close', () => {
    logger.info({ circuit: name }, 'calls go through again');
    onChange?.(false);
  });
  return {
    guard: async <Result>(call: () => Promise<Result>): Promise<Result> => {
      try {
        return (await circuit.fire(call)) as Result;
      } catch (error) {
        if (!(error instanceof Error) || !CircuitBreaker.isOurError(error)) throw error;
        throw new OrreryError('circuit_open', `${name} fails too often and is not asked for now`, {
          retryable: true,
          cause: error,
        });
      }
    },
    open: () => circuit.opened,
    close: () => {
      circuit.shutdown();
    },
  };
}
