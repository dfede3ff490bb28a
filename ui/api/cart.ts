/**
 * The cart as the server last told it. Changes go out one after another, so that the answer shown last is
 * the answer to the change made last.
 */
import { createSignal } from 'solid-js';
import { asApiError, call, type ApiError } from './client.ts';
import { forgetLine, noteNewLines } from './seen-cart.ts';
import type { Cart } from './types.ts';

/** undefined: not known yet. */
const [cart, setCart] = createSignal<Cart | undefined>(undefined);
const [cartError, setCartError] = createSignal<ApiError | null>(null);
const [busy, setBusy] = createSignal(0);
export { cart, cartError };

/** A change is on its way. */
export const cartBusy = (): boolean => busy() > 0;
/** Units in the cart. */
export const cartUnits = (): number => (cart()?.items ?? []).reduce((sum, item) => sum + item.quantity, 0);

let last: Promise<unknown> = Promise.resolve();

async function inTurn(change: () => Promise<Cart>): Promise<Cart> {
  setBusy((count) => count + 1);
  const turn = last.then(change, change);
  last = turn.catch(() => undefined);
  try {
    const answer = await turn;
    noteNewLines(answer);
    setCart(answer);
    setCartError(null);
    return answer;
  } finally {
    setBusy((count) => count - 1);
  }
}

export async function loadCart(): Promise<void> {
  try {
    await inTurn(() => call<Cart>('GET', '/api/cart'));
  } catch (error) {
    setCartError(asApiError(error));
  }
}

export async function addToCart(productId: string, quantity: number): Promise<Cart> {
  return inTurn(() => call<Cart>('POST', '/api/cart/add', { body: { productId, quantity } }));
}

export async function setQuantity(productId: string, quantity: number): Promise<Cart> {
  return inTurn(() =>
    call<Cart>('PUT', `/api/cart/items/${encodeURIComponent(productId)}`, { body: { quantity } }),
  );
}

export async function removeFromCart(productId: string): Promise<Cart> {
  return inTurn(async () => {
    const left = await call<Cart>('DELETE', `/api/cart/items/${encodeURIComponent(productId)}`);
    forgetLine(productId);
    return left;
  });
}
