import type { CarrierBooks, LetterBox } from '../partners.ts';
import type { MemoryDatabase } from '../stores/database.ts';
import type { MemoryGatewayLedger } from '../stores/payments.ts';
import type { Report, Watcher } from './invariants.ts';

/** I4 and I5: what the world outside did for us, by its own books. */
export class EffectsWatcher implements Watcher {
  private readonly outside: {
    readonly database: MemoryDatabase;
    readonly ledger: MemoryGatewayLedger;
    readonly carrier: CarrierBooks;
    readonly letters: LetterBox;
    /** Orders were under way in an older build, which told everyone who asked that it was too late. */
    readonly upgrades: boolean;
  };
  private readonly report: Report;

  constructor(outside: EffectsWatcher['outside'], report: Report) {
    this.outside = outside;
    this.report = report;
  }

  atEnd(): void {
    this.countMoney();
    this.countParcels();
    this.countLetters();
  }

  private countMoney(): void {
    const { database, ledger } = this.outside;
    const kept = new Map<string, number>();
    const charges = new Map<string, number>();
    for (const [key, { amountCents, transactionId, refundId }] of ledger.entries) {
      if (transactionId === null) continue;
      const orderId = orderOf(key);
      charges.set(orderId, (charges.get(orderId) ?? 0) + 1);
      if (refundId === null) kept.set(orderId, (kept.get(orderId) ?? 0) + amountCents);
    }
    for (const [orderId, count] of charges) {
      if (count > 1) this.report('I5', `order ${orderId} was charged ${String(count)} times`);
      if (!database.service('orders').rows('orders').has(orderId)) {
        this.report('I4', `money was taken for ${orderId}, which is no order`);
      }
    }
    for (const { id, status, total_cents: total } of this.orders()) {
      const owed = status === 'delivered' ? Number(total) : 0;
      const has = kept.get(id) ?? 0;
      if (has !== owed) {
        this.report(
          'I4',
          `order ${id} is ${status}: ${String(has)} cents are kept, ${String(owed)} are owed`,
        );
      }
    }
  }

  private countParcels(): void {
    const underWay = new Map<string, number>();
    for (const key of this.outside.carrier.underWay) {
      const orderId = orderOf(key);
      underWay.set(orderId, (underWay.get(orderId) ?? 0) + 1);
    }
    for (const { id, status } of this.orders()) {
      const wanted = status === 'delivered' ? 1 : 0;
      const has = underWay.get(id) ?? 0;
      if (has !== wanted)
        this.report('I5', `order ${id} is ${status}: the carrier has ${String(has)} parcels of it`);
    }
  }

  /** A letter may be sent twice, under one Message-ID (P19); two letters about one thing are one too many. */
  private countLetters(): void {
    if (this.outside.upgrades) return;
    const ids = new Map<string, string>();
    for (const { messageId, recipient, subject, text } of this.outside.letters.letters) {
      const about = `${recipient}: ${subject}\n${text}`;
      const first = ids.get(about);
      if (first === undefined) ids.set(about, messageId);
      else if (first !== messageId)
        this.report('I5', `${recipient} got "${subject}" as ${first} and as ${messageId}`);
    }
  }

  private orders(): readonly {
    readonly id: string;
    readonly status: string;
    readonly total_cents: unknown;
  }[] {
    return [...this.outside.database.service('orders').rows('orders').values()] as never;
  }
}

/** The order a business key belongs to. */
function orderOf(key: string): string {
  return key.split(/[/#]/)[0] ?? key;
}
