/*
 * Repairing a saga by hand, as the API tells it: what GET /api/ops/sagas/:kind/:id answers, what
 * …/repair/preview and …/repair take and answer. Times are ISO 8601 UTC, durations milliseconds.
 */
import type { OrderChanges, RepairCommand, RepairOperation } from '../../messages/order-repair.ts';

export type { OrderChanges, RepairCommand, RepairOperation };

/** JSON as it is shown. */
export type Shown = null | boolean | number | string | readonly Shown[] | { readonly [key: string]: Shown };

/** A request that nobody has answered yet: the message the saga waits on. */
export interface OpenRequestView {
  readonly messageId: string;
  readonly type: string;
  readonly subject: string;
  readonly since: string;
  readonly ageMs: number;
  /** How often it has been sent by now, by the engine's schedule: a pause or an outage may have held some up. */
  readonly attempts: number;
  readonly data: Shown;
}

export interface TimerView {
  readonly id: string;
  readonly dueAt: string;
  /** Negative: overdue, as the timers of a parked saga may be. */
  readonly inMs: number;
}

export interface HeldMessageView {
  readonly messageId: string;
  readonly type: string;
  readonly time: string;
}

export interface ParkedView {
  readonly since: string;
  readonly by: string;
  readonly reason: string;
  /** In the order in which they will be handed over. */
  readonly held: readonly HeldMessageView[];
  /** Further messages than this many go to the dead letters. */
  readonly heldMax: number;
}

/** A step that can be restarted from, or that can be skipped. */
export interface StepView {
  /** The saga's own state, such as `confirmed.requestingParcel`. */
  readonly step: string;
  /** What restarting there, or skipping it, means. */
  readonly meaning: string;
}

export interface OperationView {
  readonly operation: RepairOperation;
  readonly possible: boolean;
  /** Why not; null where it is possible. */
  readonly why: string | null;
  /** `skip`: the step that would be skipped; `restart`: where it may be restarted from; else empty. */
  readonly steps: readonly StepView[];
}

/** What became of a repair that was asked for. */
export interface RepairView {
  readonly repairId: string;
  readonly operation: RepairOperation;
  readonly by: string;
  readonly reason: string;
  readonly at: string;
  readonly outcome: 'done' | 'refused';
  /** Of a refused one: a code such as `moved_on`, and why in words. */
  readonly code: string | null;
  readonly why: string | null;
  /** The saga's version that its log entry has. */
  readonly seq: number;
}

/** GET /api/ops/sagas/:kind/:id */
export interface SagaView {
  readonly kind: string;
  readonly id: string;
  readonly version: number;
  readonly state: string;
  /** Nothing more is expected. */
  readonly finished: boolean;
  /** Of the definition it was last written by; `migrate` brings it to `newestDefinition`. */
  readonly definition: number;
  readonly newestDefinition: number;
  readonly context: Shown;
  readonly requests: readonly OpenRequestView[];
  readonly timers: readonly TimerView[];
  readonly parked: ParkedView | null;
  /** Every operation, the impossible ones with the reason. */
  readonly operations: readonly OperationView[];
  /** The newest first, at most 20. */
  readonly repairs: readonly RepairView[];
}

/** A message that a repair would send, in order. */
export interface SentView {
  readonly type: string;
  readonly subject: string;
  readonly data: Shown;
  /** Sent before with the same id: whoever has answered answers the same again. */
  readonly again: boolean;
}

export interface TimerChangeView {
  readonly id: string;
  /** Null: taken back. */
  readonly dueAt: string | null;
}

/** Body of POST …/repair/preview; with the reason its messages are shown as they would go out. */
export type PreviewBody = RepairCommand & { readonly reason?: string };

/** Answer of POST …/repair/preview, which changes nothing. */
export interface RepairPreview {
  readonly operation: RepairOperation;
  readonly from: string;
  readonly to: string;
  readonly contextBefore: Shown;
  readonly contextAfter: Shown;
  readonly messages: readonly SentView[];
  readonly timers: readonly TimerChangeView[];
  /** In plain words; where there is any, the repair needs `acknowledge: true`. */
  readonly warnings: readonly string[];
  /** Send this with the repair: it is refused once the saga has moved on. */
  readonly expectedVersion: number;
}

/** Body of POST …/repair: the command as previewed, and who vouches for it. */
export type RepairBody = RepairCommand & {
  /** 1–500 characters. */
  readonly reason: string;
  readonly expectedVersion: number;
  readonly acknowledge?: boolean;
};

/** 202 of POST …/repair: on its way to the saga. What became of it: `SagaView.repairs`, or the saga log. */
export interface RepairAccepted {
  readonly repairId: string;
}

/**
 * Errors, as problem documents: 404 `unknown_saga`; 400 `invalid_input` with `errors[].path` (`changes.shippingAddress.zip`);
 * 409 `not_possible`, `moved_on` (member `version`), `acknowledge_required` (member `warnings`).
 */
export interface SagaRepairs {
  /** Undefined: there is no such saga. */
  find(kind: string, id: string): Promise<SagaView | undefined>;
  preview(kind: string, id: string, body: PreviewBody): Promise<RepairPreview>;
  /** Resolves with what would be done, or rejects as `request` would: to be asked before the audit entry is written. */
  check(kind: string, id: string, body: RepairBody): Promise<RepairPreview>;
  /** Resolves once the repair is durable on its way to the saga. */
  /** `traceparent`: of whoever asks. */
  request(
    kind: string,
    id: string,
    body: RepairBody,
    requestedBy: string,
    traceparent?: string,
  ): Promise<RepairAccepted>;
}
