import {
  type Draft,
  type Reaction,
  type RelatedRequest,
  type RelatedRow,
  type RowWrite,
  TIMER_FIRED,
} from '../../engine/behaviour.ts';
import type { Message } from '../../kernel/message.ts';
import { type Level } from './levels.ts';
import { HOLDS_READ, HOLDS_READ_MAX, relatedReservation, storedReservation } from './reservation.ts';
import { stockBehaviour } from './stock.ts';
import { newStock, type StockState } from './stock-state.ts';

/**
 * One stock actor with its tables in memory, for tests: handles messages like the engine does (ids seen, rows, one
 * timer), and can forget its memory or show rows late, as a commit that is still under way does.
 */
export class StockWorld {
  /** The rows that have landed. */
  readonly tables = new Tables();
  state: StockState;
  timerAt: number | null = null;
  now = Date.UTC(2026, 0, 1);
  private readonly behaviour;
  private readonly seen = new Set<string>();
  private readonly pending: RowWrite[] = [];
  private fired = 0;

  constructor(levels: readonly Level[], holdMs = 600_000, sku = 'MUG-1') {
    this.behaviour = stockBehaviour({ holdMs });
    this.state = newStock(sku, levels);
    for (const { id, onHand, reserved } of levels) {
      this.tables.stock.set(`${sku}/${id}`, { sku, warehouse_id: id, on_hand: onHand, reserved });
    }
  }

  /** Handles the message, or repeats its answer if its id was handled before. */
  handle(message: Message): readonly Draft[] {
    const related = this.read(this.behaviour.related?.(message) ?? []);
    if (this.seen.has(message.id))
      return this.behaviour.repeat?.(this.state, message, this.now, related) ?? [];
    const reaction = this.behaviour.react(this.state, message, this.now, related);
    this.seen.add(message.id);
    this.apply(reaction);
    return reaction.messages;
  }

  /** The first answer to a request, by its type and data. */
  ask(
    type: string,
    orderId: string,
    quantity = 1,
    id = `${type}/${orderId}`,
  ): { type: string; data: Record<string, unknown> } {
    const { sku } = this.state;
    const data = {
      orderId,
      sku,
      quantity,
      ...(type.endsWith('release.requested') ? { reason: 'payment_failed' } : {}),
    };
    const [answer] = this.handle(this.message(type, id, data)).filter(({ to }) => to === orderId);
    if (answer === undefined) throw new Error(`${type} was not answered`);
    return { type: answer.type, data: answer.data as Record<string, unknown> };
  }

  message(type: string, id: string, data: object): Message {
    const time = new Date(this.now).toISOString();
    return {
      id,
      type,
      subject: this.state.sku,
      correlationId: 'c',
      causationId: null,
      time,
      version: 1,
      data,
    };
  }

  /** Moves time on and fires the timer if it is due. */
  pass(ms: number): readonly Draft[] {
    this.now += ms;
    if (this.timerAt === null || this.timerAt > this.now) return [];
    this.timerAt = null;
    this.fired += 1;
    return this.handle(
      this.message(TIMER_FIRED, `timer/${String(this.fired)}`, { timer: 'expiry', event: null }),
    );
  }

  /** What was decided so far is now in the rows. */
  land(): void {
    this.tables.write(this.pending.splice(0));
  }

  /** The rows as they will be once everything has landed. */
  decided(): Tables {
    const tables = new Tables(this.tables);
    tables.write(this.pending);
    return tables;
  }

  /** The actor leaves the memory and is hydrated again. */
  forget(): void {
    this.land();
    const row = { id: this.state.sku, version: 0 };
    this.state = this.behaviour.deserialize(structuredClone(this.behaviour.serialize(this.state)), row);
  }

  snapshotBytes(): number {
    return JSON.stringify(this.behaviour.serialize(this.state)).length;
  }

  private apply(reaction: Reaction<StockState>): void {
    this.state = reaction.state;
    for (const { dueAt } of reaction.timers) this.timerAt = dueAt;
    this.pending.push(...reaction.rows);
  }

  private read(requests: readonly RelatedRequest[]): readonly (readonly RelatedRow[])[] {
    return requests.map(({ name, key }) => {
      if (name !== HOLDS_READ) {
        const row = this.tables.reservation.get(key[0] ?? '');
        return row === undefined ? [] : [relatedReservation(row)];
      }
      return [...this.tables.reservation.values()]
        .filter((row) => row['status'] === 'held')
        .map(relatedReservation)
        .sort((a, b) => (storedReservation(a).expiresAt ?? 0) - (storedReservation(b).expiresAt ?? 0))
        .slice(0, HOLDS_READ_MAX);
    });
  }
}

type Row = RowWrite['row'];

export class Tables {
  readonly stock: Map<string, Row>;
  readonly reservation: Map<string, Row>;
  readonly stock_ledger: Map<string, Row>;

  constructor(copied?: Tables) {
    this.stock = new Map(copied?.stock);
    this.reservation = new Map(copied?.reservation);
    this.stock_ledger = new Map(copied?.stock_ledger);
  }

  write(writes: readonly RowWrite[]): void {
    for (const { table, row } of writes) {
      if (table === 'stock') this.stock.set(`${text(row, 'sku')}/${text(row, 'warehouse_id')}`, row);
      else if (table === 'reservation') this.reservation.set(text(row, 'order_id'), row);
      else {
        const key = `${text(row, 'message_id')}/${String(row['line'])}`;
        if (this.stock_ledger.has(key)) throw new Error(`ledger row ${key} is written twice`);
        this.stock_ledger.set(key, row);
      }
    }
  }
}

function text(row: Row, column: string): string {
  const value = row[column];
  return typeof value === 'string' ? value : '';
}
