/** Who changed what, when and why: every change that people with a role make goes through here. */

export interface AuditSubject {
  /** What kind of thing: `order`, `sku`, `product`, `user`, `sale`, `dead-letter`, `partition`, `job`, … */
  readonly kind: string;
  readonly id: string;
}

export interface AuditRecord {
  /** Who did it. */
  readonly by: string;
  /** A verb with its area: `review.approve`, `inventory.adjust`, `saga.skip`. */
  readonly action: string;
  readonly subject: AuditSubject;
  /** In the words of whoever did it; absent where none is asked for. */
  readonly reason?: string;
  /** What was before and after, or was asked for; JSON. */
  readonly detail?: Readonly<Record<string, unknown>>;
}

export interface AuditEntry extends AuditRecord {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
}

export interface AuditFilter {
  readonly by?: string;
  /** An action, or an area with its dot: `review.`. */
  readonly action?: string;
  readonly kind?: string;
  readonly subject?: string;
  readonly limit: number;
  readonly cursor?: string;
}

export interface AuditTrail {
  /** Durable once resolved. Written before the change it tells of: a change without its entry must not be. */
  record(entry: AuditRecord): Promise<void>;
  /** The newest first. Rejects with OrreryError `bad_cursor`. */
  list(
    filter: AuditFilter,
  ): Promise<{ readonly items: readonly AuditEntry[]; readonly nextCursor: string | null }>;
}
