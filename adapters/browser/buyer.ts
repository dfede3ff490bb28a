import { randomUUID } from 'node:crypto';
import type { APIRequestContext } from 'playwright-core';

const ADDRESS = { street: '1 Way', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' };

/** Buys two things as a new shopper, by the API; resolves with the order's id. */
export async function buy(api: APIRequestContext, baseUrl: string, token: string): Promise<string> {
  const post = async <Answer>(
    path: string,
    data: object,
    headers: Record<string, string>,
  ): Promise<Answer> => {
    const answer = await api.post(`${baseUrl}/api${path}`, { data, headers });
    if (!answer.ok()) throw new Error(await answer.text());
    return (await answer.json()) as Answer;
  };
  const { items } = (await (await api.get(`${baseUrl}/api/products?limit=50`)).json()) as {
    readonly items: readonly { readonly id: string; readonly available: number }[];
  };
  const wanted = items.filter(({ available }) => available > 5).slice(0, 2);
  const shopper = { name: 'Ada', email: `${randomUUID()}@example.com`, password: 'analytical engine' };
  const origin = { origin: baseUrl };
  const session = await post<{ readonly token: string }>('/auth/register', shopper, origin);
  const { orderId } = await post<{ readonly orderId: string }>(
    '/orders/checkout',
    {
      shippingAddress: ADDRESS,
      paymentMethod: { type: 'credit_card', token },
      items: wanted.map(({ id }) => ({ productId: id, quantity: 1 })),
    },
    { authorization: `Bearer ${session.token}`, 'idempotency-key': randomUUID() },
  );
  return orderId;
}
