import { checkoutOf } from '../harness/orders.ts';

/** What a shopper sends. */
export interface Wish {
  readonly token: string;
  /** JSON. */
  readonly body: string;
}

/** One checkout as its shopper sees it; times in milliseconds since the epoch, with fractions. */
export interface Checkout extends Wish {
  /** The Idempotency-Key, by which its order is found again. */
  readonly key: string;
  /** When it was sent; in an open loop: when it was due, however late it was sent. */
  readonly beganMs: number;
  /** Undefined as long as there is no answer. */
  answer?: { readonly status: number; readonly atMs: number };
  /** Why there is no answer, where that is known. */
  lost?: string;
}

/** Owns: the checkouts of one part of a run, numbered from 0. */
export class Checkouts {
  readonly all: Checkout[] = [];
  readonly #part: string;
  readonly #wish: (number: number) => Wish;

  /** `part` is unique in the run: the keys begin with it. */
  constructor(part: string, wish: (number: number) => Wish) {
    this.#part = part;
    this.#wish = wish;
  }

  begin(beganMs: number): Checkout {
    const number = this.all.length;
    const checkout: Checkout = { key: `${this.#part}-${String(number)}`, beganMs, ...this.#wish(number) };
    this.all.push(checkout);
    return checkout;
  }

  /** How many were answered with this status. */
  answered(status: number): number {
    return this.all.filter(({ answer }) => answer?.status === status).length;
  }
}

/** The wall clock, which the database has as well, in milliseconds since the epoch. */
export function wallMs(): number {
  return performance.timeOrigin + performance.now();
}

/** The order that all benches place, from one shopper after the other. Without `cardToken` payments may be declined. */
export function ordinaryWishes(
  tokens: readonly string[],
  { skus, lines, cardToken }: { readonly skus: number; readonly lines: number; readonly cardToken?: string },
): (number: number) => Wish {
  return (number) => {
    const { items, shippingAddress, paymentMethod } = checkoutOf(number, skus, lines);
    return {
      token: tokens[number % tokens.length] ?? '',
      body: JSON.stringify({
        items: items.map(({ productId, quantity }) => ({ productId, quantity })),
        shippingAddress,
        paymentMethod: { type: paymentMethod.type, ...(cardToken === undefined ? {} : { token: cardToken }) },
      }),
    };
  };
}

/** One unit of one product for each shopper. */
export function wishesForOne(
  tokens: readonly string[],
  { productId, cardToken }: { readonly productId: string; readonly cardToken?: string },
): (number: number) => Wish {
  const { shippingAddress } = checkoutOf(0, 1);
  const body = JSON.stringify({
    items: [{ productId, quantity: 1 }],
    shippingAddress,
    paymentMethod: { type: 'credit_card', ...(cardToken === undefined ? {} : { token: cardToken }) },
  });
  return (number) => ({ token: tokens[number % tokens.length] ?? '', body });
}

export function checkoutHeaders({ token, key }: Checkout): Record<string, string> {
  return {
    'content-type': 'application/json',
    authorization: `Bearer ${token}`,
    'idempotency-key': key,
  };
}
