import type { Draft } from '../../../core/engine/behaviour.ts';
import { assert } from '../../../core/kernel/assert.ts';
import type { Random } from '../../../core/kernel/clock.ts';
import type { OrderEventType } from '../context.ts';

/** A tiny model of the other services, for random walks: it keeps their promises and nothing more. */

export interface Answer {
  readonly type: OrderEventType;
  readonly data: Readonly<Record<string, unknown>>;
}
type Data = Readonly<Record<string, unknown>>;

export class Participants {
  /** By SKU. A tombstone refuses whatever comes later (P16). */
  readonly stock = new Map<string, 'held' | 'committed' | 'gone' | 'tombstone'>();
  charge: 'none' | 'taken' | 'declined' | 'void' | 'givenBack' = 'none';
  /** By shipment key. */
  readonly parcels = new Map<string, 'scheduled' | 'dispatched' | 'delivered' | 'cancelled' | 'failed'>();
  /** From now on nothing is refused any more that must succeed in the end. */
  calm = false;
  readonly #random: Random;

  constructor(random: Random) {
    this.#random = random;
  }

  /** What the addressee of a request answers. Anything may be asked twice and in any order. */
  handle({ type, data }: Draft): readonly Answer[] {
    const asked = data as Data;
    const answer = (type: OrderEventType): readonly Answer[] => [{ type, data: known(asked) }];
    switch (type) {
      case 'inventory.reserve.requested':
        return answer(this.#reserve(text(asked['sku'])));
      case 'inventory.commit.requested':
        return answer(this.#commit(text(asked['sku'])));
      case 'inventory.release.requested':
        this.stock.set(text(asked['sku']), 'tombstone');
        return answer('inventory.released');
      case 'payment.requested':
        return answer(this.#pay());
      case 'payment.refund.requested':
        return this.#refund(asked);
      case 'shipping.requested':
        return answer(this.#ship(text(asked['shipmentKey'])));
      case 'shipping.cancel.requested':
        return answer(this.#withdraw(text(asked['shipmentKey'])));
      default:
        return [];
    }
  }

  /** Something happens without being asked: a hold runs out, a parcel moves on. */
  moveOn(): readonly Answer[] {
    for (const [sku, state] of this.stock) {
      if (state === 'held' && !this.calm && this.#random() < 0.05) this.stock.set(sku, 'gone');
    }
    for (const [shipmentKey, state] of this.parcels) {
      if (state === 'scheduled') {
        this.parcels.set(shipmentKey, 'dispatched');
        return [{ type: 'shipping.dispatched', data: { shipmentKey } }];
      }
      if (state === 'dispatched') {
        this.parcels.set(shipmentKey, 'delivered');
        return [
          { type: 'shipping.progressed', data: { shipmentKey } },
          { type: 'shipping.delivered', data: { shipmentKey } },
        ];
      }
    }
    return [];
  }

  #reserve(sku: string): OrderEventType {
    const state = this.stock.get(sku);
    if (state === undefined && this.#random() < 0.9) this.stock.set(sku, 'held');
    if (state === undefined && !this.stock.has(sku)) this.stock.set(sku, 'gone');
    const now = this.stock.get(sku);
    return now === 'held' || now === 'committed' ? 'inventory.reserved' : 'inventory.reserve.failed';
  }

  #commit(sku: string): OrderEventType {
    if (this.stock.get(sku) === 'held') this.stock.set(sku, 'committed');
    return this.stock.get(sku) === 'committed' ? 'inventory.committed' : 'inventory.commit.failed';
  }

  #pay(): OrderEventType {
    if ((this.charge === 'void' || this.charge === 'declined') && !this.calm && this.#random() < 0.3) {
      // An attempt under way when the verdict fell moved money after all, and could not be undone (P15).
      this.charge = 'taken';
      return 'payment.refund.failed';
    }
    if (this.charge === 'none') this.charge = this.#random() < 0.85 ? 'taken' : 'declined';
    return this.charge === 'taken' || this.charge === 'givenBack' ? 'payment.processed' : 'payment.failed';
  }

  #refund(asked: Data): readonly Answer[] {
    const data = known(asked);
    if (this.charge === 'taken' && !this.calm && this.#random() < 0.4) {
      return [{ type: 'payment.refund.failed', data }];
    }
    if (this.charge === 'none') this.charge = 'void';
    if (this.charge === 'taken') this.charge = 'givenBack';
    const amountCents = this.charge === 'givenBack' ? data['amountCents'] : 0;
    return [{ type: 'payment.refunded', data: { ...data, amountCents } }];
  }

  #ship(shipmentKey: string): OrderEventType {
    if (!this.parcels.has(shipmentKey)) {
      this.parcels.set(shipmentKey, this.#random() < 0.8 ? 'scheduled' : 'failed');
    }
    switch (this.parcels.get(shipmentKey)) {
      case 'cancelled':
        return 'shipping.cancelled';
      case 'failed':
        return 'shipping.failed';
      default:
        return 'shipping.scheduled';
    }
  }

  #withdraw(shipmentKey: string): OrderEventType {
    const state = this.parcels.get(shipmentKey);
    if (state === 'dispatched' || state === 'delivered') return 'shipping.cancel.refused';
    if (state !== 'failed') this.parcels.set(shipmentKey, 'cancelled');
    return 'shipping.cancelled';
  }
}

/** What an answer takes over from its request; reasons are its own. */
function known({ sku, quantity, chargeKey, amountCents, shipmentKey }: Data): Data {
  const all = { sku, quantity, chargeKey, amountCents, shipmentKey };
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== undefined));
}

function text(value: unknown): string {
  assert(typeof value === 'string', 'a request names its SKU or parcel');
  return value;
}
