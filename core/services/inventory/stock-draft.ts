import type { Draft, Reaction, RowWrite, TimerChange } from '../../engine/behaviour.ts';
import { isoTime } from '../../kernel/iso-time.ts';
import type { Message } from '../../kernel/message.ts';
import { stockChanged } from '../../messages/inventory.ts';
import { applyMovements, availableUnits, type Movement } from './levels.ts';
import { addRecent } from './recent.ts';
import { type Reservation, reservationRow } from './reservation.ts';
import type { StockState } from './stock-state.ts';
import type { LedgerKind } from './tables.ts';

/** At or below this many units availability is told whenever it crosses the line. */
export const LOW_STOCK_UNITS = 10;
/** A hot SKU tells its availability at most this often, apart from crossings and corrections. */
export const TELL_INTERVAL_MS = 1_000;

const EXPIRY_TIMER = 'expiry';

/** One decision of a stock actor in the making; it lives for the length of `react`. */
export class StockDraft {
  readonly now: number;
  private readonly before: StockState;
  private readonly messageId: string;
  private current: StockState;
  private readonly messages: Draft[] = [];
  private readonly timers: TimerChange[] = [];
  private readonly rows: RowWrite[] = [];
  private readonly touched = new Set<string>();
  private ledgerLines = 0;
  private mustTell = false;

  constructor(state: StockState, message: Message, now: number) {
    this.before = state;
    this.current = state;
    this.messageId = message.id;
    this.now = now;
  }

  get state(): StockState {
    return this.current;
  }

  answer(draft: Draft): void {
    this.messages.push(draft);
  }

  /** Moves units and writes each movement into the ledger. */
  move(kind: LedgerKind, moves: readonly Movement[], orderId: string | null, reason: string | null): void {
    this.current = { ...this.current, levels: applyMovements(this.current.levels, moves) };
    for (const move of moves) {
      this.touched.add(move.warehouseId);
      this.ledger(kind, move, orderId, reason);
    }
  }

  /** The warehouse begins to keep the SKU, with nothing. */
  open(warehouseId: string): void {
    const levels = [...this.current.levels, { id: warehouseId, onHand: 0, reserved: 0 }];
    this.current = { ...this.current, levels: levels.sort((a, b) => (a.id < b.id ? -1 : 1)) };
  }

  ledger(kind: LedgerKind, move: Movement, orderId: string | null, reason: string | null): void {
    const after = this.current.levels.find(({ id }) => id === move.warehouseId);
    this.rows.push({
      table: 'stock_ledger',
      row: {
        message_id: this.messageId,
        line: this.ledgerLines,
        sku: this.current.sku,
        warehouse_id: move.warehouseId,
        kind,
        on_hand_delta: move.onHand,
        reserved_delta: move.reserved,
        on_hand_after: after?.onHand ?? null,
        reserved_after: after?.reserved ?? null,
        order_id: orderId,
        reason,
        at: isoTime(this.now),
      },
    });
    this.ledgerLines += 1;
  }

  remember(reservation: Reservation): void {
    this.rows.push(reservationRow(this.current.sku, reservation, this.now));
    const recent = addRecent(this.current.recent, reservation.orderId, reservation);
    this.current = { ...this.current, recent };
  }

  /** Sees to it that the expiry timer fires at `dueAt` (milliseconds) or earlier. */
  alarm(dueAt: number): void {
    const { alarmAt } = this.current;
    if (alarmAt !== null && alarmAt <= dueAt) return;
    this.timers.push({ id: EXPIRY_TIMER, dueAt, event: null });
    this.current = { ...this.current, alarmAt: dueAt };
  }

  /** The timer has fired and is gone. */
  alarmFired(): void {
    this.current = { ...this.current, alarmAt: null };
  }

  /** Availability is told even if nothing else asks for it. */
  tell(): void {
    this.mustTell = true;
  }

  finish(): Reaction<StockState> {
    for (const { id, onHand, reserved } of this.current.levels) {
      if (!this.touched.has(id)) continue;
      this.rows.push({
        table: 'stock',
        row: { sku: this.current.sku, warehouse_id: id, on_hand: onHand, reserved },
      });
    }
    this.tellAvailability();
    return {
      state: this.current,
      messages: this.messages,
      timers: this.timers,
      rows: this.rows,
      from: stateName(this.before),
      to: stateName(this.current),
    };
  }

  /**
   * One message per decision would double the traffic of a hot SKU, so availability is told when it reaches or
   * leaves nothing or little, after a correction, and else at most once a second. Who must know it exactly reads it.
   */
  private tellAvailability(): void {
    const before = availableUnits(this.before.levels);
    const available = availableUnits(this.current.levels);
    const crossed = [0, LOW_STOCK_UNITS].some((line) => before > line !== available > line);
    const due = available !== before && this.now - this.current.toldAt >= TELL_INTERVAL_MS;
    if (!crossed && !due && !this.mustTell) return;
    const { sku, levels } = this.current;
    this.messages.push({
      type: stockChanged.type,
      subject: sku,
      data: { sku, available, warehouses: levels },
    });
    this.current = { ...this.current, toldAt: this.now };
  }
}

function stateName(state: StockState): string {
  return availableUnits(state.levels) > 0 ? 'available' : 'sold_out';
}
