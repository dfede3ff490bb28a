import type { BrokerEvent } from '../broker/events.ts';
import type { Landed } from '../stores/landed.ts';

/** What must hold in every run, numbered for reports and docs. */
export const INVARIANTS = {
  I1: 'stock is never negative: 0 ≤ reserved ≤ on hand, per SKU and warehouse',
  I2: 'units neither appear nor vanish: on hand + sold is what was there first, and corrections count once',
  I3: 'counters equal their rows: reserved is the sum of the holds, levels are the sums of the ledger',
  I4: 'money is kept for delivered orders, in full, and for no others',
  I5: 'no effect is doubled: one charge and one parcel per order, one letter per cause',
  I6: 'what a shopper was told is so: every accepted order exists, once per key, and comes to its end',
  I7: 'a writer without the lease never writes',
  I8: 'each saga’s log has no gap and replays to the stored snapshot, which its rows show',
  I9: 'nothing is lost on the way: what is acknowledged was handled, what was sent arrived',
  I10: 'dead letters hold only messages that nobody can handle',
  I11: 'one id is one message, however often it is sent',
  I12: 'at rest nothing is left over: no hold, no unsent message',
} as const;
export type InvariantName = keyof typeof INVARIANTS;

export interface Violation {
  readonly invariant: InvariantName;
  /** Milliseconds since the epoch, virtual. */
  readonly atMs: number;
  readonly detail: string;
}

export type Report = (invariant: InvariantName, detail: string) => void;

/** Watches one part of the world from outside, knowing nothing of how the platform keeps its promises. */
export interface Watcher {
  /** Right after each durable change. */
  onCommit?(landed: Landed): void;
  onBroker?(event: BrokerEvent): void;
  /** Once everything has come to rest, or never will. */
  atEnd?(): void;
}
