import type { Clock } from '../../kernel/clock.ts';
import { isoTime } from '../../kernel/iso-time.ts';
import type { Message } from '../../kernel/message.ts';
import { cartChanged } from '../../messages/shop.ts';
import type { CartChange } from './ports.ts';

/** Tells of changed carts as `cart.changed`. `send` neither waits nor throws. */
export function cartNews(ports: {
  readonly send: (message: Message) => void;
  /** What stands for a shopper in messages, by the key of the cart. */
  readonly shopperOf: (cartKey: string) => string;
  readonly newId: () => string;
  readonly clock: Pick<Clock, 'now'>;
}): (change: CartChange) => void {
  return ({ cartKey, items, put }) => {
    const shopperId = ports.shopperOf(cartKey);
    ports.send({
      id: `cart/${ports.newId()}`,
      type: cartChanged.type,
      subject: shopperId,
      correlationId: shopperId,
      causationId: null,
      time: isoTime(ports.clock.now()),
      version: cartChanged.version,
      data: {
        shopperId,
        items: items.map(({ productId, quantity }) => ({ productId, quantity })),
        put,
      },
    });
  };
}
