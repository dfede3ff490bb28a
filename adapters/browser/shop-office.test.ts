import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import t from 'tap';
import { browserMissing, openBrowser, untilTrue, visit } from './chromium.ts';
import { ADMIN, startPlatform } from './platform.ts';
import { register } from './shopper.ts';

t.setTimeout(300_000);

const skip = browserMissing();
const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** What axe finds serious or worse on the page as it is. */
async function seriousFindings(page: Page): Promise<readonly string[]> {
  await untilTrue(page, `document.querySelector('[aria-busy=true]') === null`);
  await page.evaluate('Promise.allSettled(document.getAnimations().map((one) => one.finished))');
  return page.evaluate<readonly string[]>(
    `axe.run().then(({ violations }) => violations.filter(({ impact }) => impact === 'serious' || impact === 'critical')
      .map(({ id, nodes }) => id + ': ' + nodes.map(({ target }) => target.join(' ')).join('; ')))`,
  );
}

/** Gives the open dialog its reason and presses its button. */
async function confirm(page: Page, button: string): Promise<void> {
  const dialog = page.getByRole('dialog');
  await dialog.getByLabel('Reason').fill('for a test');
  await dialog.getByRole('button', { name: button, exact: true }).click();
  await dialog.waitFor({ state: 'detached' });
}

await t.test('an admin keeps the shop', skip === undefined ? {} : { skip }, async (t) => {
  const baseUrl = await startPlatform(t);
  const browser = await openBrowser(t);
  const shopper = await visit(browser, baseUrl);
  await shopper.page.goto('/register');
  const { email } = await register(shopper.page);
  const { page, complaints } = await visit(browser, baseUrl, { viewport: { width: 1440, height: 900 } });
  await page.addInitScript({ path: axePath });
  await page.goto('/sign-in?next=/admin/inventory');
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
  await page.getByTestId('stock').waitFor();
  t.strictSame(await seriousFindings(page), [], 'inventory: axe finds nothing serious');

  // One that no other test looks for: the last by name that can be had.
  const answer = await page.request.get('/api/products?sort=-name&in_stock=true&limit=50');
  const { items } = (await answer.json()) as {
    items: { id: string; sku: string; name: string; available: number; priceCents: number }[];
  };
  const product = items.find(({ available }) => available > 40);
  if (product === undefined) throw new Error('the demo shop has a product with more than 40 units');
  const { sku } = product;
  const row = page.locator(`tr[data-sku="${sku}"]`);

  await t.test('units move between warehouses, and the list shows it without asking', async (t) => {
    await page.getByRole('searchbox', { name: 'Search the stock' }).fill(product.name);
    await untilTrue(page, `document.querySelectorAll('[data-testid=stock] tbody tr').length < 5`);
    const before = await row.innerText();
    await row.getByRole('button', { name: `Move ${sku}` }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Units').fill('100000');
    t.strictSame(await seriousFindings(page), [], 'moving: axe finds nothing serious');
    await dialog.getByLabel('Reason').fill('too many');
    await dialog.getByRole('button', { name: 'Move', exact: true }).click();
    await dialog.getByTestId('problem').or(dialog.locator('.wrong')).first().waitFor();
    await dialog.getByLabel('Units').fill('2');
    const from = await dialog.getByLabel('From').inputValue();
    const to = await dialog.getByLabel('To', { exact: true }).inputValue();
    await confirm(page, 'Move');
    await untilTrue(
      page,
      `document.querySelector('tr[data-sku="${sku}"]').innerText !== ${JSON.stringify(before)}`,
    );
    const back = await page.request.post(`/api/admin/inventory/${sku}/transfer`, {
      headers: { origin: baseUrl },
      data: { fromWarehouseId: to, toWarehouseId: from, quantity: 2, reason: 'back again' },
    });
    t.equal(back.status(), 200);
    await untilTrue(
      page,
      `document.querySelector('tr[data-sku="${sku}"]').innerText === ${JSON.stringify(before)}`,
    );
    t.pass('what others do is seen too');
    await row.getByRole('link', { name: product.name }).click();
    await page.getByTestId('ledger').getByText('Moved').first().waitFor();
    t.equal(await page.getByTestId('ledger').getByText('Moved', { exact: true }).count(), 4);
    t.strictSame(await seriousFindings(page), [], 'ledger: axe finds nothing serious');
  });

  await t.test('a file with bad lines is previewed, and its good lines are applied', async (t) => {
    const apply = async (change: string): Promise<void> => {
      await page.goto('/admin/inventory/import');
      await page.getByLabel('CSV file').setInputFiles({
        name: 'stock.csv',
        mimeType: 'text/csv',
        buffer: Buffer.from(
          `sku,warehouse,change\r\n${sku},ams,${change}\r\nNO-SUCH,ams,1\r\n${sku},mars,1\r\n`,
        ),
      });
      await page.getByTestId('import-counts').getByText('1 change something').waitFor();
      await page.getByTestId('import-lines').getByText('is not the SKU of a product').waitFor();
      await page.getByTestId('import-lines').getByText('is not a warehouse of ours').waitFor();
      await page.getByRole('button', { name: 'Apply 1 change' }).click();
      await page.getByText('Say why in a few words.').waitFor();
      await page.getByLabel('Reason').fill('counted');
      await page.getByRole('button', { name: 'Apply 1 change' }).click();
      await page.getByTestId('import-result').getByText('1 applied').waitFor();
    };
    await apply('3');
    t.strictSame(await seriousFindings(page), [], 'import: axe finds nothing serious');
    await page.reload();
    await page.getByTestId('import-result').getByText('1 applied').waitFor();
    await apply('-3');
  });

  await t.test('stock is compared on demand', async (t) => {
    await page.goto('/admin/inventory/reconciliation');
    await page.getByRole('button', { name: 'Run now' }).click();
    await page.getByTestId('reconciliations').getByText('Adds up').first().waitFor();
    t.strictSame(await seriousFindings(page), [], 'reconciliation: axe finds nothing serious');
  });

  await t.test('a price changes, and is told with those before', async (t) => {
    await page.goto('/admin/products');
    await page.getByTestId('kept-products').waitFor();
    t.strictSame(await seriousFindings(page), [], 'products: axe finds nothing serious');
    await page.goto(`/admin/products/${product.id}`);
    const was = (product.priceCents / 100).toFixed(2);
    const set = async (amount: string): Promise<void> => {
      await page.getByLabel('New price').fill(amount);
      await page.getByRole('button', { name: 'Set the price' }).click();
      await page
        .getByRole('heading', { name: new RegExp(`^Price: .*${amount.replace('.', '\\.')}$`) })
        .waitFor();
    };
    await page.getByRole('button', { name: 'Set the price' }).click();
    await page.getByText('An amount such as 12 or 12.50.').waitFor();
    await set('999.99');
    await page.getByTestId('prices').getByRole('cell', { name: '$999.99' }).first().waitFor();
    t.strictSame(await seriousFindings(page), [], 'product: axe finds nothing serious');
    await set(was);
    await page.goto(`/admin/flash-sales?product=${product.id}`);
    await untilTrue(
      page,
      `document.querySelector('input[name=product]')?.value === ${JSON.stringify(product.name)}`,
    );
    t.pass('a sale is planned from there');
  });

  await t.test('somebody gets a role, and loses it', async (t) => {
    await page.goto(`/admin/people?q=${encodeURIComponent(email)}`);
    const person = page.locator(`tr[data-email="${email}"]`);
    const set = async (role: string): Promise<void> => {
      await person.getByRole('button', { name: `Role ${email}` }).click();
      await page.getByRole('dialog').getByLabel('Role').selectOption(role);
      await confirm(page, 'Role');
    };
    await set('ops');
    await person.getByText('Operator').waitFor();
    t.strictSame(await seriousFindings(page), [], 'people: axe finds nothing serious');
    await set('customer');
    await person.getByText('Customer').waitFor();
    await person.getByRole('button', { name: `Switch off ${email}` }).click();
    await confirm(page, 'Switch off');
    await person.getByText('Off', { exact: true }).waitFor();
    await shopper.page.goto('/sign-in');
    await shopper.page.getByLabel('E-mail').fill(email);
    await shopper.page.getByLabel('Password').fill('analytical engine');
    await shopper.page.getByRole('button', { name: 'Sign in' }).click();
    await shopper.page.getByText('This account is switched off').waitFor();
    t.pass('who was kept out is told so');
  });
  // What the pages refused on purpose is logged by the browser, and right.
  t.strictSame(
    complaints.filter((complaint) => !/status of 4\d\d/.test(complaint)),
    [],
  );
});
