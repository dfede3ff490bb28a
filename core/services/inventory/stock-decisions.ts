import type { DataOf } from '../../messages/catalogue.ts';
import { answerCommit, answerRelease, answerReserve } from './answers.ts';
import { allocate, availableUnits, movements } from './levels.ts';
import { allRecent } from './recent.ts';
import { HOLDS_READ_MAX, type Reservation } from './reservation.ts';
import type { StockDraft } from './stock-draft.ts';

/** What a stock actor decides on each message; `known` is the order's reservation so far. */

/** An alarm this long overdue was lost (its handling failed): it is set again. */
const ALARM_LOST_MS = 120_000;
/** Holds that expire close to each other go together. */
const EXPIRY_INTERVAL_MS = 1_000;

export function reserve(
  draft: StockDraft,
  request: DataOf<'inventory.reserve.requested'>,
  known: Reservation | undefined,
  holdMs: number,
): void {
  const { orderId, quantity } = request;
  const { levels } = draft.state;
  const fresh = known === undefined || (known.status === 'expired' && known.quantity === quantity);
  const allocations = fresh ? allocate(levels, quantity) : undefined;
  if (allocations === undefined) {
    const refusal = levels.length === 0 ? 'unknown_sku' : 'out_of_stock';
    const answered = known?.status === 'expired' ? undefined : known;
    draft.answer(answerReserve(request, answered, availableUnits(levels), refusal));
    return;
  }
  const expiresAt = draft.now + holdMs;
  const reservation: Reservation = {
    orderId,
    quantity,
    status: 'held',
    allocations,
    freed: 0,
    restocked: 0,
    expiresAt,
    createdAt: known?.createdAt ?? draft.now,
  };
  draft.move('held', movements(allocations, { onHand: 0, reserved: 1 }), orderId, null);
  draft.remember(reservation);
  const { alarmAt } = draft.state;
  if (alarmAt !== null && alarmAt < draft.now - ALARM_LOST_MS) draft.alarmFired();
  draft.alarm(expiresAt);
  draft.answer(answerReserve(request, reservation, availableUnits(draft.state.levels), 'out_of_stock'));
}

export function commit(
  draft: StockDraft,
  request: DataOf<'inventory.commit.requested'>,
  known: Reservation | undefined,
): void {
  const next = known?.quantity === request.quantity ? sold(draft, known) : undefined;
  if (next !== undefined) draft.remember(next);
  draft.answer(answerCommit(request, next ?? known));
}

/** The reservation once its units are sold; undefined when they can't be, or were. An expired hold is taken again. */
function sold(draft: StockDraft, known: Reservation): Reservation | undefined {
  if (known.status === 'held') {
    draft.move('committed', movements(known.allocations, { onHand: -1, reserved: -1 }), known.orderId, null);
    return { ...known, status: 'committed' };
  }
  if (known.status !== 'expired') return undefined;
  const allocations = allocate(draft.state.levels, known.quantity);
  if (allocations === undefined) return undefined;
  const moves = movements(allocations, { onHand: -1, reserved: 0 });
  draft.move('committed', moves, known.orderId, 'the hold had expired');
  return { ...known, status: 'committed', allocations };
}

export function release(
  draft: StockDraft,
  request: DataOf<'inventory.release.requested'>,
  known: Reservation | undefined,
): void {
  const next = known?.status === 'released' ? undefined : freed(draft, request, known);
  if (next !== undefined) draft.remember(next);
  draft.answer(answerRelease(request, next ?? known));
}

function freed(
  draft: StockDraft,
  request: DataOf<'inventory.release.requested'>,
  known: Reservation | undefined,
): Reservation {
  if (known === undefined) {
    // The release outran its request, or the request was refused: either way nothing is held from now on (P16).
    return {
      orderId: request.orderId,
      quantity: request.quantity,
      status: 'released',
      allocations: [],
      freed: 0,
      restocked: 0,
      expiresAt: null,
      createdAt: draft.now,
    };
  }
  switch (known.status) {
    case 'held':
      draft.move(
        'freed',
        movements(known.allocations, { onHand: 0, reserved: -1 }),
        known.orderId,
        request.reason,
      );
      return { ...known, status: 'released', freed: known.quantity };
    case 'committed':
      draft.move(
        'restocked',
        movements(known.allocations, { onHand: 1, reserved: 0 }),
        known.orderId,
        request.reason,
      );
      return { ...known, status: 'released', restocked: known.quantity };
    case 'expired':
    case 'released':
      return { ...known, status: 'released' };
  }
}

/** The outcome is a ledger row under the request's id, for whoever asked. */
export function adjust(draft: StockDraft, request: DataOf<'inventory.adjust.requested'>): void {
  const { warehouseId, delta, opens = false } = request;
  const { levels } = draft.state;
  const level = levels.find(({ id }) => id === warehouseId);
  const refuse = (code: string): void => {
    draft.ledger('adjust_refused', { warehouseId, onHand: 0, reserved: 0 }, null, code);
  };
  if (levels.length === 0 && !opens) refuse('unknown_sku');
  else if (level === undefined && !opens) refuse('unknown_warehouse');
  else if ((level?.onHand ?? 0) + delta < (level?.reserved ?? 0)) refuse('below_reserved');
  else {
    if (level === undefined) draft.open(warehouseId);
    draft.move('adjusted', [{ warehouseId, onHand: delta, reserved: 0 }], null, wordsOf(request));
    draft.tell();
  }
}

/** Both warehouses in one decision: units that are held stay where orders expect them. Its outcome is told as `adjust`'s. */
export function transfer(draft: StockDraft, request: DataOf<'inventory.transfer.requested'>): void {
  const { fromWarehouseId, toWarehouseId, quantity, opens = false } = request;
  const { levels } = draft.state;
  const from = levels.find(({ id }) => id === fromWarehouseId);
  const isKept = levels.some(({ id }) => id === toWarehouseId);
  const refuse = (code: string): void => {
    draft.ledger('transfer_refused', { warehouseId: fromWarehouseId, onHand: 0, reserved: 0 }, null, code);
  };
  if (levels.length === 0) refuse('unknown_sku');
  else if (from === undefined || (!isKept && !opens)) refuse('unknown_warehouse');
  else if (fromWarehouseId === toWarehouseId) refuse('same_warehouse');
  else if (from.onHand - from.reserved < quantity) refuse('not_available');
  else {
    if (!isKept) draft.open(toWarehouseId);
    const moves = [
      { warehouseId: fromWarehouseId, onHand: -quantity, reserved: 0 },
      { warehouseId: toWarehouseId, onHand: quantity, reserved: 0 },
    ];
    draft.move('transferred', moves, null, wordsOf(request));
    draft.tell();
  }
}

/** Why, and who asked: a line of the ledger. */
function wordsOf({ reason, requestedBy }: { readonly reason: string; readonly requestedBy: string }): string {
  return `${reason} (${requestedBy})`.slice(0, 600);
}

/** Lets go of what is due; `stored` are the holds that expire first, as last committed. */
export function expire(draft: StockDraft, stored: readonly Reservation[]): void {
  const recent = allRecent(draft.state.recent);
  const candidates = new Map(stored.map((hold) => [hold.orderId, hold]));
  for (const [orderId, reservation] of recent) candidates.set(orderId, reservation);
  const holds = [...candidates.values()]
    .filter(({ status }) => status === 'held')
    .sort((a, b) => (a.expiresAt ?? 0) - (b.expiresAt ?? 0) || (a.orderId < b.orderId ? -1 : 1));
  draft.alarmFired();
  for (const hold of holds.slice(0, HOLDS_READ_MAX)) {
    if ((hold.expiresAt ?? 0) > draft.now) break;
    draft.move('expired', movements(hold.allocations, { onHand: 0, reserved: -1 }), hold.orderId, null);
    draft.remember({ ...hold, status: 'expired' });
  }
  const next = holds.find(({ expiresAt }, index) => index >= HOLDS_READ_MAX || (expiresAt ?? 0) > draft.now);
  if (next !== undefined) draft.alarm(Math.max(next.expiresAt ?? 0, draft.now + EXPIRY_INTERVAL_MS));
  // A full read may have left more behind it.
  if (stored.length >= HOLDS_READ_MAX) draft.alarm(draft.now + EXPIRY_INTERVAL_MS);
}
