import type { BrowserContext, Page } from 'playwright-core';
import t from 'tap';
import { browserMissing, openBrowser, untilTrue, visit } from './chromium.ts';
import { startPlatform } from './platform.ts';
import { register } from './shopper.ts';

const skip = browserMissing();
/** More than a page of the list (40), and more than may exist as elements. */
const ORDERS = 60;
const AT_ONCE = 10;
/** No more orders than a screenful and a margin may exist as elements. */
const ROWS_MAX = 45;

const ADDRESS = { street: '1 High Street', city: 'London', state: 'London', zip: 'N1', country: 'GB' };

/** Places orders through the API as the shopper of this profile; each third one is for two units. */
async function placeOrders(context: BrowserContext, baseUrl: string, count: number): Promise<string> {
  const { items } = (await (await context.request.get('/api/products?in_stock=true&limit=100')).json()) as {
    items: { id: string; name: string; available: number }[];
  };
  const products = items.filter(({ available }) => available > count).slice(0, 3);
  const place = async (index: number): Promise<void> => {
    const product = products[index % products.length];
    const answer = await context.request.post('/api/orders/checkout', {
      headers: { 'idempotency-key': `history-${String(index)}-key-of-this-order`, origin: baseUrl },
      data: {
        shippingAddress: ADDRESS,
        paymentMethod: { type: 'credit_card', token: 'tok_ok' },
        items: [{ productId: product?.id, quantity: index % 3 === 0 ? 2 : 1 }],
      },
    });
    if (!answer.ok()) throw new Error(`checkout: ${String(answer.status())} ${await answer.text()}`);
  };
  for (let from = 0; from < count; from += AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, at) => place(from + at)));
  }
  return products[1]?.name ?? '';
}

const rows = (page: Page) => page.getByTestId('orders').getByRole('listitem');

/** Scrolls on, a screen at a time, until the row is there. */
async function scrollTo(page: Page, position: number): Promise<void> {
  const selector = `[data-testid=orders] [aria-posinset="${String(position)}"]`;
  await untilTrue(
    page,
    `document.querySelector('${selector}') !== null || (window.scrollBy(0, window.innerHeight), false)`,
  );
  await page.locator(selector).scrollIntoViewIfNeeded();
}

await t.test('a long order history', skip === undefined ? {} : { skip }, async (t) => {
  const baseUrl = await startPlatform(t);
  const browser = await openBrowser(t);
  const { page, context, complaints } = await visit(browser, baseUrl);
  await page.goto('/register');
  await register(page);
  const bought = await placeOrders(context, baseUrl, ORDERS);

  await t.test('is read on as one scrolls, and holds a screenful of rows', async (t) => {
    await page.goto('/orders');
    await rows(page).first().waitFor();
    t.equal(
      await rows(page).first().getAttribute('aria-setsize'),
      '-1',
      'how many there are is not known yet',
    );
    await scrollTo(page, ORDERS);
    const last = page.locator(`[data-testid=orders] [aria-posinset="${String(ORDERS)}"]`);
    t.equal(await last.getAttribute('aria-setsize'), String(ORDERS));
    t.ok((await rows(page).count()) <= ROWS_MAX, 'rows out of sight do not exist');
    const places = await page.evaluate<readonly number[]>(
      `[...document.querySelectorAll('[data-testid=orders] > li')].map((row) => Number(row.ariaPosInSet))`,
    );
    t.strictSame(
      places,
      [...places].sort((one, other) => one - other),
      'rows stand in the document in their order',
    );
  });

  await t.test('keeps the focus on a row that is scrolled away', async (t) => {
    await page.evaluate('window.scrollTo(0, 0)');
    await page.locator('[data-testid=orders] [aria-posinset="1"] a').focus();
    await page.evaluate('window.scrollTo(0, 3000)');
    await page.locator('[data-testid=orders] [aria-posinset="38"]').waitFor();
    t.equal(await page.evaluate(`document.activeElement.closest('li')?.getAttribute('aria-posinset')`), '1');
  });

  await t.test('is where one left it when one comes back from an order', async (t) => {
    await scrollTo(page, 50);
    const link = page.locator('[data-testid=orders] [aria-posinset="50"] a');
    const href = await link.getAttribute('href');
    const before = await page.evaluate<number>('window.scrollY');
    t.ok(before > 2_000);
    await link.click();
    await page.getByTestId('timeline').waitFor();
    await page.goBack();
    await link.waitFor();
    await page.locator(`a:focus[href="${String(href)}"]`).waitFor();
    const after = await page.evaluate<number>('window.scrollY');
    t.ok(Math.abs(after - before) < 5, `scrolled to ${String(after)}, was ${String(before)}`);
    await page.getByRole('link', { name: 'Orders', exact: true }).click();
    await page.goto('/orders');
    await rows(page).first().waitFor();
    t.equal(await page.evaluate('window.scrollY'), 0, 'a new visit starts at the top');
  });

  await t.test('is searched as one types, and the address says what is shown', async (t) => {
    const search = page.getByRole('searchbox', { name: 'Search your orders' });
    await search.pressSequentially(bought, { delay: 5 });
    await page.waitForURL(/q=/);
    await page.locator('[data-testid=orders][aria-busy=false]').waitFor();
    const names = await rows(page).getByRole('link').allTextContents();
    t.ok(names.length > 0 && names.every((name) => name.trim() === bought));
    await page.goBack();
    await page.waitForURL((url) => !url.searchParams.has('q'));
    t.equal(await search.inputValue(), '', 'one step back is the whole list');
    await page.goForward();
    await page.waitForURL(/q=/);
    t.equal(await search.inputValue(), bought);
    await search.fill('nothing like this');
    await page.getByRole('heading', { name: 'No match' }).waitFor();
    await page.getByRole('button', { name: 'Clear all' }).click();
    await rows(page).first().waitFor();
    t.equal(new URL(page.url()).search, '');
  });

  await t.test('is narrowed by status, day and price, each undone with a press', async (t) => {
    await page.getByLabel('Status').selectOption({ label: 'Cancelled' });
    await page.getByRole('heading', { name: 'No match' }).waitFor();
    await page.goBack();
    await rows(page).first().waitFor();
    await page.getByRole('button', { name: /^Filters/ }).click();
    await page.getByLabel('From', { exact: true }).fill('2099-01-01');
    await page.getByRole('heading', { name: 'No match' }).waitFor();
    await page.getByRole('button', { name: /^Remove Since/ }).click();
    await rows(page).first().waitFor();
    await page.getByLabel('Price to').fill('0.01');
    await page.getByRole('heading', { name: 'No match' }).waitFor();
    t.match(page.url(), /max=0\.01/);
    await page.goto('/orders?min=5&max=nonsense&from=2026-99-99&status=odd');
    await rows(page).first().waitFor();
    t.equal(await page.getByLabel('Price from').inputValue(), '5', 'what makes sense of an address is used');
  });
  t.strictSame(complaints, []);
  await context.close();
});
