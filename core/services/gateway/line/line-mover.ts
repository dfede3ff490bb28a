import { OrreryError } from '../../../kernel/errors.ts';
import type { FlashSale } from '../../catalog/ports.ts';
import type { InventoryQueries, StockLevel } from '../../inventory/ports.ts';
import type { OrderCommands, OrderQueries } from '../../orders/ports.ts';
import type { LineStore, UsedPlace } from './ports.ts';
import { settlementOf, turnsFree } from './settlement.ts';

export interface LineMoverOptions {
  readonly store: Pick<LineStore, 'used' | 'settle' | 'ordered' | 'giveBack' | 'admit'>;
  readonly orders: Pick<OrderQueries, 'versions'> & Pick<OrderCommands, 'findByKey'>;
  readonly inventory: Pick<InventoryQueries, 'find'>;
  /** Told how many turns were given at once. */
  readonly onTurns?: (turns: number) => void;
}

/** A turn that is not used by then goes to the next in line. */
export const TURN_MS = 120_000;
/** Orders whose end is asked for in one step; the next step goes on behind them. */
const USED_MAX = 1_000;

/**
 * Moves lines on: first what became of the orders that were placed on turns, then as many new turns as there are units.
 *
 * Owns: how far the look at each line's orders has come. Does not own: when a line is moved, and what shoppers are told.
 */
export class LineMover {
  readonly #options: LineMoverOptions;
  /** By sale: orders up to this position were asked about last. */
  readonly #settledUpTo = new Map<string, number>();

  constructor(options: LineMoverOptions) {
    this.#options = options;
  }

  /** One step of a line that somebody has joined. */
  async move(sale: FlashSale): Promise<void> {
    await this.#settle(sale.id);
    await this.#admit(sale);
  }

  forget(saleId: string): void {
    this.#settledUpTo.delete(saleId);
  }

  async #settle(saleId: string): Promise<void> {
    const { store, orders } = this.#options;
    const used = await store.used(saleId, this.#settledUpTo.get(saleId) ?? 0, USED_MAX);
    // Noted first: an order that can't be asked about must not keep the look from those behind it.
    this.#settledUpTo.set(saleId, used.length < USED_MAX ? 0 : (used.at(-1)?.position ?? 0));
    if (used.length === 0) return;
    const statuses = await orders.versions(used.flatMap(({ orderId }) => orderId ?? []));
    const outcomes: { position: number; state: 'sold' | 'released' }[] = [];
    for (const place of used) {
      const status = place.orderId === null ? undefined : statuses.get(place.orderId)?.status;
      const settlement = settlementOf(place, status);
      if (settlement === 'look_up') await this.#lookUp(place);
      else if (settlement !== 'open') outcomes.push({ position: place.position, state: settlement });
    }
    if (outcomes.length > 0) await store.settle(saleId, outcomes);
  }

  async #admit({ id, sku }: FlashSale): Promise<void> {
    const { store, inventory, onTurns } = this.#options;
    const shelf = shelfOf(await inventory.find(sku));
    const turns = await store.admit(id, TURN_MS, (line) => turnsFree(line, shelf));
    if (turns > 0) onTurns?.(turns);
  }

  /** A gateway died between taking the turn and hearing of the order. */
  async #lookUp(place: UsedPlace): Promise<void> {
    const { saleId, position, idempotencyKey } = place;
    const orderId = await this.#orderOf(place);
    if (orderId === undefined) await this.#options.store.giveBack(saleId, position, idempotencyKey);
    else await this.#options.store.ordered(saleId, position, place, orderId);
  }

  async #orderOf({ userId, idempotencyKey, fingerprint }: UsedPlace): Promise<string | undefined> {
    try {
      return (await this.#options.orders.findByKey(userId, idempotencyKey, fingerprint))?.orderId;
    } catch (error) {
      // The key is that of an earlier order of other contents, so this one was refused.
      if (error instanceof OrreryError && error.code === 'idempotency_mismatch') return undefined;
      throw error;
    }
  }
}

function shelfOf(level: StockLevel | undefined): { readonly available: number; readonly onHand: number } {
  const warehouses = level?.warehouses ?? [];
  return {
    available: warehouses.reduce((sum, { available }) => sum + available, 0),
    onHand: warehouses.reduce((sum, { onHand }) => sum + onHand, 0),
  };
}
