import t from 'tap';
import { browserMissing, openBrowser, visit } from './chromium.ts';
import { startPlatform } from './platform.ts';
import { addProducts, placeOrder, register } from './shopper.ts';

const skip = browserMissing();

await t.test('a shopper in a browser', skip === undefined ? {} : { skip }, async (t) => {
  const baseUrl = await startPlatform(t);
  const browser = await openBrowser(t);

  await t.test('browses, fills a cart, registers on the way and sees the order arrive, live', async (t) => {
    const { page, context, complaints } = await visit(browser, baseUrl);
    await addProducts(page, 2);
    await page.getByRole('link', { name: 'Cart, 2 items' }).click();
    const lines = page.getByTestId('cart-lines').getByRole('listitem');
    await lines.nth(1).waitFor();
    t.equal(await lines.count(), 2);
    await page.getByRole('link', { name: 'Check out' }).click();
    await register(page);
    await page.getByRole('link', { name: 'Cart, 2 items' }).waitFor();
    await placeOrder(page, 'Always approved');

    const timeline = page.getByTestId('timeline');
    await page.locator('[data-testid=live][data-state=open]').waitFor();
    await timeline.locator('[data-status=delivered][data-state=done]').waitFor();
    t.equal(await timeline.locator('[data-state=done]').count(), 6, 'every step of a good life is done');
    t.equal(await timeline.locator('time').count(), 6, 'and each says when');
    t.equal(await page.getByTestId('headline').textContent(), 'Delivered');
    t.equal(await page.getByTestId('payment-status').textContent(), 'Paid');
    t.match(await page.getByTestId('tracking').textContent(), /\S{6,}/);
    t.equal(await page.getByRole('progressbar').getAttribute('aria-valuenow'), '100');
    for (const type of ['payment.processed', 'shipping.dispatched', 'shipping.delivered']) {
      t.ok(await page.locator(`[data-testid=log] [data-type="${type}"]`).count(), `the log has ${type}`);
    }
    await page.getByRole('link', { name: 'Cart, empty' }).waitFor();
    t.strictSame(complaints, []);
    await context.close();
  });

  await t.test('sees why a declined card ended the order', async (t) => {
    const { page, context, complaints } = await visit(browser, baseUrl);
    await addProducts(page, 1);
    await page.goto('/checkout');
    await register(page);
    await placeOrder(page, 'Insufficient funds');

    await page.getByTestId('timeline').locator('[data-status=cancelled]').waitFor();
    t.equal(await page.getByTestId('headline').textContent(), 'This order was cancelled');
    t.equal(
      await page.getByTestId('reason').textContent(),
      'The card has insufficient funds. You were not charged.',
    );
    t.equal(await page.getByTestId('payment-status').textContent(), 'Declined');

    await page.getByRole('link', { name: 'Orders', exact: true }).click();
    t.match(await page.getByTestId('orders').textContent(), /Cancelled/);
    t.strictSame(complaints, []);
    await context.close();
  });

  await t.test('orders once, however often the answer is lost and the page reloaded', async (t) => {
    const { page, context } = await visit(browser, baseUrl);
    await addProducts(page, 1);
    await page.goto('/checkout');
    await register(page);
    // The order gets through; its answer does not come back.
    await page.route('**/api/orders/checkout', async (route) => {
      await route.fetch();
      await route.abort();
    });
    await page.getByRole('button', { name: 'Fill in a sample address' }).click();
    await page.getByRole('button', { name: /^Place order/ }).click();
    await page.getByTestId('problem').waitFor();
    await page.unroute('**/api/orders/checkout');
    await page.reload();
    await page.getByRole('button', { name: 'Ask again' }).click();
    await page.getByTestId('timeline').waitFor();
    await page.getByRole('link', { name: 'Orders', exact: true }).click();
    await page.getByTestId('orders').waitFor();
    t.equal(await page.getByTestId('orders').getByRole('listitem').count(), 1);
    await context.close();
  });
});
