import { assert } from '../../../kernel/assert.ts';
import type { MicroBatch } from '../../../engine/participant-port.ts';
import type { Clock } from '../../../kernel/clock.ts';
import { errorMessage, OrreryError } from '../../../kernel/errors.ts';
import type { Logger } from '../../../kernel/logger.ts';
import type { FlashSale, FlashSales } from '../../catalog/ports.ts';
import { LineMover, type LineMoverOptions } from './line-mover.ts';
import type { LineHead, LinePlace, LineReport, LineStore, Place } from './ports.ts';
import { AdmissionRate, standingOf } from './standing.ts';

/** What a token says: whose place it is, and the position its holder was told last. */
export interface Ticket {
  readonly saleId: string;
  readonly userId: string;
  readonly position: number;
  readonly shown: number;
}

/** Signs tickets, so that nobody writes their own. */
export interface TicketSigner {
  sign(ticket: Ticket): string;
  /** Undefined for what this shop did not sign. */
  verify(token: string): Ticket | undefined;
}

export interface WaitingLinesOptions extends Pick<LineMoverOptions, 'orders' | 'inventory' | 'onTurns'> {
  readonly sales: Pick<FlashSales, 'current'>;
  readonly store: LineStore;
  readonly tickets: TicketSigner;
  readonly microBatch: MicroBatch;
  readonly clock: Clock;
  readonly logger: Logger;
}

/** How often lines move on. */
const STEP_MS = 250;

interface Line {
  readonly head: LineHead;
  readonly rate: AdmissionRate;
  /** When a turn was given last, as far as this process saw. */
  readonly admittedAtMs: number;
}

/**
 * The waiting lines of the flash sales that run.
 *
 * Owns: who may order when. Does not own: the stock, which the saga takes as for any other order, nor the sales' times,
 * nor how a line moves on (LineMover).
 * In: shoppers who come. Out: places, turns, and what is known of each line in memory.
 *
 * I1. Places are given in the order of arrival, and turns in the order of places; a shopper has one place at a time.
 * I2. Open turns, orders that are not paid yet and units that are sold never come to more than the units of the sale.
 * I3. A unit whose order came to nothing, or whose turn lapsed, goes to the next in line.
 * I4. What is in memory here may be half a second old, and is used only for what is final (sold out) or only ever moves
 *     one way (how far the line is); turns are taken in the store.
 *
 * I5. No line waits for another one: each moves on by itself, and one that can't leaves the others alone.
 *
 * Every gateway steps the lines; the store lets one at a time.
 */
export class WaitingLines {
  readonly #options: WaitingLinesOptions;
  readonly #mover: LineMover;
  readonly #join: (wish: { readonly sale: FlashSale; readonly userId: string }) => Promise<Place>;
  readonly #find: (wish: { readonly saleId: string; readonly userId: string }) => Promise<Place | null>;
  readonly #lines = new Map<string, Line>();
  /** Lines that are being moved on. */
  readonly #moving = new Map<string, Promise<void>>();
  readonly #listeners = new Set<(saleId: string) => void>();
  #sales: readonly FlashSale[] = [];
  #running: Promise<void> | null = null;
  #stopped = false;
  #cancel: () => void = () => undefined;

  constructor(options: WaitingLinesOptions) {
    this.#options = options;
    this.#mover = new LineMover(options);
    this.#join = options.microBatch((wishes) => this.#joinAll(wishes));
    this.#find = options.microBatch((wishes) => this.#findAll(wishes));
  }

  /** Reads the sales once, then moves the lines on until `stop`. */
  async start(): Promise<void> {
    await this.#step();
    await Promise.all(this.#moving.values());
    this.#next();
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#cancel();
    await this.#running;
    await Promise.all(this.#moving.values());
  }

  /** The sale of a product that runs now, if there is one. */
  running(productId: string): FlashSale | undefined {
    const nowMs = this.#options.clock.now();
    return this.#sales.find((sale) => sale.productId === productId && isRunning(sale, nowMs));
  }

  /** Whether a sale runs or is to come. */
  known(saleId: string): boolean {
    return this.#sales.some(({ id }) => id === saleId);
  }

  /** Whether every unit was paid for, or the goods ran out; once true it stays so. From memory. */
  soldOut(saleId: string): boolean {
    return this.#lines.get(saleId)?.head.soldOut ?? false;
  }

  /** Places up to here have had their turn, as this process knows; only ever rises. */
  admittedUpTo(saleId: string): number {
    return this.#lines.get(saleId)?.head.admittedUpTo ?? 0;
  }

  /** How the lines stand that shoppers have joined, of sales that run and are not sold out. Rejects when the store does. */
  async reports(): Promise<readonly LineReport[]> {
    const nowMs = this.#options.clock.now();
    const running = this.#sales.filter(
      (sale) => isRunning(sale, nowMs) && this.#lines.has(sale.id) && !this.soldOut(sale.id),
    );
    if (running.length === 0) return [];
    const queues = await this.#options.store.queues(running.map(({ id }) => id));
    return running.flatMap(({ id, sku }) => {
      const [queue, line] = [queues.find(({ saleId }) => saleId === id), this.#lines.get(id)];
      if (queue === undefined || line === undefined) return [];
      // A line that nobody stood in was not still.
      const stillMs = Math.max(0, Math.min(queue.headAgeMs ?? 0, nowMs - line.admittedAtMs));
      return [{ ...queue, sku, turnsPerSecond: line.rate.perSecond(), stillMs }];
    });
  }

  /** Told when a line has moved on. The returned function ends it. */
  onMoved(listener: (saleId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /**
   * The shopper's place, given now if there was none. `token`: what they were given before. Rejects with OrreryError
   * `unknown_sale`, `sale_not_running` or `queue_token_invalid`.
   */
  async join(saleId: string, userId: string, token?: string): Promise<LinePlace> {
    const sale = this.#saleNow(saleId);
    const ticket = this.#ticketOf(saleId, userId, token);
    return this.#told(this.#stillWaiting(ticket) ?? (await this.#join({ sale, userId })), ticket);
  }

  /** The shopper's place; undefined: they have none. Rejects as `join` does, but for `sale_not_running`. */
  async place(saleId: string, userId: string, token?: string): Promise<LinePlace | undefined> {
    if (!this.known(saleId)) throw unknownSale();
    const ticket = this.#ticketOf(saleId, userId, token);
    const place = this.#stillWaiting(ticket) ?? (await this.#find({ saleId, userId }));
    return place === null ? undefined : this.#told(place, ticket);
  }

  leave(saleId: string, userId: string): Promise<void> {
    return this.#options.store.leave(saleId, userId);
  }

  /** The key of the checkout that has used the shopper's turn and is not decided yet. */
  async keyInUse(saleId: string, userId: string): Promise<string | undefined> {
    return (await this.#find({ saleId, userId }))?.idempotencyKey ?? undefined;
  }

  get store(): Pick<LineStore, 'use' | 'ordered' | 'giveBack'> {
    return this.#options.store;
  }

  #saleNow(saleId: string): FlashSale {
    const sale = this.#sales.find(({ id }) => id === saleId);
    if (sale === undefined) throw unknownSale();
    if (!isRunning(sale, this.#options.clock.now())) {
      throw new OrreryError('sale_not_running', `the sale runs from ${sale.startsAt} to ${sale.endsAt}`);
    }
    return sale;
  }

  #ticketOf(saleId: string, userId: string, token: string | undefined): Ticket | undefined {
    if (token === undefined) return undefined;
    const ticket = this.#options.tickets.verify(token);
    if (ticket?.userId !== userId) {
      throw new OrreryError('queue_token_invalid', 'the queue token is not one of this shopper');
    }
    // A token of another line says nothing about this one: a cart may hold products of two sales.
    return ticket.saleId === saleId ? ticket : undefined;
  }

  /** Whoever shows a ticket that the line has not come to needs no look into the store. */
  #stillWaiting(ticket: Ticket | undefined): Place | undefined {
    if (ticket === undefined) return undefined;
    const { saleId, userId, position } = ticket;
    const head = this.#lines.get(saleId)?.head;
    if (head === undefined || position <= head.admittedUpTo) return undefined;
    return { saleId, userId, position, state: 'waiting', turnUntilMs: null, idempotencyKey: null };
  }

  #told(place: Place, ticket: Ticket | undefined): LinePlace {
    const line = this.#lines.get(place.saleId);
    const head = line?.head ?? emptyHead(place.saleId);
    const standing = standingOf(place, head, line?.rate.perSecond() ?? 0, this.#options.clock.now());
    // Another gateway may have been a moment ahead of this one: nobody moves back.
    const shown =
      ticket?.position === place.position ? Math.min(ticket.shown, standing.position) : standing.position;
    const { saleId, userId, position } = place;
    const token = this.#options.tickets.sign({ saleId, userId, position, shown });
    return {
      ...standing,
      position: standing.state === 'waiting' ? Math.max(1, shown) : shown,
      saleId,
      token,
    };
  }

  async #joinAll(
    wishes: readonly { readonly sale: FlashSale; readonly userId: string }[],
  ): Promise<readonly Place[]> {
    const places = new Map<string, Place>();
    const sales = new Map(wishes.map(({ sale }) => [sale.id, sale]));
    const join = async (sale: FlashSale): Promise<void> => {
      const userIds = wishes.filter((wish) => wish.sale.id === sale.id).map(({ userId }) => userId);
      for (const place of await this.#options.store.join(sale, [...new Set(userIds)])) {
        places.set(keyOf(place), place);
      }
      await this.#requireHead(sale.id);
    };
    await Promise.all([...sales.values()].map(join));
    return wishes.map(({ sale, userId }) => {
      const place = places.get(keyOf({ saleId: sale.id, userId }));
      assert(place !== undefined, 'a shopper who joined has a place');
      return place;
    });
  }

  async #findAll(
    wishes: readonly { readonly saleId: string; readonly userId: string }[],
  ): Promise<readonly (Place | null)[]> {
    const places = new Map<string, Place>();
    const find = async (saleId: string): Promise<void> => {
      const userIds = wishes.filter((wish) => wish.saleId === saleId).map(({ userId }) => userId);
      for (const place of (await this.#options.store.places(saleId, [...new Set(userIds)])).values()) {
        places.set(keyOf(place), place);
      }
      await this.#requireHead(saleId);
    };
    await Promise.all([...new Set(wishes.map(({ saleId }) => saleId))].map(find));
    return wishes.map((wish) => places.get(keyOf(wish)) ?? null);
  }

  #next(): void {
    if (this.#stopped) return;
    this.#cancel = this.#options.clock.after(STEP_MS, () => {
      this.#running = this.#step().then(() => {
        this.#next();
      });
    });
  }

  async #step(): Promise<void> {
    const { sales, clock, logger } = this.#options;
    try {
      this.#sales = await sales.current();
    } catch (error) {
      logger.warn({ error: errorMessage(error) }, 'the flash sales could not be read; those known go on');
    }
    for (const id of this.#lines.keys()) if (!this.known(id)) this.#forget(id);
    const nowMs = clock.now();
    for (const sale of this.#sales) {
      if (isRunning(sale, nowMs) && !this.#moving.has(sale.id)) {
        this.#moving.set(
          sale.id,
          this.#moveOn(sale).finally(() => this.#moving.delete(sale.id)),
        );
      }
    }
  }

  #forget(saleId: string): void {
    this.#lines.delete(saleId);
    this.#mover.forget(saleId);
  }

  async #moveOn(sale: FlashSale): Promise<void> {
    try {
      if (this.soldOut(sale.id)) return;
      // Nobody waits in a line that nobody has joined.
      if (this.#lines.has(sale.id)) await this.#mover.move(sale);
      await this.#readHead(sale.id);
    } catch (error) {
      this.#options.logger.warn(
        { saleId: sale.id, error: errorMessage(error) },
        'a waiting line could not be moved on; it stands still',
      );
    }
  }

  /** Where a shopper stands can be told only from the head; a line that is new to this process has none here. */
  async #requireHead(saleId: string): Promise<void> {
    if (!this.#lines.has(saleId)) await this.#readHead(saleId);
  }

  async #readHead(saleId: string): Promise<void> {
    const [head] = await this.#options.store.heads([saleId]);
    if (head !== undefined) this.#look(head);
  }

  #look(read: LineHead): void {
    const before = this.#lines.get(read.saleId);
    // Two reads may end in another order than they began in.
    const head = before !== undefined && isBehind(read, before.head) ? before.head : read;
    const rate = before?.rate ?? new AdmissionRate();
    const nowMs = this.#options.clock.now();
    rate.look(nowMs, head.admittedUpTo);
    const admitted = before?.head.admittedUpTo !== head.admittedUpTo;
    this.#lines.set(head.saleId, { head, rate, admittedAtMs: admitted ? nowMs : before.admittedAtMs });
    const moved = admitted || before.head.soldOut !== head.soldOut || before.head.sold !== head.sold;
    if (moved) for (const listener of this.#listeners) listener(head.saleId);
  }
}

function isBehind(read: LineHead, known: LineHead): boolean {
  return read.admittedUpTo < known.admittedUpTo || read.joined < known.joined || read.sold < known.sold;
}

function unknownSale(): OrreryError {
  return new OrreryError('unknown_sale', 'there is no such sale, or it is over');
}

function isRunning({ startsAt, endsAt }: FlashSale, nowMs: number): boolean {
  return Date.parse(startsAt) <= nowMs && nowMs < Date.parse(endsAt);
}

function keyOf({ saleId, userId }: { readonly saleId: string; readonly userId: string }): string {
  return `${saleId} ${userId}`;
}

function emptyHead(saleId: string): LineHead {
  return { saleId, admittedUpTo: 0, joined: 0, sold: 0, soldOut: false };
}
