/**
 * One checkout attempt: a key and the very body sent under it, kept in the tab until the server has answered.
 *
 * A1: as long as an attempt is unanswered, its key is used again, so neither a double click nor a reload nor a
 *     lost answer can order twice.
 * A2: an unanswered attempt is repeated with the body it was sent with; the server then answers with the order
 *     it made, or makes it now.
 */
import { ApiError, asApiError, call } from './client.ts';
import type { Address, CheckoutAnswer } from './types.ts';

const STORAGE_KEY = 'orrery.checkout';

export interface CheckoutBody {
  readonly shippingAddress: Address;
  readonly paymentMethod: { readonly type: 'credit_card' | 'paypal'; readonly token?: string };
}

interface Attempt {
  readonly key: string;
  readonly text: string;
  /** The server may have acted on it: sent, and not answered by a clear yes or no. */
  readonly unknown: boolean;
}

function read(): Attempt | undefined {
  try {
    const stored = sessionStorage.getItem(STORAGE_KEY);
    return stored === null ? undefined : (JSON.parse(stored) as Attempt);
  } catch {
    return undefined;
  }
}

let memory: Attempt | undefined;

function write(attempt: Attempt | undefined): void {
  try {
    if (attempt === undefined) sessionStorage.removeItem(STORAGE_KEY);
    else sessionStorage.setItem(STORAGE_KEY, JSON.stringify(attempt));
  } catch {
    // Storage is switched off: the key then lives as long as the page, which still stops a double click.
    memory = attempt;
  }
}

const current = (): Attempt | undefined => read() ?? memory;

/** True when an earlier attempt was sent and never answered. */
export function attemptIsOpen(): boolean {
  return current()?.unknown === true;
}

/** Forgets the attempt: for signing out, because keys belong to a shopper. */
export function forgetAttempt(): void {
  write(undefined);
  memory = undefined;
}

/** A new key; `crypto.randomUUID` exists on https and localhost only. */
function newKey(): string {
  if (typeof crypto.randomUUID === 'function') return crypto.randomUUID();
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

async function send(attempt: Attempt): Promise<CheckoutAnswer> {
  const wasUnknown = attempt.unknown;
  write({ ...attempt, unknown: true });
  try {
    const answer = await call<CheckoutAnswer>('POST', '/api/orders/checkout', {
      text: attempt.text,
      headers: { 'idempotency-key': attempt.key },
    });
    write(undefined);
    return answer;
  } catch (thrown) {
    const error = asApiError(thrown);
    const inFlight = error.status === 409 && error.code.startsWith('idempotency');
    // A 401 says nothing about an earlier sending of the same attempt: it stays as it was.
    if (error.status === 401) write(attempt);
    else if (error.status === 429) write({ ...attempt, unknown: wasUnknown });
    else if (error.status >= 400 && error.status < 500 && !inFlight) write(undefined);
    throw error;
  }
}

/** Places the order, under the key of the open attempt if there is one. Rejects with ApiError. */
export async function checkout(body: CheckoutBody): Promise<CheckoutAnswer> {
  const open = current();
  const text = JSON.stringify(body);
  if (open?.unknown === true) return repeatAttempt();
  return send({ key: open?.key ?? newKey(), text, unknown: false });
}

/** Asks again for the answer to the open attempt. Rejects with ApiError. */
export async function repeatAttempt(): Promise<CheckoutAnswer> {
  const open = current();
  if (open === undefined) throw new ApiError(0, { code: 'no_attempt' }, null);
  return send(open);
}
