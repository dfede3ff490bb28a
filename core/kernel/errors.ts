/**
 * Errors that are handled, as against broken assertions. Classified once, where the outside world is
 * met (an adapter); everyone else looks at `code` and `retryable` only.
 */
export class OrreryError extends Error {
  readonly code: string;
  /** The same call may succeed later, unchanged. */
  readonly retryable: boolean;

  constructor(code: string, message: string, options: { retryable?: boolean; cause?: unknown } = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = new.target.name;
    this.code = code;
    this.retryable = options.retryable ?? false;
  }
}

/** The store can't be reached, or its answer was lost: whether a commit landed is unknown. */
export class StoreUnavailable extends OrreryError {
  constructor(message: string, cause?: unknown) {
    super('store_unavailable', message, { retryable: true, cause });
  }
}

/** The writer no longer owns a partition its commit relied on; nothing was written (P2). */
export class FenceLost extends OrreryError {
  constructor(message: string, cause?: unknown) {
    super('fence_lost', message, { cause });
  }
}

/** The store refuses a value (SQLSTATE classes 22, 23 and 54): trying again can't help (P8). */
export class ValueRefused extends OrreryError {
  constructor(message: string, cause?: unknown) {
    super('value_refused', message, { cause });
  }
}

/** The broker can't be reached, or closed before it confirmed: whether a frame arrived is unknown. */
export class BrokerUnavailable extends OrreryError {
  constructor(message: string, cause?: unknown) {
    super('broker_unavailable', message, { retryable: true, cause });
  }
}

/** A message that can never be handled: it goes to the dead letters with this reason. */
export class BadMessage extends OrreryError {
  constructor(code: string, message: string, cause?: unknown) {
    super(code, message, { cause });
  }
}

/** A newer build wrote this: only builds as new as that one may handle it. */
export class WrittenByNewer extends OrreryError {
  constructor(message: string) {
    super('written_by_newer', message, { retryable: true });
  }
}

/** The code of any thrown value: its own when it has one, else `internal_error`. */
export function errorCode(error: unknown): string {
  return error instanceof OrreryError ? error.code : 'internal_error';
}

/** The message of any thrown value. */
export function errorMessage(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
