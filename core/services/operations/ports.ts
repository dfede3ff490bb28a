/** Pausing parts of the platform by hand: what /api/ops/pauses takes and answers. Times are ISO 8601 UTC. */

/** POST /api/ops/pauses. Nothing of what it names is handled or acknowledged until it is resumed; intake goes on. */
export interface PauseRequest {
  /** `orders`, `inventory`, `payments`, `shipping` or `notifications`. */
  readonly service: string;
  /** A kind of actor of that service, such as `order`; absent: all of them. */
  readonly kind?: string;
  /** One partition of a service with actors; absent: all of them. */
  readonly partition?: number;
  /** 1–500 characters. */
  readonly reason: string;
}

/** An item of GET /api/ops/pauses, and the answer of POST. */
export interface PauseView {
  readonly id: string;
  readonly service: string;
  readonly kind: string | null;
  readonly partition: number | null;
  readonly reason: string;
  readonly by: string;
  readonly at: string;
}

export interface Pauses {
  /** The newest first. */
  list(): Promise<readonly PauseView[]>;
  /** Rejects as `pause` would: to be asked before the audit entry is written. */
  check(request: PauseRequest): Promise<void>;
  /**
   * Durable once resolved; every worker rests within about two seconds. Rejects with OrreryError `already_paused`,
   * `unknown_service`, `unknown_kind`, `unknown_partition`.
   */
  pause(request: PauseRequest, by: string): Promise<PauseView>;
  /** Resolves with what was resumed; undefined: there is no such pause. */
  resume(id: string): Promise<PauseView | undefined>;
}
