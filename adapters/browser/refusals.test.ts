import t from 'tap';
import { browserMissing, openBrowser, visit } from './chromium.ts';
import { startPlatform } from './platform.ts';
import { addProducts, placeOrder, register } from './shopper.ts';

const skip = browserMissing();

await t.test('the shop under strain', skip === undefined ? {} : { skip }, async (t) => {
  const baseUrl = await startPlatform(t, { SHIPPING_TIME_SCALE: '1000' });
  const browser = await openBrowser(t);

  await t.test('a limit counts down on the button, and the button works again', async (t) => {
    const { page, context } = await visit(browser, baseUrl);
    await addProducts(page, 1);
    await page.goto('/checkout');
    await register(page);
    await page.route('**/api/orders/checkout', (route) =>
      route.fulfill({
        status: 429,
        headers: { 'retry-after': '2', 'content-type': 'application/problem+json' },
        body: JSON.stringify({ title: 'Too Many Requests', status: 429, code: 'checkout_limit' }),
      }),
    );
    await page.getByRole('button', { name: 'Fill in a sample address' }).click();
    await page.getByRole('button', { name: /^Place order/ }).click();
    await page.getByRole('button', { name: /^Wait [12] s$/ }).waitFor();
    await page.unroute('**/api/orders/checkout');
    const again = page.getByRole('button', { name: /^Place order/ });
    await again.waitFor();
    t.equal(await again.getAttribute('aria-disabled'), 'false');
    await again.click();
    await page.getByTestId('timeline').waitFor();
    await context.close();
  });

  await t.test('without a live connection the order page asks, and says so', async (t) => {
    const { page, context } = await visit(browser, baseUrl);
    await page.routeWebSocket('**/api/live', (socket) => socket.close());
    await addProducts(page, 1);
    await page.goto('/checkout');
    await register(page);
    await placeOrder(page, 'Always approved');
    const live = page.getByTestId('live');
    await page.locator('[data-testid=live][data-state=down]').waitFor();
    t.equal(await live.textContent(), 'Checking every few seconds');
    await page.getByTestId('timeline').locator('[data-status=processing]:not([data-state=ahead])').waitFor();
    await context.close();
  });

  await t.test('cancelling asks first, then shows what became of the order', async (t) => {
    const { page, context } = await visit(browser, baseUrl);
    await addProducts(page, 1);
    await page.goto('/checkout');
    await register(page);
    await placeOrder(page, 'Always approved');
    await page.locator('[data-testid=timeline] [data-status=processing][data-state=current]').waitFor();
    await page.getByRole('button', { name: 'Cancel order' }).click();
    const dialog = page.getByRole('dialog', { name: 'Cancel this order?' });
    await dialog.waitFor();
    await page.keyboard.press('Escape');
    await dialog.waitFor({ state: 'hidden' });
    await page.getByRole('button', { name: 'Cancel order' }).click();
    await dialog.getByRole('button', { name: 'Cancel order' }).click();
    await page.locator('[data-testid=timeline] [data-status=cancelled]').waitFor();
    t.match(
      await page.getByTestId('reason').textContent(),
      /^You cancelled it\. \$[\d.,]+ went back to your card on \d+ \w+, \d\d:\d\d\.$/,
    );
    t.equal(await page.getByTestId('payment-status').textContent(), 'Refunded');
    await context.close();
  });
});
