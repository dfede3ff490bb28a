import type { Clock } from '../../kernel/clock.ts';
import { isoTime } from '../../kernel/iso-time.ts';
import type { Message } from '../../kernel/message.ts';
import { productViewed } from '../../messages/shop.ts';

/** Somebody who comes back to a page within this time is still looking at it. */
const AGAIN_MS = 10 * 60_000;
/** Pairs of a shopper and a product that are remembered. */
const REMEMBERED_MAX = 20_000;

/**
 * Owns: which looks at a product are news; they are told as `product.viewed`, once for a shopper and a product in ten minutes.
 *
 * What is remembered is this process' own and bounded: behind several gateways, and beyond REMEMBERED_MAX looks in ten
 * minutes, a look may be told more than once.
 */
export class ProductViews {
  readonly #ports: {
    readonly send: (message: Message) => void;
    /** What stands for a shopper in messages, by the key of their cart. */
    readonly shopperOf: (cartKey: string) => string;
    readonly newId: () => string;
    readonly clock: Pick<Clock, 'now'>;
  };
  /** When each look was told; in the order of that. */
  readonly #told = new Map<string, number>();

  /** `send` neither waits nor throws. */
  constructor(ports: {
    readonly send: (message: Message) => void;
    readonly shopperOf: (cartKey: string) => string;
    readonly newId: () => string;
    readonly clock: Pick<Clock, 'now'>;
  }) {
    this.#ports = ports;
  }

  /** Returns at once. `cartKey` names the shopper, as carts do. */
  viewed(cartKey: string, productId: string): void {
    const nowMs = this.#ports.clock.now();
    if (!this.#isNews(`${cartKey} ${productId}`, nowMs)) return;
    const shopperId = this.#ports.shopperOf(cartKey);
    this.#ports.send({
      id: `view/${this.#ports.newId()}`,
      type: productViewed.type,
      subject: productId,
      correlationId: shopperId,
      causationId: null,
      time: isoTime(nowMs),
      version: productViewed.version,
      data: { productId, shopperId },
    });
  }

  #isNews(look: string, nowMs: number): boolean {
    const toldMs = this.#told.get(look);
    if (toldMs !== undefined && nowMs - toldMs < AGAIN_MS) return false;
    this.#told.delete(look);
    this.#told.set(look, nowMs);
    // A map keeps the order in which its keys came: the oldest are in front.
    for (const [oldest, atMs] of this.#told) {
      if (this.#told.size <= REMEMBERED_MAX && nowMs - atMs < AGAIN_MS) break;
      this.#told.delete(oldest);
    }
    return true;
  }
}
