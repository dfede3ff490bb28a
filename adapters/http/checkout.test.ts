import t from 'tap';
import { OrreryError, StoreUnavailable } from '../../core/kernel/errors.ts';
import { product } from './testing-shop.ts';
import { ADDRESS, CHECKOUT, type Rig, withGateway } from './testing.ts';

const withItems = (...items: unknown[]) => ({ ...CHECKOUT, items });
const checkout = (rig: Rig, token: string, key: string, body: unknown) =>
  rig.call('POST', '/api/orders/checkout', { token, body, headers: { 'idempotency-key': key } });

await t.test('checkout', async (t) => {
  await withGateway({}, async (rig) => {
    const { shop } = rig;

    await t.test('an order is placed with the prices of the catalog', async (t) => {
      const { token, user } = await rig.signIn();
      const answer = await checkout(
        rig,
        token,
        'k1',
        withItems({ productId: 'p1', quantity: 2, priceCents: 1 }),
      );
      t.equal(answer.statusCode, 202, answer.body);
      t.match(answer.json(), { status: 'pending', totalCents: 2_000, currency: 'USD' });
      const { orderId } = answer.json<{ orderId: string }>();
      t.equal(answer.headers.location, `/api/orders/${orderId}`);
      t.match(shop.checkouts.at(-1), {
        userId: user.id,
        email: user.email,
        idempotencyKey: 'k1',
        shippingAddress: ADDRESS,
        paymentMethod: { type: 'credit_card', token: 'tok_ok' },
        items: [{ productId: 'p1', sku: 'SKU-p1', name: 'Product p1', quantity: 2, priceCents: 1_000 }],
      });
    });

    await t.test('without items the cart is bought, and loses what was bought', async (t) => {
      const { token } = await rig.signIn();
      await rig.call('POST', '/api/cart/add', { token, body: { productId: 'p1', quantity: 3 } });
      const answer = await checkout(rig, token, 'k1', CHECKOUT);
      t.match(answer.json(), { totalCents: 3_000 });
      t.same((await rig.call('GET', '/api/cart', { token })).json(), {
        items: [],
        totalCents: 0,
        currency: 'USD',
      });
      await rig.call('POST', '/api/cart/add', { token, body: { productId: 'p2', quantity: 1 } });
      const again = await checkout(rig, token, 'k1', CHECKOUT);
      t.equal(again.statusCode, 202);
      t.equal(again.json<{ orderId: string }>().orderId, answer.json<{ orderId: string }>().orderId);
      t.equal(again.headers['idempotency-replayed'], 'true');
      t.equal(
        (await rig.call('GET', '/api/cart', { token })).json<{ totalCents: number }>().totalCents,
        1_000,
      );
    });

    await t.test('with items the cart stays as it is', async (t) => {
      const { token } = await rig.signIn();
      await rig.call('POST', '/api/cart/add', { token, body: { productId: 'p1', quantity: 3 } });
      await checkout(rig, token, 'k1', withItems({ productId: 'p1', quantity: 3 }));
      t.equal(
        (await rig.call('GET', '/api/cart', { token })).json<{ totalCents: number }>().totalCents,
        3_000,
      );
    });

    await t.test('a repeat is answered with its order, whatever would refuse it now', async (t) => {
      const { token } = await rig.signIn();
      const body = withItems({ productId: 'p2', quantity: 5 });
      const first = await checkout(rig, token, 'k1', body);
      shop.stock.set('SKU-p2', 0);
      const again = await checkout(rig, token, 'k1', body);
      shop.stock.set('SKU-p2', 5);
      t.equal(again.statusCode, 202);
      t.equal(again.json<{ orderId: string }>().orderId, first.json<{ orderId: string }>().orderId);
    });

    await t.test('another body under a known key is a mismatch before anything else is judged', async (t) => {
      const { token } = await rig.signIn();
      await checkout(rig, token, 'k1', withItems({ productId: 'p1', quantity: 1 }));
      const others = [
        withItems({ productId: 'p1', quantity: 2 }),
        withItems({ productId: 'p3', quantity: 1 }),
        withItems({ productId: 'nothing', quantity: 1 }),
        withItems({ productId: 'p1', quantity: 'one' }),
        {},
        CHECKOUT,
        `${JSON.stringify(withItems({ productId: 'p1', quantity: 1 }))} `,
      ];
      for (const body of others) {
        const answer = await rig.call('POST', '/api/orders/checkout', {
          token,
          body,
          headers: { 'idempotency-key': 'k1', 'content-type': 'application/json' },
        });
        t.equal(answer.statusCode, 422, JSON.stringify(body));
        t.match(answer.json(), { code: 'idempotency_mismatch' });
      }
    });

    await t.test('keys belong to a shopper', async (t) => {
      const [ada, bob] = [await rig.signIn(), await rig.signIn()];
      const body = withItems({ productId: 'p1', quantity: 1 });
      const one = await checkout(rig, ada.token, 'same', body);
      const other = await checkout(rig, bob.token, 'same', withItems({ productId: 'p1', quantity: 2 }));
      t.equal(other.statusCode, 202);
      t.not(one.json<{ orderId: string }>().orderId, other.json<{ orderId: string }>().orderId);
    });

    await t.test('a missing or odd key is a 400 that names the header', async (t) => {
      const { token } = await rig.signIn();
      const none = await rig.call('POST', '/api/orders/checkout', { token, body: CHECKOUT });
      t.equal(none.statusCode, 400);
      t.match(none.json(), { code: 'idempotency_key_missing', detail: /Idempotency-Key/ });
      for (const key of ['', 'with space', 'k'.repeat(201), 'ümlaut']) {
        const answer = await checkout(rig, token, key, CHECKOUT);
        t.equal(answer.statusCode, 400, key);
        t.match(answer.json<{ detail: string }>().detail, /Idempotency-Key/);
      }
    });

    await t.test('an empty cart is a 400', async (t) => {
      const { token } = await rig.signIn();
      const answer = await checkout(rig, token, 'k1', CHECKOUT);
      t.equal(answer.statusCode, 400);
      t.match(answer.json(), { code: 'empty_cart' });
    });

    await t.test('sold out, or too few left over all lines, is a 409 that names the lines', async (t) => {
      const { token } = await rig.signIn();
      const gone = await checkout(rig, token, 'k1', withItems({ productId: 'p3', quantity: 1 }));
      t.equal(gone.statusCode, 409);
      t.match(gone.json(), {
        code: 'out_of_stock',
        detail: /Product p3 is sold out/,
        errors: [{ path: 'items.0' }],
      });
      const few = await checkout(
        rig,
        token,
        'k2',
        withItems(
          { productId: 'p1', quantity: 1 },
          { productId: 'p2', quantity: 3 },
          { productId: 'p2', quantity: 3 },
        ),
      );
      t.equal(few.statusCode, 409);
      t.match(few.json(), {
        detail: 'only 5 of Product p2 are left',
        errors: [{ path: 'items.1' }, { path: 'items.2' }],
      });
    });

    await t.test('an unknown product is a 400 that names its line', async (t) => {
      const { token } = await rig.signIn();
      const body = withItems({ productId: 'p1', quantity: 1 }, { productId: 'nothing', quantity: 1 });
      const answer = await checkout(rig, token, 'k1', body);
      t.equal(answer.statusCode, 400);
      t.match(answer.json(), { errors: [{ path: 'items.1.productId' }], detail: /items\.1\.productId/ });
    });

    await t.test('quantities are JSON integers from 1 to 999, never coerced', async (t) => {
      const { token } = await rig.signIn();
      for (const quantity of [0, -1, 1.5, 1_000, 1e9, '1', true, null, [1], {}, undefined]) {
        const answer = await checkout(rig, token, 'k1', withItems({ productId: 'p1', quantity }));
        t.equal(answer.statusCode, 400, JSON.stringify(quantity));
        t.match(answer.json(), { code: 'invalid_input', errors: [{ path: 'items.0.quantity' }] });
      }
      t.equal(
        (await checkout(rig, token, 'k1', withItems({ productId: 'p1', quantity: 1 }))).statusCode,
        202,
      );
    });

    await t.test('every missing or wrong part of the body is named', async (t) => {
      const { token } = await rig.signIn();
      const items = [{ productId: 'p1', quantity: 1 }];
      const wrong: [string, unknown][] = [
        ['shippingAddress', { ...CHECKOUT, items, shippingAddress: undefined }],
        ...Object.keys(ADDRESS).map((part): [string, unknown] => [
          `shippingAddress.${part}`,
          { ...CHECKOUT, items, shippingAddress: { ...ADDRESS, [part]: undefined } },
        ]),
        ['shippingAddress.city', { ...CHECKOUT, items, shippingAddress: { ...ADDRESS, city: '   ' } }],
        [
          'shippingAddress.city',
          { ...CHECKOUT, items, shippingAddress: { ...ADDRESS, city: 'x'.repeat(101) } },
        ],
        ['shippingAddress.city', { ...CHECKOUT, items, shippingAddress: { ...ADDRESS, city: 'a\u0000b' } }],
        ['shippingAddress.city', { ...CHECKOUT, items, shippingAddress: { ...ADDRESS, city: 'a\ud800b' } }],
        ['paymentMethod', { ...CHECKOUT, items, paymentMethod: undefined }],
        ['paymentMethod.type', { ...CHECKOUT, items, paymentMethod: { type: 'cash' } }],
        ['items', withItems()],
        ['items', withItems(...Array.from({ length: 101 }, () => items[0]))],
        ['items', { ...CHECKOUT, items: 'p1' }],
        ['items.0.productId', withItems({ quantity: 1 })],
      ];
      for (const [path, body] of wrong) {
        const answer = await checkout(rig, token, 'k1', body);
        t.equal(answer.statusCode, 400, path);
        t.equal(answer.json<{ errors: { path: string }[] }>().errors[0]?.path, path);
        t.ok(
          answer.json<{ detail: string }>().detail.startsWith(`${path}:`),
          answer.json<{ detail: string }>().detail,
        );
      }
    });

    await t.test('an order beyond all bounds is refused, not miscounted', async (t) => {
      const { token } = await rig.signIn();
      shop.products.set('gold', product('gold', { priceCents: 900_000_000_000 }));
      shop.stock.set('SKU-gold', 5_000);
      const answer = await checkout(rig, token, 'k1', withItems({ productId: 'gold', quantity: 999 }));
      t.equal(answer.statusCode, 400);
      t.match(answer.json(), { code: 'order_too_large' });
    });

    await t.test('overload and a lost store are a 503 that says when to come back', async (t) => {
      const { token } = await rig.signIn();
      const failures = [
        new OrreryError('overloaded', 'backlog', { retryable: true }),
        new StoreUnavailable('connection refused at 10.0.0.1'),
      ];
      for (const failure of failures) {
        shop.checkoutFails = failure;
        const answer = await checkout(rig, token, 'k1', withItems({ productId: 'p1', quantity: 1 }));
        shop.checkoutFails = undefined;
        t.equal(answer.statusCode, 503);
        t.match(answer.json(), { code: failure.code });
        t.ok(Number(answer.headers['retry-after']) >= 1);
        t.notMatch(answer.body, /10\.0\.0\.1/, 'nothing of the inside is told');
      }
    });

    await t.test('guests are asked to sign in', async (t) => {
      const answer = await rig.call('POST', '/api/orders/checkout', { body: CHECKOUT });
      t.equal(answer.statusCode, 401);
    });

    await t.test('trace context is passed on when it is one', async (t) => {
      const { token } = await rig.signIn();
      const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
      const body = withItems({ productId: 'p1', quantity: 1 });
      const headers = { 'idempotency-key': 'k1', traceparent };
      await rig.call('POST', '/api/orders/checkout', { token, body, headers });
      t.equal(shop.checkouts.at(-1)?.traceparent, traceparent);
      await rig.call('POST', '/api/orders/checkout', {
        token,
        body,
        headers: { 'idempotency-key': 'k2', traceparent: 'nonsense' },
      });
      t.equal(shop.checkouts.at(-1)?.traceparent, undefined);
    });
  });
});

await t.test('the checkout limit', async (t) => {
  await withGateway({ settings: { rateLimitPerMinute: 0, checkoutLimitPerMinute: 2 } }, async (rig) => {
    const body = withItems({ productId: 'p1', quantity: 1 });
    const { token } = await rig.signIn();

    await t.test('only accepted orders count: neither refusals nor repeats', async (t) => {
      t.equal(
        (await checkout(rig, token, 'k0', withItems({ productId: 'p3', quantity: 1 }))).statusCode,
        409,
      );
      t.equal((await checkout(rig, token, 'k1', body)).statusCode, 202);
      t.equal((await checkout(rig, token, 'k1', body)).statusCode, 202);
      rig.shop.checkoutFails = new OrreryError('overloaded', 'backlog', { retryable: true });
      t.equal((await checkout(rig, token, 'k2', body)).statusCode, 503);
      rig.shop.checkoutFails = undefined;
      t.equal((await checkout(rig, token, 'k2', body)).statusCode, 202);
    });

    await t.test(
      'beyond it a new order is a 429, a repeat is still answered, a mismatch still one',
      async (t) => {
        const refused = await checkout(rig, token, 'k3', body);
        t.equal(refused.statusCode, 429);
        t.match(refused.json(), { code: 'checkout_limit' });
        const wait = Number(refused.headers['retry-after']);
        t.ok(wait >= 1 && wait <= 60, String(wait));
        t.equal((await checkout(rig, token, 'k1', body)).statusCode, 202);
        t.equal((await checkout(rig, token, 'k1', { ...body, note: 1 })).statusCode, 422);
      },
    );

    await t.test('it is a limit per shopper', async (t) => {
      const other = await rig.signIn();
      t.equal((await checkout(rig, other.token, 'k1', body)).statusCode, 202);
    });
  });
});
