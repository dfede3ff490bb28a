import { randomUUID } from 'node:crypto';
import { pause } from './run.ts';

/**
 * Owns: shoppers that place orders over HTTP and do not give up: a request that gets no answer, or is told to come
 * back later, is sent again under the same Idempotency-Key until the gateway says yes or no.
 */
export interface Tally {
  accepted: number;
  /** When each was accepted, in milliseconds of performance.now(). */
  readonly acceptedAtMs: number[];
  /** Refused for good, by status. */
  readonly refused: Map<number, number>;
  /** Answers of 503 that said when to come back. */
  unavailable: number;
  /** Requests without an answer. */
  unanswered: number;
  /** Requests that were sent again, for either reason. */
  again: number;
  /** Answers that no fault excuses: any other 5xx, or a 503 without Retry-After; what they said, and how often. */
  readonly failures: Map<string, number>;
  /** Orders that got neither yes nor no as long as their shoppers had patience. */
  givenUp: number;
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
  // Enough of each, so that a drill is not about what is sold out.
  const plenty = items.filter(({ available }) => available >= 100);
  return { url, token, productIds: plenty.map(({ id }) => id) };
}

/** Places `count` orders, `perSecond` of them; resolves when each has been accepted or refused. */
export async function placeOrders(shop: Shop, count: number, perSecond: number): Promise<Tally> {
  const crowd = new Crowd(shop);
  await crowd.come(perSecond, (come) => come < count);
  return crowd.served();
}

/** Shoppers come, `perSecond` of them, until `stop`; it resolves when each has been accepted or refused. */
export function keepShopping(
  shop: Shop,
  perSecond: number,
): { readonly tally: Tally; stop(): Promise<Tally> } {
  const crowd = new Crowd(shop);
  let open = true;
  const coming = crowd.come(perSecond, () => open);
  return {
    tally: crowd.tally,
    async stop() {
      open = false;
      await coming;
      return crowd.served();
    },
  };
}

/**
 * `shoppers` of them place one order after the other, each as soon as the last was answered, for `forMs`: as fast as the
 * platform takes them in.
 */
export async function shopInTurn(shop: Shop, shoppers: number, forMs: number): Promise<Tally> {
  const crowd = new Crowd(shop);
  await crowd.takeTurns(shoppers, performance.now() + forMs);
  return crowd.tally;
}

const TOKENS = [undefined, undefined, 'tok_ok', 'tok_ok', 'tok_declined', 'tok_insufficient_funds'];
const ANSWER_MS_MAX = 10_000;
const PATIENCE_MS = 90_000;
/** Who hears nothing tries again after this long, then after twice as long, up to the maximum. */
const AGAIN_MS = { first: 200, max: 2_000 } as const;

class Crowd {
  readonly tally: Tally = {
    accepted: 0,
    acceptedAtMs: [],
    refused: new Map(),
    unavailable: 0,
    unanswered: 0,
    again: 0,
    failures: new Map(),
    givenUp: 0,
    orderIds: new Set(),
  };
  readonly #shop: Shop;
  readonly #orders: Promise<void>[] = [];

  constructor(shop: Shop) {
    this.#shop = shop;
  }

  /** They come whether the ones before them have been served or not. */
  async come(perSecond: number, more: (come: number) => boolean): Promise<void> {
    const startedAt = performance.now();
    for (let index = 0; more(index); index += 1) {
      this.#orders.push(this.#placeOne(index));
      await pause(Math.max(0, startedAt + ((index + 1) * 1_000) / perSecond - performance.now()));
    }
  }

  async takeTurns(shoppers: number, untilMs: number): Promise<void> {
    let next = 0;
    const shopOn = async (): Promise<void> => {
      while (performance.now() < untilMs) {
        next += 1;
        await this.#placeOne(next);
      }
    };
    await Promise.all(Array.from({ length: shoppers }, shopOn));
  }

  async served(): Promise<Tally> {
    await Promise.all(this.#orders);
    return this.tally;
  }

  async #placeOne(index: number): Promise<void> {
    const { tally } = this;
    const { url, token } = this.#shop;
    const headers = { authorization: `Bearer ${token}`, 'idempotency-key': randomUUID() };
    const body = orderOf(this.#shop, index);
    const giveUpAt = performance.now() + PATIENCE_MS;
    for (let silences = 0; performance.now() < giveUpAt; tally.again += 1) {
      try {
        const answer = await post(`${url}/api/orders/checkout`, headers, body);
        const againMs = await this.#read(answer);
        if (againMs === undefined) return;
        // Not all at once: they were refused together.
        await pause(againMs * (0.75 + Math.random() / 2));
      } catch {
        // Whether the order was placed, the key will tell.
        tally.unanswered += 1;
        await pause(Math.min(AGAIN_MS.first * 2 ** silences, AGAIN_MS.max));
        silences += 1;
      }
    }
    tally.givenUp += 1;
  }

  /** Resolves with how long to wait before asking again, or undefined when the answer is final. */
  async #read(answer: Response): Promise<number | undefined> {
    const { tally } = this;
    if (answer.status === 202) {
      const { orderId } = (await answer.json()) as { orderId: string };
      tally.accepted += 1;
      tally.acceptedAtMs.push(performance.now());
      tally.orderIds.add(orderId);
      return undefined;
    }
    const text = await answer.text();
    if (answer.status < 500) {
      tally.refused.set(answer.status, (tally.refused.get(answer.status) ?? 0) + 1);
      return undefined;
    }
    const retryAfter = Number(answer.headers.get('retry-after') ?? Number.NaN);
    if (answer.status === 503 && retryAfter >= 0) {
      tally.unavailable += 1;
      return retryAfter * 1_000;
    }
    const said = `${answer.status} ${text.slice(0, 200)}`;
    tally.failures.set(said, (tally.failures.get(said) ?? 0) + 1);
    return AGAIN_MS.max;
  }
}

function orderOf({ productIds }: Shop, index: number): object {
  const pick = (at: number): string => productIds[at % productIds.length] ?? '';
  const cardToken = TOKENS[index % TOKENS.length];
  return {
    items: [
      { productId: pick(index * 7), quantity: 1 + (index % 2) },
      { productId: pick(index * 13 + 5), quantity: 1 },
    ],
    shippingAddress: {
      street: `${index} Main Street`,
      city: 'Berlin',
      state: 'BE',
      zip: '10115',
      country: 'DE',
    },
    paymentMethod: { type: 'credit_card', ...(cardToken === undefined ? {} : { token: cardToken }) },
  };
}

function post(url: string, headers: Readonly<Record<string, string>>, body: unknown): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(ANSWER_MS_MAX),
  });
}
