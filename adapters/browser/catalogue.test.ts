import type { Page } from 'playwright-core';
import t from 'tap';
import { browserMissing, openBrowser, visit } from './chromium.ts';
import { startPlatform } from './platform.ts';

const skip = browserMissing();

const cards = (page: Page) => page.getByTestId('products').getByRole('listitem');

async function prices(page: Page): Promise<readonly number[]> {
  const texts = await cards(page).locator('.price').allTextContents();
  return texts.map((text) => Number(text.replace(/[^\d.]/g, '')));
}

/** Until the list answers to the filters. */
async function settled(page: Page): Promise<void> {
  await page.locator('[data-testid=products][aria-busy=false]').waitFor();
}

await t.test('the catalogue', skip === undefined ? {} : { skip }, async (t) => {
  const baseUrl = await startPlatform(t);
  const browser = await openBrowser(t);
  const { page, context, complaints } = await visit(browser, baseUrl);

  await t.test('is narrowed by price and to what can be had', async (t) => {
    await page.goto('/');
    await cards(page).first().waitFor();
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByLabel('Price from').fill('20');
    await page.getByLabel('Price to').fill('40');
    await page.waitForURL(/max=40/);
    await settled(page);
    await page.getByRole('button', { name: 'Remove $20.00 to $40.00' }).waitFor();
    t.ok((await prices(page)).every((price) => price >= 20 && price <= 40));
    await page.getByLabel('In stock').check();
    await page.waitForURL(/stock=1/);
    await settled(page);
    t.equal(await page.getByText('Sold out').count(), 0);
    await page.goBack();
    await page.waitForURL((url) => !url.searchParams.has('stock'));
    t.notOk(await page.getByLabel('In stock').isChecked());
    await page.getByRole('button', { name: 'Remove $20.00 to $40.00' }).click();
    await page.waitForURL((url) => url.search === '');
    t.equal(await page.getByLabel('Price from').inputValue(), '');
  });

  await t.test('is searched as one types, and what was understood can be taken back', async (t) => {
    await page.goto('/');
    await cards(page).first().waitFor();
    await page
      .getByRole('searchbox', { name: 'Search products' })
      .pressSequentially('mug under 20', { delay: 30 });
    await page.waitForURL(/q=mug\+under\+20/);
    await settled(page);
    const chip = page.getByRole('button', { name: 'Remove Up to $20.00' });
    await chip.waitFor();
    const narrow = await cards(page).count();
    t.ok((await prices(page)).every((price) => price <= 20));
    await chip.click();
    await page.waitForURL((url) => url.searchParams.get('q') === 'mug');
    await chip.waitFor({ state: 'detached' });
    await settled(page);
    t.ok((await cards(page).count()) > narrow);
    await page.goBack();
    await chip.waitFor();
    await page.goBack();
    await page.waitForURL((url) => url.search === '');
    t.equal(await page.getByRole('searchbox', { name: 'Search products' }).inputValue(), '');
  });

  await t.test('says so when nothing is like this', async (t) => {
    await page.goto('/?min=99999');
    await page.getByRole('heading', { name: 'No match' }).waitFor();
    await page.getByRole('button', { name: 'Clear all' }).click();
    await cards(page).first().waitFor();
    t.equal(new URL(page.url()).search, '');
  });
  t.strictSame(complaints, []);
  await context.close();
});
