import type { Random } from '../../core/kernel/clock.ts';
import type { Letter, Mailer } from '../../core/services/notifications/mailer.ts';
import type { Carrier } from '../../core/services/shipping/carrier.ts';
import { chance } from '../../core/kernel/seeded-random.ts';

/** A carrier that keeps its books, so that a parcel booked twice or never stopped is seen. */
export class CarrierBooks {
  /** Shipment keys under way: booked and not cancelled. */
  readonly underWay = new Set<string>();
  /** Share of parcels refused, of cancellations that come too late; set by faults. */
  refusing = 0;
  keepingGoing = 0;
  readonly port: Carrier;

  /** `handedOver`: whether the warehouse may have given the parcel away, which it does by our own rows. */
  constructor(carrier: Carrier, random: Random, handedOver: (key: string) => boolean) {
    const left = new Set<string>();
    this.port = {
      book: async (order, signal) => {
        // A parcel it has taken it keeps: a repeated booking is the same booking.
        if (!this.underWay.has(order.key) && chance(random, this.refusing)) {
          return { kind: 'refused', reason: 'no van today' };
        }
        const booking = await carrier.book(order, signal);
        if (booking.kind === 'booked') this.underWay.add(order.key);
        return booking;
      },
      cancel: async (key, signal) => {
        const mayHaveLeft = this.underWay.has(key) && handedOver(key);
        if (mayHaveLeft && (left.has(key) || chance(random, this.keepingGoing))) {
          left.add(key);
          return { kind: 'keptGoing', reason: 'it has left' };
        }
        this.underWay.delete(key);
        return carrier.cancel(key, signal);
      },
    };
  }
}

/** A mail server that keeps every letter it was handed, repeats included. */
export class LetterBox {
  readonly letters: Letter[] = [];
  readonly port: Mailer = {
    send: (letter) => {
      this.letters.push(letter);
      return Promise.resolve({ kind: 'accepted' });
    },
  };
}
