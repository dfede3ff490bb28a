import { randomUUID } from 'node:crypto';
import { WebSocket } from 'ws';
import type { HealthReport } from '../../core/services/observation/report.ts';
import { until } from '../../core/kernel/testing-until.ts';

const ADDRESS = { street: '1 Way', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' };

/** What a report says is wrong, but for what is slow: tests run on machines that do much else. */
export function wrongWith({ problems }: HealthReport): readonly string[] {
  const slow = new Set(['DatabaseSlow', 'EventLoopSlow', 'PoolExhausted', 'ProcessSilent']);
  return problems.flatMap(({ code, text }) => (slow.has(code) ? [] : [`${code}: ${text}`]));
}

export interface LiveTold {
  readonly topic: string;
  readonly type: string;
  readonly data: unknown;
}

/** Somebody who is signed in and calls the API of a running platform. */
export class Caller {
  readonly #url: string;
  readonly #token: string;

  private constructor(url: string, token: string) {
    this.#url = url;
    this.#token = token;
  }

  static async signIn(
    url: string,
    who: { readonly email: string; readonly password: string },
  ): Promise<Caller> {
    return new Caller(url, await tokenFrom(`${url}/api/auth/login`, who));
  }

  static async register(url: string): Promise<Caller> {
    const who = { name: 'Ada', email: `${randomUUID()}@example.com`, password: 'correct horse battery' };
    return new Caller(url, await tokenFrom(`${url}/api/auth/register`, who));
  }

  fetch(path: string): Promise<Response> {
    return fetch(this.#url + path, { headers: { authorization: `Bearer ${this.#token}` } });
  }

  post(path: string, body: object): Promise<Response> {
    return fetch(this.#url + path, {
      method: 'POST',
      headers: { authorization: `Bearer ${this.#token}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
  }

  /** Rejects unless the answer is a success. */
  async get<Answer>(path: string): Promise<Answer> {
    const response = await this.fetch(path);
    if (!response.ok) throw new Error(`${path}: ${String(response.status)} ${await response.text()}`);
    return (await response.json()) as Answer;
  }

  /** Orders one unit of something that is there; resolves with the order's id. */
  async buy(paymentToken: string): Promise<string> {
    const { items } = await this.get<{ items: { id: string; available: number }[] }>(
      '/api/products?limit=100',
    );
    const product = items.find(({ available }) => available > 10);
    const response = await fetch(`${this.#url}/api/orders/checkout`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${this.#token}`,
        'content-type': 'application/json',
        'idempotency-key': randomUUID(),
      },
      body: JSON.stringify({
        shippingAddress: ADDRESS,
        paymentMethod: { type: 'credit_card', token: paymentToken },
        items: [{ productId: product?.id, quantity: 1 }],
      }),
    });
    if (response.status !== 202) throw new Error(await response.text());
    return ((await response.json()) as { orderId: string }).orderId;
  }

  /** Resolves once the order has the status. */
  async until(orderId: string, status: string): Promise<void> {
    await until(
      `${orderId} to be ${status}`,
      () => this.get<{ status: string }>(`/api/orders/${orderId}`),
      (order) => order.status === status,
    );
  }

  /** Follows a live topic until it is closed. */
  follow(topic: string): { readonly updates: LiveTold[]; close(): void } {
    const updates: LiveTold[] = [];
    const socket = new WebSocket(`${this.#url.replace('http', 'ws')}/api/live?token=${this.#token}`);
    socket.on('open', () => {
      socket.send(JSON.stringify({ subscribe: topic }));
    });
    socket.on('message', (data: Buffer) => {
      updates.push(JSON.parse(data.toString()) as LiveTold);
    });
    return {
      updates,
      close: () => {
        socket.close();
      },
    };
  }
}

async function tokenFrom(url: string, body: object): Promise<string> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
  if (!response.ok) throw new Error(`${url}: ${String(response.status)} ${await response.text()}`);
  return ((await response.json()) as { token: string }).token;
}
