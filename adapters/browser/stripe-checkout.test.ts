import t from 'tap';
import type { Page } from 'playwright-core';
import { StripeServer } from '../stripe/testing-server.ts';
import { browserMissing, openBrowser, visit } from './chromium.ts';
import { startPlatform } from './platform.ts';
import { addProducts, register } from './shopper.ts';

const skip = browserMissing();

/**
 * Stands in for js.stripe.com/v3: a field for the number in place of Stripe's frame, and its answers for the test cards
 * 4242 (good), 4000 (declined by Stripe) and anything shorter (incomplete).
 */
const STRIPE_JS = `
window.Stripe = (key) => ({
  elements: () => ({
    create: () => {
      const input = document.createElement('input');
      input.setAttribute('aria-label', 'Card number');
      input.setAttribute('data-key', key);
      const listeners = [];
      input.addEventListener('input', () => listeners.forEach((told) => told({})));
      return {
        input,
        mount: (place) => place.append(input),
        destroy: () => input.remove(),
        focus: () => input.focus(),
        on: (_event, told) => listeners.push(told),
      };
    },
  }),
  createPaymentMethod: async ({ card: { input } }) => {
    window.methodsMade = (window.methodsMade ?? 0) + 1;
    if (input.value.length < 16) return { error: { message: 'Your card number is incomplete.' } };
    if (input.value.startsWith('4000')) return { error: { message: 'Your card was declined.' } };
    return { paymentMethod: { id: 'pm_card_visa' } };
  },
});`;

async function toCheckout(page: Page): Promise<void> {
  await addProducts(page, 1);
  await page.goto('/checkout');
  await register(page);
  await page.getByRole('button', { name: 'Fill in a sample address' }).click();
}

await t.test('paying by Stripe', skip === undefined ? {} : { skip }, async (t) => {
  const stripe = new StripeServer();
  const apiUrl = await stripe.start();
  t.teardown(() => stripe.stop());
  const baseUrl = await startPlatform(t, {
    STRIPE_SECRET_KEY: stripe.secretKey,
    STRIPE_API_URL: apiUrl,
    STRIPE_PUBLISHABLE_KEY: 'pk_test_orrery',
  });
  const browser = await openBrowser(t);

  await t.test('a card that is not right is told, the form stays, and a good one orders', async (t) => {
    const { page, context, complaints } = await visit(browser, baseUrl);
    await page.route('https://js.stripe.com/**', (route) =>
      route.fulfill({ contentType: 'text/javascript', body: STRIPE_JS }),
    );
    const asked: string[] = [];
    page.on('request', (request) => asked.push(request.url()));
    await page.goto('/');
    t.notOk(
      asked.some((url) => url.includes('stripe.com')),
      'nothing comes from Stripe but for the checkout',
    );
    await toCheckout(page);
    const number = page.getByLabel('Card number');
    await number.waitFor();
    t.equal(await number.getAttribute('data-key'), 'pk_test_orrery');
    const card = page.getByRole('group', { name: 'Card' });
    const place = page.getByRole('button', { name: /^Place order/ });
    for (const [typed, said] of [
      ['4242', 'Your card number is incomplete.'],
      ['4000000000000002', 'Your card was declined.'],
    ] as const) {
      await number.fill(typed);
      await place.click();
      await card.getByRole('alert').getByText(said).waitFor();
      t.equal(await page.locator('[name=street]').inputValue(), '4 Observatory Lane', 'the address stays');
      t.equal(await number.inputValue(), typed);
    }
    t.notOk(
      asked.some((url) => url.endsWith('/api/orders/checkout')),
      'nothing was ordered',
    );
    await number.fill('4242424242424242');
    const sent = page.waitForRequest((request) => request.url().endsWith('/api/orders/checkout'));
    await place.click();
    t.match((await sent).postDataJSON(), {
      paymentMethod: { type: 'credit_card', token: 'pm_card_visa' },
    });
    await page.getByTestId('timeline').waitFor();
    await page.getByText('Confirmed').first().waitFor();
    t.equal(
      [...stripe.intents.values()].filter(({ status }) => status === 'succeeded').length,
      1,
      'it is paid',
    );
    t.equal(await page.evaluate('window.methodsMade'), 3);
    t.strictSame(complaints, []);
    await context.close();
  });

  await t.test('without Stripe.js the page says so, and offers to try again', async (t) => {
    const { page, context } = await visit(browser, baseUrl);
    let blocked = true;
    await page.route('https://js.stripe.com/**', (route) =>
      blocked ? route.abort() : route.fulfill({ contentType: 'text/javascript', body: STRIPE_JS }),
    );
    await toCheckout(page);
    await page.getByText('The card field did not load').waitFor();
    blocked = false;
    await page.getByRole('button', { name: 'Try again' }).click();
    await page.getByLabel('Card number').waitFor();
    t.equal(await page.getByText('The card field did not load').count(), 0);
    await context.close();
  });

  await t.test('without its key for pages nothing is promised', async (t) => {
    const { page, context, complaints } = await visit(browser, baseUrl);
    await page.route('**/api/payments/config', (route) => route.fulfill({ json: { gateway: 'stripe' } }));
    await toCheckout(page);
    await page.getByText('Cards can’t be taken on this page yet').waitFor();
    t.equal(await page.getByRole('button', { name: /^Place order/ }).count(), 0);
    t.strictSame(complaints, []);
    await context.close();
  });
});
