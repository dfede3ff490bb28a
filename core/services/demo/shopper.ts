import type { Clock, Random } from '../../kernel/clock.ts';

/*
 * Owns: what one simulated shopper does on a visit, through the API that everybody uses.
 * Does not own: who comes when (crowd.ts).
 */

export interface ShopAnswer {
  readonly status: number;
  readonly body: unknown;
  /** Seconds, where the shop said so. */
  readonly retryAfter?: number;
}

export type CallShop = (
  method: 'GET' | 'POST' | 'PUT' | 'DELETE',
  path: string,
  options?: { readonly body?: object; readonly headers?: Readonly<Record<string, string>> },
) => Promise<ShopAnswer>;

export interface Visitor {
  readonly call: CallShop;
  readonly random: Random;
  readonly clock: Clock;
  readonly newId: () => string;
  /** Set: the visit ends at its next step. */
  readonly signal: AbortSignal;
  /** Waits, at most until the signal. */
  readonly pause: (ms: number) => Promise<void>;
}

export type Outcome = 'looked' | 'placed' | 'refused' | 'busy';

interface Product {
  readonly id: string;
  readonly available: number;
}

const PAGES = 3;
const LEAVES = 0.25;
/** Products that are only looked at. */
const PASSED_BY_MAX = 3;
const CANCELS = 0.07;
/** Shares of cards; the rest gives none and leaves it to chance. */
const CARDS: readonly (readonly [token: string, share: number])[] = [
  ['tok_ok', 0.8],
  ['tok_declined', 0.06],
  ['tok_insufficient_funds', 0.05],
  ['tok_expired_card', 0.03],
];
const ADDRESSES = [
  { street: '12 Analytical Way', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' },
  { street: '221 Harbour Street', city: 'Portland', state: 'OR', zip: '97204', country: 'US' },
  { street: 'Lindenallee 7', city: 'Berlin', state: 'BE', zip: '10115', country: 'DE' },
  { street: '5 Rue des Lilas', city: 'Lyon', state: 'ARA', zip: '69001', country: 'FR' },
] as const;
const SEARCHES = ['lamp', 'chair', 'garden', 'wool', 'camera', 'tea'] as const;

/** Looks around, fills a cart, and buys it or not; products of `avoid` are left to others. */
export async function visit(visitor: Visitor, avoid: ReadonlySet<string>): Promise<Outcome> {
  const { call, random, signal } = visitor;
  if (random() < 0.3) await call('GET', `/api/products/search?q=${pick(SEARCHES, random)}`);
  const listed = await call('GET', `/api/products?limit=80&page=${String(1 + Math.floor(random() * PAGES))}`);
  if (listed.status !== 200) return busyOr('refused', listed);
  const { items } = listed.body as { readonly items: readonly Product[] };
  const wanted = items.filter(({ id, available }) => available > 2 && !avoid.has(id));
  if (wanted.length === 0 || isOver(signal)) return 'refused';
  const chosen = new Set(Array.from({ length: 1 + Math.floor(random() * 2) }, () => pick(wanted, random).id));
  const others = Array.from(
    { length: Math.floor(random() * (PASSED_BY_MAX + 1)) },
    () => pick(wanted, random).id,
  );
  for (const productId of others) await open(visitor, productId);
  for (const productId of chosen) {
    await open(visitor, productId);
    const added = await call('POST', '/api/cart/add', {
      body: { productId, quantity: 1 + Math.floor(random() * random() * 3) },
    });
    if (added.status !== 200) return busyOr('refused', added);
  }
  await visitor.pause(300 * random());
  if (isOver(signal)) return 'looked';
  if (random() < LEAVES) {
    if (random() < 0.5) for (const productId of chosen) await call('DELETE', `/api/cart/items/${productId}`);
    return 'looked';
  }
  return buy(visitor, {});
}

/** Opens the page of a product, as a browser does. */
async function open({ call }: Visitor, productId: string): Promise<void> {
  await call('GET', `/api/products/${productId}`);
  await call('POST', `/api/products/${productId}/views`);
}

/** Comes for one product of a sale, stands in line until the turn comes, and buys it. */
export async function joinSale(visitor: Visitor, productId: string, untilMs: number): Promise<Outcome> {
  const idempotencyKey = visitor.newId();
  let token: string | undefined;
  while (!isOver(visitor.signal) && visitor.clock.now() < untilMs) {
    const answer = await checkout(visitor, { items: [{ productId, quantity: 1 }] }, idempotencyKey, token);
    if (answer.status === 202) return 'placed';
    const place = answer.body as {
      readonly code?: string;
      readonly token?: string;
      readonly pollAfter?: string;
    };
    if (answer.status !== 429 || place.token === undefined) return busyOr('refused', answer);
    token = place.token;
    const waitMs = Date.parse(place.pollAfter ?? '') - visitor.clock.now();
    await visitor.pause(Math.max(250, Number.isNaN(waitMs) ? 0 : waitMs));
  }
  return 'refused';
}

/** Products of which at least so many units are left, of those on the first page. */
export async function plenty(
  { call }: { readonly call: CallShop },
  units: number,
): Promise<readonly string[]> {
  const { status, body } = await call('GET', '/api/products?limit=100');
  if (status !== 200) return [];
  const { items } = body as { readonly items: readonly Product[] };
  return items.filter(({ available }) => available >= units).map(({ id }) => id);
}

async function buy(visitor: Visitor, content: object): Promise<Outcome> {
  const { call, random, signal, pause } = visitor;
  const answer = await checkout(visitor, content, visitor.newId());
  if (answer.status !== 202) return busyOr('refused', answer);
  const { orderId } = answer.body as { readonly orderId: string };
  if (random() < CANCELS) {
    await pause(200 + 2_000 * random());
    if (!isOver(signal)) await call('PUT', `/api/orders/${orderId}/cancel`);
  }
  if (!isOver(signal)) await call('GET', `/api/orders/${orderId}`);
  return 'placed';
}

function checkout(
  { call, random }: Visitor,
  content: object,
  idempotencyKey: string,
  queueToken?: string,
): Promise<ShopAnswer> {
  const token = card(random());
  return call('POST', '/api/orders/checkout', {
    headers: {
      'idempotency-key': idempotencyKey,
      ...(queueToken === undefined ? {} : { 'queue-token': queueToken }),
    },
    body: {
      ...content,
      shippingAddress: pick(ADDRESSES, random),
      paymentMethod: { type: 'credit_card', ...(token === undefined ? {} : { token }) },
    },
  });
}

function card(chance: number): string | undefined {
  let sum = 0;
  for (const [token, share] of CARDS) {
    sum += share;
    if (chance < sum) return token;
  }
  return undefined;
}

/** A platform that has enough to do wants fewer shoppers of ours. */
function busyOr(outcome: Outcome, { status }: ShopAnswer): Outcome {
  return status === 503 ? 'busy' : outcome;
}

/** A call, for the compiler can't see what happens at an await. */
function isOver({ aborted }: AbortSignal): boolean {
  return aborted;
}

function pick<Item>(items: readonly Item[], random: Random): Item {
  const item = items[Math.floor(random() * items.length)];
  if (item === undefined) throw new RangeError('nothing to pick from');
  return item;
}
