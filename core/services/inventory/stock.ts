import { z } from 'zod';
import { BadMessage } from '../../kernel/errors.ts';
import { assert } from '../../kernel/assert.ts';
import { addressee, type Message } from '../../kernel/message.ts';
import {
  type Behaviour,
  type Draft,
  type Reaction,
  type RelatedRequest,
  type RelatedRow,
  TIMER_FIRED,
} from '../../engine/behaviour.ts';
import { answerCommit, answerRelease, answerReserve } from './answers.ts';
import { availableUnits } from './levels.ts';
import { findRecent } from './recent.ts';
import { holdsRead, type Reservation, reservationRead, storedReservation } from './reservation.ts';
import { adjust, commit, expire, release, reserve, transfer } from './stock-decisions.ts';
import { StockDraft } from './stock-draft.ts';
import { newStock, type StockState } from './stock-state.ts';
import type { DataOf, MessageType } from '../../messages/catalogue.ts';
import {
  adjustRequested,
  commitRequested,
  releaseRequested,
  reserveRequested,
  transferRequested,
} from '../../messages/inventory.ts';

/**
 * Owns: the one writer of a SKU's stock. Messages in: reserve, commit, release, adjust and transfer requests, and its own
 * expiry. Messages out: one answer per request, addressed to the order; `inventory.stock.changed` now and then.
 * Does not own: rows and their reading (RelatedRows), when timers fire, what the order does with an answer.
 *
 * I1. Counters: 0 ≤ reserved ≤ onHand; reserved is the sum of the held reservations (levels.ts).
 * I2. An order has at most one reservation of the SKU; whatever comes for it, and how often, units move once (P14).
 * I3. A release that comes first is remembered; the late request is refused (P16).
 * I4. A paid order's stock is committed even if its hold had expired, as long as there is stock (P17).
 * I5. The snapshot does not grow with the reservations: they are rows, of which the state keeps the latest.
 */
export interface StockOptions {
  /** How long an unpaid reservation holds its units, milliseconds. */
  readonly holdMs: number;
}

export const STOCK_KIND = 'stock';
/** Message types that stock actors react to. */
export const STOCK_ACCEPTS = [
  reserveRequested.type,
  commitRequested.type,
  releaseRequested.type,
  adjustRequested.type,
  transferRequested.type,
] as const;

const snapshotSchema = z.object({
  sku: z.string(),
  levels: z.array(z.tuple([z.string(), z.int(), z.int()])),
  alarmAt: z.number().nullable(),
  toldAt: z.number(),
});

export function stockBehaviour(options: StockOptions): Behaviour<StockState> {
  return {
    kind: STOCK_KIND,
    definition: 1,
    accepts: STOCK_ACCEPTS,
    remember: 'inbox',
    initial: (sku) => newStock(sku, []),
    related,
    react: (state, message, now, rows) => react(options, state, message, now, rows),
    repeat,
    finished: () => false,
    serialize: ({ sku, levels, alarmAt, toldAt }) => ({
      sku,
      levels: levels.map(({ id, onHand, reserved }) => [id, onHand, reserved]),
      alarmAt,
      toldAt,
    }),
    deserialize: (stored) => {
      const { sku, levels, alarmAt, toldAt } = snapshotSchema.parse(stored);
      const units = levels.map(([id, onHand, reserved]) => ({ id, onHand, reserved }));
      return { ...newStock(sku, units), alarmAt, toldAt };
    },
  };
}

/** The engine hands over parsed messages only; parsing again would cost more than deciding. */
function dataOf<Type extends MessageType>(message: Message): DataOf<Type> {
  return message.data as DataOf<Type>;
}

function related(message: Message): readonly RelatedRequest[] {
  switch (message.type) {
    case reserveRequested.type:
    case commitRequested.type:
    case releaseRequested.type: {
      const { orderId } = message.data as { readonly orderId: string };
      return [reservationRead(orderId, addressee(message))];
    }
    case TIMER_FIRED:
      return [holdsRead(addressee(message))];
    default:
      return [];
  }
}

function react(
  options: StockOptions,
  state: StockState,
  message: Message,
  now: number,
  rows: readonly (readonly RelatedRow[])[] | undefined,
): Reaction<StockState> {
  const draft = new StockDraft(state, message, now);
  switch (message.type) {
    case reserveRequested.type: {
      const request = dataOf<'inventory.reserve.requested'>(message);
      reserve(draft, request, known(state, request.orderId, rows), options.holdMs);
      break;
    }
    case commitRequested.type: {
      const request = dataOf<'inventory.commit.requested'>(message);
      commit(draft, request, known(state, request.orderId, rows));
      break;
    }
    case releaseRequested.type: {
      const request = dataOf<'inventory.release.requested'>(message);
      release(draft, request, known(state, request.orderId, rows));
      break;
    }
    case adjustRequested.type:
      adjust(draft, dataOf<'inventory.adjust.requested'>(message));
      break;
    case transferRequested.type:
      transfer(draft, dataOf<'inventory.transfer.requested'>(message));
      break;
    case TIMER_FIRED:
      expire(draft, firstRows(rows).map(storedReservation));
      break;
    default:
      throw new BadMessage('unexpected_type', `stock does not react to ${message.type}`);
  }
  return draft.finish();
}

function repeat(
  state: StockState,
  message: Message,
  _now: number,
  rows?: readonly (readonly RelatedRow[])[],
): readonly Draft[] {
  switch (message.type) {
    case reserveRequested.type: {
      const request = dataOf<'inventory.reserve.requested'>(message);
      const reason = state.levels.length === 0 ? 'unknown_sku' : 'out_of_stock';
      return [
        answerReserve(request, known(state, request.orderId, rows), availableUnits(state.levels), reason),
      ];
    }
    case commitRequested.type: {
      const request = dataOf<'inventory.commit.requested'>(message);
      return [answerCommit(request, known(state, request.orderId, rows))];
    }
    case releaseRequested.type: {
      const request = dataOf<'inventory.release.requested'>(message);
      return [answerRelease(request, known(state, request.orderId, rows))];
    }
    default:
      return [];
  }
}

/** The order's reservation: what the state knows is newer than the row, whose commit may be under way. */
function known(
  state: StockState,
  orderId: string,
  rows: readonly (readonly RelatedRow[])[] | undefined,
): Reservation | undefined {
  const recent = findRecent(state.recent, orderId);
  if (recent !== undefined) return recent;
  const [row] = firstRows(rows);
  return row === undefined ? undefined : storedReservation(row);
}

function firstRows(rows: readonly (readonly RelatedRow[])[] | undefined): readonly RelatedRow[] {
  const first = rows?.[0];
  assert(first !== undefined, 'a stock actor is handed the rows it asked for');
  return first;
}
