import { OrreryError, errorMessage } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import { DEFAULT_CURRENCY, centsSchema } from '../../kernel/money.ts';
import type { OrderOrigin } from '../../messages/orders.ts';
import type { Address, OrderItem, PaymentMethod } from '../../messages/shapes.ts';
import type { User } from '../accounts/ports.ts';
import { BatchedLookup } from '../batched-lookup.ts';
import type { Carts } from '../carts/ports.ts';
import type { CatalogQueries } from '../catalog/ports.ts';
import type { InventoryQueries } from '../inventory/ports.ts';
import type { CheckoutAccepted, OrderCommands } from '../orders/ports.ts';
import type { Limiter } from '../transient.ts';
import { type TakenTurn, takeTurns } from './line/turns.ts';
import type { WaitingLines } from './line/waiting-lines.ts';

const LIMIT_WINDOW_MS = 60_000;
/** SKUs whose stock is read in one query. */
const STOCK_KEYS_MAX = 500;

/** A checkout that can't be taken; `fields` say which part of the request is to blame. */
export class CheckoutRefused extends OrreryError {
  readonly fields: readonly { readonly path: string; readonly message: string }[];

  constructor(code: string, message: string, fields: readonly { path: string; message: string }[] = []) {
    super(code, message);
    this.fields = fields;
  }
}

/** The user's accepted checkouts of the last minute have reached the limit. */
export class TooManyCheckouts extends OrreryError {
  readonly retryAfterMs: number;

  constructor(limit: number, retryAfterMs: number) {
    super('checkout_limit', `at most ${String(limit)} orders a minute are taken from one shopper`);
    this.retryAfterMs = retryAfterMs;
  }
}

export interface CheckoutContent {
  readonly shippingAddress: Address;
  readonly paymentMethod: PaymentMethod;
  /** Absent: the shopper's cart. */
  readonly items?: readonly { readonly productId: string; readonly quantity: number }[];
}

export interface CheckoutAttempt {
  readonly user: User;
  readonly cartKey: string;
  readonly idempotencyKey: string;
  /** SHA-256 of the body as sent. */
  readonly fingerprint: string;
  readonly traceparent?: string;
  /** Where the attempt comes from. */
  readonly origin?: OrderOrigin;
  /** The shopper's token of a waiting line, when they sent it along. */
  readonly queueToken?: string;
  /** What was asked for; throws when the body is not valid. */
  readonly content: () => CheckoutContent;
}

export interface CheckoutDeskOptions {
  readonly orders: Pick<OrderCommands, 'checkout' | 'findByKey'>;
  readonly carts: Pick<Carts, 'get' | 'checkedOut'>;
  readonly catalog: Pick<CatalogQueries, 'findMany'>;
  readonly inventory: Pick<InventoryQueries, 'available'>;
  readonly lines: WaitingLines;
  /** Must not reject (FailOpenLimiter). */
  readonly limiter: Limiter;
  /** Accepted checkouts a minute and user; 0: no limit. */
  readonly limitPerMinute: number;
  readonly logger: Logger;
}

/**
 * Takes a shopper's wish to the orders service.
 *
 * Owns: what is bought at which price, what is refused and why, and in which order. Does not own: placing and
 * repeating (the orders service), HTTP.
 * I1: a key that is known outranks every refusal: a repeat is answered with its order, and another body under the
 *     same key is `idempotency_mismatch`, whatever else would be wrong with it. The key is looked up only when
 *     something would be refused, because placing looks it up anyway.
 * I2: only accepted orders count for the limit; a repeat does not.
 * I3: the cart loses what was bought, once, and only when it was the source.
 * I4: `out_of_stock` is told only from levels read after the attempt arrived (P22).
 * I5: an order of a product in a running flash sale is placed on the shopper's turn, which it uses up; no order, no use.
 */
export class CheckoutDesk {
  readonly #options: CheckoutDeskOptions;
  readonly #stock: BatchedLookup<number>;

  constructor(options: CheckoutDeskOptions) {
    this.#options = options;
    this.#stock = new BatchedLookup((skus) => options.inventory.available(skus), STOCK_KEYS_MAX);
  }

  /**
   * Rejects with what `content` throws, CheckoutRefused (`empty_cart`, `unknown_line_product`, `out_of_stock`,
   * `order_too_large`), TooManyCheckouts, what `takeTurns` rejects with, and what the orders and carts services do.
   */
  async place(attempt: CheckoutAttempt): Promise<CheckoutAccepted> {
    try {
      return await this.#place(attempt);
    } catch (error) {
      if (!(error instanceof OrreryError) || FINAL_CODES.has(error.code)) throw error;
      const { user, idempotencyKey, fingerprint } = attempt;
      const earlier = await this.#options.orders.findByKey(user.id, idempotencyKey, fingerprint);
      if (earlier === undefined) throw error;
      return earlier;
    }
  }

  async #place(attempt: CheckoutAttempt): Promise<CheckoutAccepted> {
    const content = attempt.content();
    const items =
      content.items === undefined
        ? await this.#cartItems(attempt.cartKey)
        : await this.#pricedItems(content.items);
    refuseHugeTotal(items);
    const accepted = await this.#onTurns(attempt, items, async () => {
      await this.#refuseWithoutStock(items);
      return this.#withinLimit(attempt.user.id, () => this.#order(attempt, content, items));
    });
    if (content.items === undefined && !accepted.repeated) {
      await this.#emptyCart(attempt.cartKey, accepted.orderId, items);
    }
    return accepted;
  }

  #order(
    attempt: CheckoutAttempt,
    content: CheckoutContent,
    items: readonly OrderItem[],
  ): Promise<CheckoutAccepted> {
    return this.#options.orders.checkout({
      userId: attempt.user.id,
      email: attempt.user.email,
      customerName: attempt.user.name,
      idempotencyKey: attempt.idempotencyKey,
      fingerprint: attempt.fingerprint,
      items,
      currency: DEFAULT_CURRENCY,
      shippingAddress: content.shippingAddress,
      paymentMethod: content.paymentMethod,
      ...(attempt.origin === undefined ? {} : { origin: attempt.origin }),
      ...(attempt.traceparent === undefined ? {} : { traceparent: attempt.traceparent }),
    });
  }

  async #onTurns(
    attempt: CheckoutAttempt,
    items: readonly OrderItem[],
    place: () => Promise<CheckoutAccepted>,
  ): Promise<CheckoutAccepted> {
    const units = new Map<string, number>();
    for (const { productId, quantity } of items) units.set(productId, (units.get(productId) ?? 0) + quantity);
    const { user, idempotencyKey, fingerprint, queueToken: token } = attempt;
    const wish = { userId: user.id, idempotencyKey, fingerprint, token };
    if ([...units.keys()].some((productId) => this.#options.lines.running(productId) !== undefined)) {
      // Before the line: a repeat must not be given another place, whose turn would lapse.
      const earlier = await this.#options.orders.findByKey(user.id, idempotencyKey, fingerprint);
      if (earlier !== undefined) return earlier;
    }
    const turns = await takeTurns(this.#options.lines, wish, units);
    if (turns.length === 0) return place();
    let accepted: CheckoutAccepted;
    try {
      accepted = await place();
    } catch (error) {
      // An end that nobody told us may be an order: the line looks it up by its key.
      if (error instanceof OrreryError && error.code !== 'store_unavailable') {
        for (const turn of turns) await turn.giveBack();
      }
      throw error;
    }
    for (const turn of turns) await this.#noteOrder(turn, accepted);
    return accepted;
  }

  /** The order stands whatever happens here; the line finds it by its key. A repeat used no turn. */
  async #noteOrder(turn: TakenTurn, { orderId, repeated }: CheckoutAccepted): Promise<void> {
    try {
      await (repeated ? turn.giveBack() : turn.ordered(orderId));
    } catch (error) {
      this.#options.logger.warn({ orderId, error: errorMessage(error) }, 'the line was not told of an order');
    }
  }

  async #cartItems(cartKey: string): Promise<readonly OrderItem[]> {
    const { items } = await this.#options.carts.get(cartKey);
    if (items.length === 0)
      throw new CheckoutRefused('empty_cart', 'the cart is empty, and the request has no items');
    return items;
  }

  async #pricedItems(
    lines: readonly { readonly productId: string; readonly quantity: number }[],
  ): Promise<readonly OrderItem[]> {
    const products = await this.#options.catalog.findMany([...new Set(lines.map((line) => line.productId))]);
    const unknown: { path: string; message: string }[] = [];
    const items: OrderItem[] = [];
    for (const [index, { productId, quantity }] of lines.entries()) {
      const product = products.get(productId);
      if (product === undefined) {
        unknown.push({ path: `items.${String(index)}.productId`, message: 'there is no such product' });
      } else {
        items.push({
          productId,
          sku: product.sku,
          name: product.name,
          quantity,
          priceCents: product.priceCents,
        });
      }
    }
    if (unknown.length > 0) {
      const paths = unknown.map(({ path }) => path).join(', ');
      throw new CheckoutRefused('unknown_line_product', `there is no such product: ${paths}`, unknown);
    }
    return items;
  }

  async #refuseWithoutStock(items: readonly OrderItem[]): Promise<void> {
    const wanted = new Map<string, number>();
    for (const { sku, quantity } of items) wanted.set(sku, (wanted.get(sku) ?? 0) + quantity);
    const skus = [...wanted.keys()];
    const levels = await Promise.all(skus.map((sku) => this.#stock.find(sku)));
    const available = new Map(skus.map((sku, index) => [sku, levels[index] ?? 0]));
    const short = items.flatMap(({ sku, name }, index) => {
      const left = available.get(sku) ?? 0;
      if (left >= (wanted.get(sku) ?? 0)) return [];
      const message = left <= 0 ? `${name} is sold out` : `only ${String(left)} of ${name} are left`;
      return [{ path: `items.${String(index)}`, message }];
    });
    if (short.length === 0) return;
    throw new CheckoutRefused(
      'out_of_stock',
      [...new Set(short.map(({ message }) => message))].join('; '),
      short,
    );
  }

  async #withinLimit(userId: string, place: () => Promise<CheckoutAccepted>): Promise<CheckoutAccepted> {
    const { limiter, limitPerMinute } = this.#options;
    if (limitPerMinute === 0) return place();
    const key = `checkout:${userId}`;
    const turn = await limiter.takeTurn(key, limitPerMinute, LIMIT_WINDOW_MS);
    if (!turn.allowed) throw new TooManyCheckouts(limitPerMinute, turn.retryAfterMs);
    let counts = false;
    try {
      const accepted = await place();
      counts = !accepted.repeated;
      return accepted;
    } finally {
      if (!counts) await limiter.giveBack(key, turn.ticket);
    }
  }

  /** The order stands whatever happens here; a cart that could not be emptied is an annoyance. */
  async #emptyCart(cartKey: string, orderId: string, items: readonly OrderItem[]): Promise<void> {
    try {
      await this.#options.carts.checkedOut(cartKey, orderId, items);
    } catch (error) {
      this.#options.logger.warn(
        { orderId, error: errorMessage(error) },
        'the cart was not emptied after its checkout',
      );
    }
  }
}

/** Refusals that a look-up by key can't change: it was just done, or the store can't be asked. */
const FINAL_CODES: ReadonlySet<string> = new Set([
  'idempotency_mismatch',
  'queue_required',
  'store_unavailable',
  'overloaded',
]);

function refuseHugeTotal(items: readonly OrderItem[]): void {
  const totalCents = items.reduce((sum, item) => sum + item.priceCents * item.quantity, 0);
  if (!centsSchema.safeParse(totalCents).success) {
    throw new CheckoutRefused('order_too_large', 'the order is worth more than one order may be');
  }
}
