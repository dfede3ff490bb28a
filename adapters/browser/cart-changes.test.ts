import t from 'tap';
import { browserMissing, openBrowser, visit } from './chromium.ts';
import { ADMIN, startPlatform } from './platform.ts';
import { addProducts } from './shopper.ts';

const skip = browserMissing();

await t.test('a cart that changed meanwhile', skip === undefined ? {} : { skip }, async (t) => {
  const baseUrl = await startPlatform(t);
  const browser = await openBrowser(t);
  const { page, context } = await visit(browser, baseUrl);
  await addProducts(page, 2);
  const { items } = (await (await context.request.get('/api/cart')).json()) as {
    items: { productId: string; sku: string; name: string; priceCents: number }[];
  };
  const [first, second] = items;

  await t.test('says nothing while nothing changed', async (t) => {
    await page.goto('/cart');
    await page.getByTestId('cart-lines').waitFor();
    await page.waitForLoadState('networkidle');
    for (const id of ['price-changed', 'sold-out', 'too-few', 'gone']) {
      t.equal(await page.getByTestId(id).count(), 0, id);
    }
  });

  await t.test('tells the price that was seen, once, and a product that left the shop', async (t) => {
    // As if the shopper had looked while it cost a dollar more, and at something that is not there any more.
    const seen = {
      [String(first?.productId)]: { name: first?.name, priceCents: (first?.priceCents ?? 0) + 100 },
      'left-the-shop': { name: 'Paper Sextant', priceCents: 900 },
    };
    await page.evaluate(
      `sessionStorage.setItem('orrery.cart-seen', ${JSON.stringify(JSON.stringify(seen))})`,
    );
    await page.goto('/cart');
    t.match(await page.getByTestId('price-changed').textContent(), /^Was \$\d+\.\d\d when you last looked/);
    t.equal(await page.getByTestId('price-changed').count(), 1);
    t.match(await page.getByTestId('gone').textContent(), /^Paper Sextant is no longer in the shop/);
    await page.reload();
    await page.getByTestId('cart-lines').waitFor();
    await page.waitForLoadState('networkidle');
    t.equal(await page.getByTestId('price-changed').count(), 0);
    t.equal(await page.getByTestId('gone').count(), 0);
  });

  await t.test('marks what is sold out, in the cart and at the checkout', async (t) => {
    const admin = await visit(browser, baseUrl);
    const signedIn = await admin.context.request.post('/api/auth/login', {
      headers: { origin: baseUrl },
      data: ADMIN,
    });
    t.ok(signedIn.ok());
    const url = `/api/inventory/${encodeURIComponent(String(second?.sku))}`;
    const level = (await (await admin.context.request.get(url)).json()) as {
      warehouses: { id: string; available: number }[];
    };
    for (const { id, available } of level.warehouses.filter((one) => one.available > 0)) {
      const adjusted = await admin.context.request.post(`/api/admin${url.slice(4)}/adjust`, {
        headers: { origin: baseUrl },
        data: { warehouseId: id, delta: -available, reason: 'counted anew' },
      });
      t.ok(adjusted.ok(), String(adjusted.status()));
    }
    await admin.context.close();
    await page.goto('/checkout');
    await page.getByTestId('sold-out').waitFor();
    await page.goto('/cart');
    await page.getByTestId('sold-out').waitFor();
    await page.getByRole('button', { name: `Remove ${String(second?.name)}` }).click();
    await page.getByTestId('sold-out').waitFor({ state: 'detached' });
    t.equal(await page.getByTestId('gone').count(), 0, 'taking it out is no loss to tell of');
  });
  await context.close();
});
