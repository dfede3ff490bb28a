import type { Page } from 'playwright-core';
import t from 'tap';
import { browserMissing, openBrowser, visit } from './chromium.ts';
import { startPlatform } from './platform.ts';
import { addProducts, placeOrder, register } from './shopper.ts';

const skip = browserMissing();
const whenBrowser = skip === undefined ? {} : { skip };
const DAY_MS = 86_400_000;

/** Parcels leave after more than a minute: there is time to cancel. */
const SLOW = { SHIPPING_TIME_SCALE: '500' };

/** A new shopper buys a thing; resolves on the order's page. */
async function buy(page: Page, payment: string): Promise<void> {
  await addProducts(page, 1);
  await page.goto('/checkout');
  await register(page);
  await placeOrder(page, payment);
}

await t.test('orders that end, or are late', whenBrowser, async (t) => {
  const baseUrl = await startPlatform(t, SLOW);
  const browser = await openBrowser(t);

  await t.test('a declined card is followed by another one, and the order goes through', async (t) => {
    const { page, context, complaints } = await visit(browser, baseUrl);
    await buy(page, 'Insufficient funds');
    const another = page.getByRole('button', { name: 'Try another card' });
    await another.waitFor();
    t.equal(
      await page.getByTestId('reason').textContent(),
      'The card has insufficient funds. You were not charged.',
    );
    const declined = page.url();
    await another.click();
    await page.waitForURL('**/checkout');
    await page.getByRole('link', { name: 'Cart, 1 item' }).waitFor();
    t.equal(await page.getByLabel('Street').inputValue(), '4 Observatory Lane', 'the address came along');
    await page.getByLabel('Always approved').check();
    await page.getByRole('button', { name: /^Place order/ }).click();
    await page.waitForURL((url) => url.pathname.startsWith('/orders/'));
    await page.getByTestId('timeline').locator('[data-status=confirmed][data-state=done]').waitFor();
    t.not(page.url(), declined, 'it is an order of its own');
    t.equal(await page.getByTestId('payment-status').textContent(), 'Paid');
    t.strictSame(complaints, []);
    await context.close();
  });

  await t.test('one cancelled after payment says what went back, where and when', async (t) => {
    const { page, context, complaints } = await visit(browser, baseUrl);
    await buy(page, 'Always approved');
    await page.getByTestId('parcel-map').waitFor();
    await page.getByRole('button', { name: 'Cancel order' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Cancel order' }).click();
    await page.getByTestId('timeline').locator('[data-status=cancelled]').waitFor();
    const total = await page.locator('.facts .total dd').textContent();
    t.match(
      await page.getByTestId('reason').textContent(),
      /^You cancelled it\. (.+) went back to your card on \d+ \w+, \d\d:\d\d\.$/,
    );
    t.ok((await page.getByTestId('reason').textContent())?.includes(total ?? '?'), 'all of it');
    t.match(await page.getByTestId('lead').textContent(), /^Cancelled on \d+ \w+, \d\d:\d\d$/);
    const timeline = page.getByTestId('timeline');
    t.equal(
      await timeline.locator('time').count(),
      await timeline.getByRole('listitem').count(),
      'every step says when',
    );
    t.equal(await page.getByTestId('parcel-map').count(), 0, 'a parcel that does not travel has no map');
    t.equal(await page.getByRole('button', { name: 'Try another card' }).count(), 0);
    t.strictSame(complaints, []);
    await context.close();
  });

  await t.test(
    'one that moves on between its own reading and that of its log is shown as it is',
    async (t) => {
      const { page, context } = await visit(browser, baseUrl);
      await page.route('**/saga-log?*', async (route) => {
        const order = route
          .request()
          .url()
          .replace(/\/saga-log.*/, '');
        for (;;) {
          const { shipment } = (await (await context.request.get(order)).json()) as {
            shipment: { trackingNumber?: string } | null;
          };
          if (shipment?.trackingNumber !== undefined) break;
        }
        await route.continue();
      });
      await buy(page, 'Always approved');
      await page.getByTestId('parcel-map').waitFor();
      t.equal(await page.getByTestId('headline').textContent(), 'Getting your parcel ready');
      await context.close();
    },
  );

  await t.test('one whose day has passed is called late', async (t) => {
    const { page, context } = await visit(browser, baseUrl);
    await buy(page, 'Always approved');
    await page.getByTestId('parcel-map').waitFor();
    await page.clock.setFixedTime(Date.now() + 2 * DAY_MS);
    await page.reload();
    t.match(await page.getByTestId('due').textContent(), /^Late, was due \d+ \w+ \d{4}$/);
    t.match(await page.getByTestId('lead').textContent(), /^Late: it was due on/);
    await context.close();
  });

  // A refund is given up after minutes, and scores come from elsewhere: the answer of a real order is changed on its way.
  await t.test('one that is stuck, and one that is checked, say who has it in hand', async (t) => {
    const { page, context, complaints } = await visit(browser, baseUrl);
    await buy(page, 'Always approved');
    const show = async (change: (order: Record<string, object>) => object): Promise<void> => {
      await page.unrouteAll();
      await page.route(/\/api\/orders\/[\w-]+$/, async (route) => {
        const answer = await route.fetch();
        const order = (await answer.json()) as Record<string, object>;
        await route.fulfill({ response: answer, json: { ...order, ...change(order) } });
      });
      await page.reload();
      await page.getByTestId('reason').waitFor();
    };
    const reason = (): Promise<string | null> => page.getByTestId('reason').textContent();
    const timeline = page.getByTestId('timeline');

    await show(({ payment }) => ({
      status: 'failed',
      reason: 'refund_failed',
      payment: { ...payment, status: 'unsettled' },
    }));
    t.equal(await page.getByTestId('headline').textContent(), 'This order needs our attention');
    t.match(await reason(), /^A refund did not go through\. \S/);
    t.equal(await page.getByTestId('payment-status').textContent(), 'Being settled');
    t.equal(await timeline.locator('[data-status=failed]').count(), 1);
    t.equal(await page.getByRole('button', { name: 'Cancel order' }).count(), 0, 'nothing is left to cancel');

    await show(() => ({ status: 'in_review', reason: 'in_review' }));
    t.equal(await page.getByTestId('headline').textContent(), 'Your order is being reviewed');
    t.match(await reason(), /^Our checks asked for a second look/);
    t.equal(await timeline.locator('[data-status=in_review][data-state=current]').count(), 1);
    t.strictSame(complaints, []);
    await context.close();
  });
});
