import { randomUUID } from 'node:crypto';

/**
 * Owns: shoppers that place orders over HTTP and do not give up: a request that gets no answer is sent again under the
 * same Idempotency-Key until the gateway says yes or no.
 */
export interface Tally {
  accepted: number;
  /** Refused for good, by status. */
  readonly refused: Map<number, number>;
  /** Requests that got no answer, or 503, and were sent again. */
  again: number;
  readonly orderIds: Set<string>;
}

export interface Shop {
  readonly url: string;
  readonly token: string;
  readonly productIds: readonly string[];
}

/** Signs a new shopper in and reads what is for sale. */
export async function enterShop(url: string): Promise<Shop> {
  const registered = await post(
    `${url}/api/auth/register`,
    {},
    {
      name: 'Drill Shopper',
      email: `drill-${randomUUID()}@example.com`,
      password: 'drill shopper 1',
    },
  );
  const { token } = (await registered.json()) as { token: string };
  const listed = await fetch(`${url}/api/products?limit=100`);
  const { items } = (await listed.json()) as { items: { id: string; available: number }[] };
  return { url, token, productIds: items.filter(({ available }) => available >= 20).map(({ id }) => id) };
}

const TOKENS = [undefined, undefined, 'tok_ok', 'tok_ok', 'tok_declined', 'tok_insufficient_funds'];

/** Places `count` orders, `perSecond` of them; resolves when each has been accepted or refused. */
export async function placeOrders(shop: Shop, count: number, perSecond: number): Promise<Tally> {
  const tally: Tally = { accepted: 0, refused: new Map(), again: 0, orderIds: new Set() };
  const orders: Promise<void>[] = [];
  for (let index = 0; index < count; index += 1) {
    orders.push(placeOne(shop, index, tally));
    await new Promise((resolve) => setTimeout(resolve, 1_000 / perSecond));
  }
  await Promise.all(orders);
  return tally;
}

async function placeOne({ url, token, productIds }: Shop, index: number, tally: Tally): Promise<void> {
  const key = randomUUID();
  const pick = (at: number): string => productIds[at % productIds.length] ?? '';
  const cardToken = TOKENS[index % TOKENS.length];
  const body = {
    items: [
      { productId: pick(index * 7), quantity: 1 + (index % 2) },
      { productId: pick(index * 13 + 5), quantity: 1 },
    ],
    shippingAddress: {
      street: `${String(index)} Main Street`,
      city: 'Berlin',
      state: 'BE',
      zip: '10115',
      country: 'DE',
    },
    paymentMethod: { type: 'credit_card', ...(cardToken === undefined ? {} : { token: cardToken }) },
  };
  const headers = { authorization: `Bearer ${token}`, 'idempotency-key': key };
  for (const deadline = Date.now() + PATIENCE_MS; Date.now() < deadline;) {
    try {
      const answer = await post(`${url}/api/orders/checkout`, headers, body);
      if (answer.status === 202) {
        tally.accepted += 1;
        tally.orderIds.add(((await answer.json()) as { orderId: string }).orderId);
        return;
      }
      await answer.arrayBuffer();
      if (answer.status < 500) {
        tally.refused.set(answer.status, (tally.refused.get(answer.status) ?? 0) + 1);
        return;
      }
    } catch {
      // No answer: whether the order was placed, the key will tell.
    }
    tally.again += 1;
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  throw new Error(`no answer to order ${String(index)} within ${String(PATIENCE_MS)} ms`);
}

function post(url: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(10_000),
  });
}

const PATIENCE_MS = 60_000;
