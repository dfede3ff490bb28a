/**
 * The waiting line of a flash sale, as it is stored: one row for the line, one for each place in it. A place is
 *
 *   waiting ─► turn ─► used ─► sold
 *                │       └───► released   its order came to nothing: its units go to the next in line
 *                └───► lapsed             nothing was ordered in time
 *
 * and a shopper has at most one place that is waiting, turn or used.
 */
export type PlaceState = 'waiting' | 'turn' | 'used' | 'sold' | 'released' | 'lapsed';

export interface Place {
  readonly saleId: string;
  readonly userId: string;
  /** Counts from 1 in the order of arrival; never changes. */
  readonly position: number;
  readonly state: PlaceState;
  /** Until when a turn can be used, milliseconds; null: it is none yet. */
  readonly turnUntilMs: number | null;
  /** Of the checkout that has used the turn; null: none has. */
  readonly idempotencyKey: string | null;
}

/** Where a shopper stands. */
export interface Standing {
  readonly state: 'waiting' | 'turn' | 'used' | 'sold_out';
  /** 1: next; 0: the turn has come. Only ever falls while one keeps the place. */
  readonly position: number;
  /** Guessed from how fast turns were given lately; 0 when the turn has come. */
  readonly etaSeconds: number;
  /** Until when the turn can be used, ISO 8601; null: it has not come. */
  readonly turnUntil: string | null;
  /** When to ask again, ISO 8601. */
  readonly pollAfter: string;
}

/** A place as its holder is told of it. */
export interface LinePlace extends Standing {
  readonly saleId: string;
  readonly token: string;
}

/** How far a line is, for telling everybody where they stand without reading their places. */
export interface LineHead {
  readonly saleId: string;
  /** Places up to here have had their turn. Only ever rises. */
  readonly admittedUpTo: number;
  /** Places given so far. */
  readonly joined: number;
  /** Units that are paid for. */
  readonly sold: number;
  /** All units were paid for, or the goods ran out before: final, whatever is cancelled or stocked later. */
  readonly soldOut: boolean;
}

/** How many stand in a line, and how long. */
export interface LineQueue {
  readonly saleId: string;
  readonly units: number;
  /** Units that are paid for. */
  readonly sold: number;
  /** Shoppers who have had no turn yet. */
  readonly waiting: number;
  /** How long the first of them has waited, milliseconds by the store's clock; null: nobody waits. */
  readonly headAgeMs: number | null;
  /** Turns that can be used now. */
  readonly openTurns: number;
}

/** How the line of a sale that runs stands, for those who keep the shop running. */
export interface LineReport extends LineQueue {
  readonly sku: string;
  /** Turns given a second over the last minute, by whichever gateway. */
  readonly turnsPerSecond: number;
  /** How long somebody has waited without any turn being given, milliseconds; 0: nobody waits. */
  readonly stillMs: number;
}

/** An order that was placed on a turn, and whose end decides about its units. */
export interface UsedPlace {
  readonly saleId: string;
  readonly position: number;
  readonly userId: string;
  readonly quantity: number;
  /** How long ago, by the store's clock, which may differ from ours. */
  readonly usedForMs: number;
  readonly idempotencyKey: string;
  readonly fingerprint: string;
  /** Null until placing was answered; a process that died in between leaves it so. */
  readonly orderId: string | null;
}

/** What a turn is used for. */
export interface TurnOrder {
  readonly quantity: number;
  readonly idempotencyKey: string;
  readonly fingerprint: string;
}

export type TurnUse =
  | { readonly outcome: 'used'; readonly position: number }
  /** There is a turn, but not for so many units. */
  | { readonly outcome: 'too_many'; readonly unitsLeft: number }
  | { readonly outcome: 'no_turn' };

/** The units of a line: those of the sale, those that are paid for, in orders not decided yet, and on open turns. */
export interface LineUnits {
  readonly units: number;
  readonly sold: number;
  readonly inOrders: number;
  readonly onTurns: number;
}

export interface LineStore {
  /** Gives places at the end of the line, in the order of `userIds`; whoever has one already keeps it. */
  join(
    sale: { readonly id: string; readonly units: number; readonly endsAt: string },
    userIds: readonly string[],
  ): Promise<readonly Place[]>;
  /** The places that shoppers have now, not those they had; no entry: none. */
  places(saleId: string, userIds: readonly string[]): Promise<ReadonlyMap<string, Place>>;
  /** Gives a place up; an order that is under way stays. */
  leave(saleId: string, userId: string): Promise<void>;
  heads(saleIds: readonly string[]): Promise<readonly LineHead[]>;
  /** Counts those who wait: for looking on, not for every shopper who asks. */
  queues(saleIds: readonly string[]): Promise<readonly LineQueue[]>;
  /**
   * Ends turns that have lapsed and gives as many new ones as `turnsFree` says to the first in line, or marks the line as
   * sold out; processes that do so at the same time do it one after the other. Resolves with how many got a turn.
   */
  admit(saleId: string, turnMs: number, turnsFree: (line: LineUnits) => number | 'sold_out'): Promise<number>;
  /** Takes a turn for an order, atomically: of two attempts one gets it. */
  use(saleId: string, userId: string, order: TurnOrder): Promise<TurnUse>;
  /**
   * The order was placed. It is noted even when the turn was thought to be unused meanwhile, but not on a turn that went
   * on to another order.
   */
  ordered(saleId: string, position: number, order: TurnOrder, orderId: string): Promise<void>;
  /** No order came of this use: the turn is what it was. Nothing when the turn went on to another order. */
  giveBack(saleId: string, position: number, idempotencyKey: string): Promise<void>;
  /** Those after a position, in the order of positions. */
  used(saleId: string, after: number, limit: number): Promise<readonly UsedPlace[]>;
  /** What became of orders; places that are not `used` any more stay as they are. */
  settle(
    saleId: string,
    outcomes: readonly { readonly position: number; readonly state: 'sold' | 'released' }[],
  ): Promise<void>;
  /** Removes the lines of sales that were to end before this moment, ISO 8601. */
  forget(endedBefore: string): Promise<void>;
}
