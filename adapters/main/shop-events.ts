import { createHmac } from 'node:crypto';
import { Counter, type Registry } from 'prom-client';
import { uuidv7 } from 'uuidv7';
import { BestEffortSend } from '../../core/engine/best-effort-send.ts';
import type { Broker } from '../../core/engine/ports.ts';
import { createRouter } from '../../core/engine/router.ts';
import { systemClock } from '../../core/kernel/clock.ts';
import { exchangeOf } from '../../core/messages/catalogue.ts';
import { cartNews } from '../../core/services/carts/cart-news.ts';
import type { CartChange } from '../../core/services/carts/ports.ts';
import { ProductViews } from '../../core/services/catalog/product-views.ts';
import { userKey } from '../http/cart-keys.ts';
import { takersOf } from './topology.ts';

/** Half of the digest: enough to tell shoppers apart. */
const HASH_CHARACTERS = 22;

/**
 * What stands for shoppers in events and roll-ups: a keyed hash of what carts call them, the same in all processes. A guest's
 * id opens a cart and an account's id names a person: neither is to lie in queues.
 */
export function shopperHash(secret: string): {
  readonly ofCart: (cartKey: string) => string;
  readonly ofUser: (userId: string) => string;
} {
  const key = createHmac('sha256', secret).update('orrery/shoppers').digest();
  const ofCart = (cartKey: string): string =>
    createHmac('sha256', key).update(cartKey).digest('base64url').slice(0, HASH_CHARACTERS);
  return { ofCart, ofUser: (userId) => ofCart(userKey(userId)) };
}

/** What a gateway tells of its shoppers, best effort. */
export interface ShopEvents {
  readonly views: Pick<ProductViews, 'viewed'>;
  readonly cartChanged: (change: CartChange) => void;
  /** Sends what waits. */
  close(): Promise<void>;
}

export function openShopEvents(options: {
  readonly broker: Broker;
  readonly partitions: number;
  /** The platform's own. */
  readonly secret: string;
  readonly registry: Registry;
}): ShopEvents {
  const { broker, partitions, secret, registry } = options;
  const dropped = new Counter({
    name: 'orrery_shop_events_dropped_total',
    help: 'Events of shoppers (pages opened, carts changed) that were not sent: full: too many waited, unsent: the broker did not take them',
    labelNames: ['reason'],
    registers: [registry],
  });
  const sender = new BestEffortSend({
    broker,
    router: createRouter({ partitions, exchangeOf, takersOf }),
    clock: systemClock,
    onDropped: (messages, reason) => {
      dropped.inc({ reason }, messages);
    },
  });
  const ports = {
    send: sender.send.bind(sender),
    shopperOf: shopperHash(secret).ofCart,
    newId: uuidv7,
    clock: systemClock,
  };
  return { views: new ProductViews(ports), cartChanged: cartNews(ports), close: () => sender.close() };
}
