import type { Browser, Page } from 'playwright-core';
import t from 'tap';
import { browserMissing, openBrowser, visit } from './chromium.ts';
import { ADMIN, startPlatform } from './platform.ts';
import { placeOrder, register } from './shopper.ts';

const skip = browserMissing();

interface PlannedSale {
  /** The product's page. */
  readonly product: string;
  /** The admin ends it. */
  readonly end: () => Promise<void>;
}

/** An admin plans a sale of one unit of the first product that can be had. */
async function planSale(browser: Browser, baseUrl: string): Promise<PlannedSale> {
  const { page } = await visit(browser, baseUrl);
  await page.goto('/');
  const add = page.getByTestId('products').getByRole('button', { name: /^Add / });
  const name = /^Add (.*) to cart$/.exec((await add.first().getAttribute('aria-label')) ?? '')?.[1] ?? '';
  await page.goto('/sign-in?next=/admin/flash-sales');
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  const form = page.getByRole('form', { name: 'Plan a sale' });
  await form.getByLabel('Units').fill('none');
  await form.getByRole('button', { name: 'Plan the sale' }).click();
  await form.getByText('Choose a product.').waitFor();
  await form.getByText('A whole number, at least 1.').waitFor();
  await form.getByLabel('Units').fill('1');
  const searched = page.waitForResponse((response) => response.url().includes('/api/products/search'));
  await form.getByLabel('Product').fill(name);
  await searched;
  // The browser's list offers what was found; typing the last letter again chooses it.
  await form.getByLabel('Product').press('End');
  await form.getByLabel('Product').fill(name);
  await form.getByRole('button', { name: 'Plan the sale' }).click();
  const row = page.getByTestId('flash-sales').getByRole('row', { name: new RegExp(name) });
  await row.getByText('Running').waitFor();
  return {
    product: (await row.getByRole('link', { name }).getAttribute('href')) ?? '',
    end: async () => {
      await row.getByRole('button', { name: 'End now' }).click();
      await row.getByText('Over').waitFor();
    },
  };
}

async function joinLine(page: Page, product: string): Promise<void> {
  await page.goto(`/register?next=${encodeURIComponent(product)}`);
  await register(page);
  await page.getByRole('button', { name: 'Join the line' }).click();
}

await t.test('a flash sale of one unit, two shoppers', skip === undefined ? {} : { skip }, async (t) => {
  const baseUrl = await startPlatform(t);
  const browser = await openBrowser(t);
  const { product, end } = await planSale(browser, baseUrl);
  const [first, second] = [await visit(browser, baseUrl), await visit(browser, baseUrl)];

  await joinLine(first.page, product);
  await first.page.getByTestId('sale-panel').getByText('It is your turn').waitFor();
  await joinLine(second.page, product);
  const place = second.page.getByTestId('place-in-line');
  await place.waitFor();
  t.equal(await place.textContent(), '1', 'the second is next, and waits');

  const shared = await first.context.newPage();
  await shared.goto(product);
  await shared.getByTestId('sale-panel').getByText('It is your turn').waitFor();
  t.pass('a second tab of the first shopper shows the same turn');

  await first.page.getByRole('button', { name: 'Buy it now' }).click();
  await placeOrder(first.page, 'Always approved');
  await first.page.locator('[data-testid=timeline] [data-status=confirmed][data-state=done]').waitFor();
  await second.page.getByTestId('sale-panel').getByText('The last unit has been paid for.').waitFor();
  t.strictSame(second.complaints, []);

  await second.page.goto('/');
  await second.page.getByTestId('home-sale').getByText('Sold out').waitFor();
  await end();
  await second.page.reload();
  await second.page.getByTestId('products').first().waitFor();
  t.equal(await second.page.getByTestId('home-sale').count(), 0, 'what has ended is not announced');
  t.strictSame(first.complaints, []);
});
