import { OrreryError } from '../../kernel/errors.ts';
import { IDEMPOTENCY_HOURS, LINE_QUANTITY_MAX, ORDER_LINES_MAX } from '../../kernel/limits.ts';
import { DEFAULT_CURRENCY } from '../../kernel/money.ts';
import type { CatalogQueries } from '../catalog/ports.ts';
import type { AmountLimits, Amounts } from '../transient.ts';
import type { Cart, CartChange, CartItem, Carts } from './ports.ts';

/** A cart that nobody touches goes after a month. */
const CART_MS = 30 * 24 * 60 * 60 * 1_000;
/** An order empties its cart once; its repeats are answered for as long as its idempotency key lives. */
const EMPTIED_MS = IDEMPOTENCY_HOURS * 60 * 60 * 1_000;
const LIMITS: AmountLimits = { amountMax: LINE_QUANTITY_MAX, fieldsMax: ORDER_LINES_MAX, ttlMs: CART_MS };

/**
 * Carts as quantities by product; names and prices are the catalog's at the moment of reading. Whoever wants to hear of
 * changes is told behind the answer: nothing here waits for that, or fails with it.
 */
export class CartService implements Carts {
  readonly #amounts: Amounts;
  readonly #catalog: Pick<CatalogQueries, 'findMany'>;
  readonly #onChanged: ((change: CartChange) => void) | undefined;

  constructor(
    amounts: Amounts,
    catalog: Pick<CatalogQueries, 'findMany'>,
    onChanged?: (change: CartChange) => void,
  ) {
    this.#amounts = amounts;
    this.#catalog = catalog;
    this.#onChanged = onChanged;
  }

  async get(cartKey: string): Promise<Cart> {
    const quantities = await this.#amounts.readAmounts(storedKey(cartKey));
    if (quantities.size === 0) return { items: [], totalCents: 0, currency: DEFAULT_CURRENCY };
    const products = await this.#catalog.findMany([...quantities.keys()]);
    const items: CartItem[] = [];
    for (const [productId, quantity] of quantities) {
      const product = products.get(productId);
      if (product === undefined) continue;
      const { sku, name, priceCents } = product;
      items.push({ productId, sku, name, quantity, priceCents });
    }
    const totalCents = items.reduce((sum, item) => sum + item.priceCents * item.quantity, 0);
    return { items, totalCents, currency: DEFAULT_CURRENCY };
  }

  async add(cartKey: string, productId: string, quantity: number): Promise<Cart> {
    const products = await this.#catalog.findMany([productId]);
    if (!products.has(productId)) {
      throw new OrreryError('unknown_product', `there is no product ${JSON.stringify(productId)}`);
    }
    const change = await this.#amounts.addAmount(storedKey(cartKey), productId, quantity, LIMITS);
    switch (change.outcome) {
      case 'changed':
        return this.#changed(cartKey, [productId]);
      case 'too_large':
        throw new OrreryError(
          'quantity_too_large',
          `a cart takes at most ${String(LINE_QUANTITY_MAX)} units of a product`,
        );
      case 'too_many_fields':
        throw new OrreryError(
          'cart_full',
          `a cart takes at most ${String(ORDER_LINES_MAX)} different products`,
        );
    }
  }

  async replace(cartKey: string, productId: string, quantity: number): Promise<Cart> {
    const replaced = await this.#amounts.replaceAmount(storedKey(cartKey), productId, quantity, CART_MS);
    if (!replaced) throw notInCart(productId);
    return this.#changed(cartKey);
  }

  async remove(cartKey: string, productId: string): Promise<Cart> {
    const removed = await this.#amounts.removeAmount(storedKey(cartKey), productId);
    if (!removed) throw notInCart(productId);
    return this.#changed(cartKey);
  }

  async merge(guestKey: string, userKey: string): Promise<void> {
    await this.#amounts.mergeAmounts(storedKey(guestKey), storedKey(userKey), LIMITS);
    this.#tellLater(userKey);
  }

  async checkedOut(
    cartKey: string,
    orderId: string,
    bought: readonly { productId: string; quantity: number }[],
  ): Promise<void> {
    const taken = new Map<string, number>();
    for (const { productId, quantity } of bought)
      taken.set(productId, (taken.get(productId) ?? 0) + quantity);
    const once = `emptied:${orderId}`;
    if (await this.#amounts.subtractAmounts(storedKey(cartKey), taken, once, EMPTIED_MS)) {
      this.#tellLater(cartKey);
    }
  }

  async #changed(cartKey: string, put: readonly string[] = []): Promise<Cart> {
    const cart = await this.get(cartKey);
    this.#onChanged?.({ cartKey, items: cart.items, put });
    return cart;
  }

  /** Where nobody needs the cart for an answer, it is read for the telling alone. */
  #tellLater(cartKey: string): void {
    const tell = this.#onChanged;
    if (tell === undefined) return;
    this.#amounts.readAmounts(storedKey(cartKey)).then(
      (amounts) => {
        tell({
          cartKey,
          items: [...amounts].map(([productId, quantity]) => ({ productId, quantity })),
          put: [],
        });
      },
      () => undefined,
    );
  }
}

function storedKey(cartKey: string): string {
  return `cart:${cartKey}`;
}

function notInCart(productId: string): OrreryError {
  return new OrreryError('not_in_cart', `product ${JSON.stringify(productId)} is not in the cart`);
}
