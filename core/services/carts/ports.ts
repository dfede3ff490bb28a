/** The carts service as others see it. */

export interface CartItem {
  readonly productId: string;
  readonly sku: string;
  readonly name: string;
  readonly quantity: number;
  readonly priceCents: number;
}

export interface Cart {
  readonly items: readonly CartItem[];
  readonly totalCents: number;
  readonly currency: string;
}

/**
 * A cart per shopper, by a key such as `user:<id>` or `guest:<id>`. All calls reject with OrreryError
 * `transient_unavailable` when the short-lived state is gone.
 */
export interface Carts {
  /** Priced by the catalog at this moment; products that are gone are left out. */
  get(cartKey: string): Promise<Cart>;
  /** Rejects with OrreryError `unknown_product`, `quantity_too_large` (of one line) or `cart_full`. */
  add(cartKey: string, productId: string, quantity: number): Promise<Cart>;
  /** Rejects with OrreryError `not_in_cart`. */
  replace(cartKey: string, productId: string, quantity: number): Promise<Cart>;
  /** Rejects with OrreryError `not_in_cart`. */
  remove(cartKey: string, productId: string): Promise<Cart>;
  /** What a guest gathered joins the user's cart. */
  merge(guestKey: string, userKey: string): Promise<void>;
  /** Takes out what an order bought, once per order; what was added since stays. */
  checkedOut(
    cartKey: string,
    orderId: string,
    bought: readonly { productId: string; quantity: number }[],
  ): Promise<void>;
}

/** What a cart has become. */
export interface CartChange {
  readonly cartKey: string;
  readonly items: readonly { readonly productId: string; readonly quantity: number }[];
  /** Products that this change put into it. */
  readonly put: readonly string[];
}
