import { randomUUID } from 'node:crypto';
import type { OrderView, SagaLogEntry } from '../../core/services/orders/ports.ts';
import type { StockLevel } from '../../core/services/inventory/ports.ts';
import { ADMIN, type PlatformStage } from './platform-stage.ts';
import { until } from '../../core/kernel/testing-until.ts';

const PATIENCE_MS = 60_000;
const FINAL: ReadonlySet<string> = new Set(['delivered', 'cancelled', 'failed']);

export interface Answer<Body> {
  readonly status: number;
  readonly headers: Headers;
  readonly body: Body;
}

export interface Shelved {
  readonly id: string;
  readonly sku: string;
  readonly priceCents: number;
  readonly available: number;
}

export interface Line {
  readonly productId: string;
  readonly quantity: number;
}

export const ADDRESS = { street: '1 Main Street', city: 'Berlin', state: 'BE', zip: '10115', country: 'DE' };

/** Somebody with a token who uses the HTTP API, whichever address the platform has at the moment. */
export class Person {
  readonly stage: PlatformStage;
  readonly token: string;

  constructor(stage: PlatformStage, token: string) {
    this.stage = stage;
    this.token = token;
  }

  static async register(stage: PlatformStage, name: string): Promise<Person> {
    const email = `${name.toLowerCase()}-${randomUUID()}@example.com`;
    const { status, body } = await new Person(stage, '').call<{ token: string }>(
      'POST',
      '/api/auth/register',
      {
        body: { name, email, password: 'a long password' },
      },
    );
    if (status !== 201) throw new Error(`not registered: ${JSON.stringify(body)}`);
    return new Person(stage, body.token);
  }

  static async admin(stage: PlatformStage): Promise<Person> {
    const { status, body } = await new Person(stage, '').call<{ token: string }>('POST', '/api/auth/login', {
      body: ADMIN,
    });
    if (status !== 200) throw new Error(`not signed in: ${JSON.stringify(body)}`);
    return new Person(stage, body.token);
  }

  async call<Body>(
    method: string,
    path: string,
    { body, headers = {} }: { readonly body?: unknown; readonly headers?: Record<string, string> } = {},
  ): Promise<Answer<Body>> {
    const answer = await fetch(`${this.stage.running.url}${path}`, {
      method,
      headers: {
        ...(this.token === '' ? {} : { authorization: `Bearer ${this.token}` }),
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    const answered = (answer.status === 204 ? undefined : await answer.json()) as Body;
    return { status: answer.status, headers: answer.headers, body: answered };
  }

  /** What GET answers; throws unless that is 200. */
  async get<Body>(path: string): Promise<Body> {
    const { status, body } = await this.call<Body>('GET', path);
    if (status !== 200) throw new Error(`GET ${path}: ${String(status)} ${JSON.stringify(body)}`);
    return body;
  }

  async items<Item>(path: string): Promise<readonly Item[]> {
    return (await this.get<{ items: readonly Item[] }>(path)).items;
  }

  /** Without lines: the cart. */
  checkout(
    lines: readonly Line[] | undefined,
    { token = 'tok_ok', key = randomUUID() } = {},
  ): Promise<Answer<{ readonly orderId: string; readonly totalCents: number; readonly code?: string }>> {
    return this.call('POST', '/api/orders/checkout', {
      headers: { 'idempotency-key': key },
      body: {
        shippingAddress: ADDRESS,
        paymentMethod: { type: 'credit_card', token },
        ...(lines === undefined ? {} : { items: lines }),
      },
    });
  }

  /** Places an order and resolves with its id. */
  async buy(lines: readonly Line[], token = 'tok_ok'): Promise<string> {
    const { status, body } = await this.checkout(lines, { token });
    if (status !== 202) throw new Error(`not accepted: ${String(status)} ${JSON.stringify(body)}`);
    return body.orderId;
  }

  order(orderId: string): Promise<OrderView> {
    return this.get(`/api/orders/${orderId}`);
  }

  async log(orderId: string): Promise<readonly SagaLogEntry[]> {
    return (await this.get<{ entries: readonly SagaLogEntry[] }>(`/api/orders/${orderId}/saga-log`)).entries;
  }

  /** Resolves once the order has the status; fails as soon as it has come to another end. */
  async sees(orderId: string, status: OrderView['status']): Promise<OrderView> {
    let last: OrderView | undefined;
    try {
      return await until(status, async () => {
        last = await this.order(orderId);
        if (last.status !== status && FINAL.has(last.status)) throw new Error('it has ended otherwise');
        return last.status === status ? last : undefined;
      });
    } catch (error) {
      const stands = `${String(last?.status)} (${String(last?.sagaState)}), reason ${String(last?.reason)}`;
      throw new Error(`order ${orderId} should be ${status}, is ${stands}`, { cause: error });
    }
  }

  /** Units of a SKU over all warehouses. */
  async stock(sku: string): Promise<{ readonly onHand: number; readonly reserved: number }> {
    const { warehouses } = await this.get<StockLevel>(`/api/inventory/${sku}`);
    return {
      onHand: warehouses.reduce((sum, { onHand }) => sum + onHand, 0),
      reserved: warehouses.reduce((sum, { reserved }) => sum + reserved, 0),
    };
  }
}

/** Hands out products that no other part of the test buys, so that stock can be counted. */
export class Shelf {
  #products: readonly Shelved[];

  private constructor(products: readonly Shelved[]) {
    this.#products = products;
  }

  static async read(person: Person): Promise<Shelf> {
    return new Shelf(await person.items<Shelved>('/api/products?limit=100'));
  }

  /** A product with at least `min` and at most `max` units. */
  take(min: number, max = Number.MAX_SAFE_INTEGER): Shelved {
    const product = this.#products.find(({ available }) => available >= min && available <= max);
    if (product === undefined) throw new Error('the demo shop has no such product left');
    this.#products = this.#products.filter(({ id }) => id !== product.id);
    return product;
  }
}
