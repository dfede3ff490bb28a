import type { FunnelReport } from '../../core/services/analytics/funnel-ports.ts';
import type { TapTest } from '../postgres/testing.ts';
import { Person } from './platform-person.ts';
import { until } from '../../core/kernel/testing-until.ts';
import type { Scene } from './platform-scene.ts';

/** From a look to an order: each step is counted once, and shoppers never wait for that. */
export async function counting(t: TapTest, { stage, ada, admin, shelf }: Scene): Promise<void> {
  const [bought, left] = [shelf.take(60), shelf.take(60)];
  const look = async (productId: string) =>
    (await ada.call('POST', `/api/products/${productId}/views`)).status;
  const rowOf = async (productId: string) => {
    const { items } = await admin.get<FunnelReport>('/api/analytics/funnel?limit=100');
    const { viewed, added, ordered } = items.find((item) => item.productId === productId) ?? {};
    return `${String(viewed)} ${String(added)} ${String(ordered)}`;
  };
  const becomes = (productId: string, counts: string) =>
    until(counts, async () => ((await rowOf(productId)) === counts ? true : undefined));

  t.same(await Promise.all([look(bought.id), look(bought.id), look(left.id)]), [204, 204, 204]);
  const letGo = stage.running.holdBack();
  try {
    await ada.call('POST', '/api/cart/add', { body: { productId: bought.id, quantity: 2 } });
    const { status } = await ada.call('PUT', `/api/cart/items/${bought.id}`, { body: { quantity: 1 } });
    t.equal(status, 200, 'a cart changes while the broker takes nothing');
  } finally {
    letGo();
  }
  const { status, body } = await ada.checkout(undefined);
  t.equal(status, 202);
  await becomes(bought.id, '1 1 1');
  await becomes(left.id, '1 0 0');
  const { totals, items } = await admin.get<FunnelReport>('/api/analytics/funnel?sort=viewToCart&limit=100');
  t.match(
    items.find(({ productId }) => productId === bought.id),
    { viewToCart: 1, cartToOrder: 1, name: String },
  );
  t.ok(totals.ordered >= 1 && totals.viewed >= 2);
  await ada.sees(body.orderId, 'delivered');

  const shoppers = async () =>
    (
      await stage.running.database.query<{ shopper: string }>(
        'select distinct shopper from analytics.shopper_day',
      )
    ).map(({ shopper }) => shopper);
  const { user } = await ada.get<{ user: { id: string } }>('/api/auth/me');
  const before = await shoppers();
  t.notOk(before.join(' ').includes(user.id), 'nobody is known by name');
  const kim = await Person.register(stage, 'Kim');
  await kim.call('POST', `/api/products/${left.id}/views`);
  await becomes(left.id, '2 0 0');
  t.equal((await shoppers()).length, before.length + 1);
  const closed = await kim.call('DELETE', '/api/auth/me', { body: { currentPassword: 'a long password' } });
  t.equal(closed.status, 204);
  t.same((await shoppers()).sort(), before.sort(), 'who closes their account is not told apart any more');
  t.equal(await rowOf(left.id), '2 0 0', 'sums stay');
}
