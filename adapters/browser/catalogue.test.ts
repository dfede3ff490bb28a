import type { Page } from 'playwright-core';
import t from 'tap';
import { browserMissing, openBrowser, visit } from './chromium.ts';
import { startPlatform } from './platform.ts';
import { register } from './shopper.ts';

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

  await t.test('is one press from the first page, by category or as a whole', async (t) => {
    await page.goto('/');
    const tiles = page.getByTestId('categories').getByRole('listitem');
    await tiles.first().waitFor();
    t.equal(await tiles.count(), 12);
    t.match(await tiles.first().innerText(), /Mugs & Drinkware\s+20 products/);
    const shelves = page.locator('.shelf:not([data-testid=recommended])').getByTestId('products');
    await shelves.nth(1).waitFor();
    t.equal(await shelves.count(), 2, 'two short shelves');
    await tiles.first().getByRole('link').click();
    await page.getByRole('heading', { level: 1, name: 'Mugs & Drinkware' }).waitFor();
    await cards(page).first().waitFor();
    t.equal(await cards(page).count(), 20);
    await page.goBack();
    await page.getByRole('link', { name: 'See all products' }).click();
    await page.waitForURL('**/products');
    await page.getByText('240 products').waitFor();
  });

  await t.test('is found at its older addresses too', async (t) => {
    await page.goto('/?q=mug&sort=price');
    await page.waitForURL('**/products?q=mug&sort=price');
    await page.getByRole('heading', { name: 'Results for “mug”' }).waitFor();
    t.equal(await page.getByLabel('Sort by').inputValue(), 'price');
  });

  await t.test('is narrowed by price and to what can be had', async (t) => {
    await page.goto('/products');
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
    await page.goto('/products');
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

  await t.test('understands a typing error, and says what nothing here is', async (t) => {
    await page.goto('/products?q=purple+headphnoes+under+250');
    await cards(page).first().waitFor();
    const notes = page.getByTestId('search-notes');
    await notes.getByText('Showing results for “headphones”. None of these is said to be purple.').waitFor();
    t.ok((await prices(page)).every((price) => price <= 250));
    t.equal(await page.getByRole('button', { name: 'Remove Purple' }).count(), 0, 'it narrows nothing');
    await page.getByRole('button', { name: 'Remove Up to $250.00' }).click();
    await page.waitForURL((url) => url.searchParams.get('q') === 'purple headphnoes');
    await page.goto('/products?q=soup+mug');
    await page.getByText(/^\d+ products?, and \d+ that comes? near$/).waitFor();
    t.match(await cards(page).first().innerText(), /Hearth Soup Mug/);
    t.equal(await notes.count(), 0);
  });

  await t.test('narrows and sorts a search, and keeps what was understood', async (t) => {
    await page.goto('/products?q=mug+under+60');
    const understood = page.getByRole('button', { name: 'Remove Up to $60.00' });
    await understood.waitFor();
    await settled(page);
    await page.getByLabel('Sort by').selectOption('-price');
    await page.getByRole('button', { name: 'Filters' }).click();
    await page.getByLabel('Price from').fill('20');
    await page.waitForURL(/min=20/);
    await page.getByLabel('In stock').check();
    await page.waitForURL(/stock=1/);
    await page.getByRole('navigation', { name: 'Categories' }).getByRole('link', { name: /^Mugs/ }).click();
    await page.waitForURL(/category=/);
    await page.getByRole('button', { name: 'Remove Mugs & Drinkware' }).waitFor();
    await settled(page);
    const shown = await prices(page);
    t.ok(shown.length > 1 && shown.every((price) => price >= 20 && price <= 60));
    t.strictSame(
      shown,
      [...shown].sort((one, other) => other - one),
    );
    t.equal(new URL(page.url()).searchParams.get('q'), 'mug under 60', 'the words stay');
    t.ok(await understood.isVisible());
    await page.reload();
    await cards(page).first().waitFor();
    t.strictSame(await prices(page), shown, 'all of it is in the address');
    await page.getByRole('button', { name: 'Clear all' }).click();
    await page.waitForURL((url) => !url.searchParams.has('stock'));
    t.ok(await understood.isVisible());
  });

  await t.test('a product says when it arrives, for where its shopper lives', async (t) => {
    await page.goto('/products?stock=1');
    await cards(page).first().getByRole('link').click();
    const delivery = page.getByTestId('delivery');
    await delivery.getByText('Arrives today').waitFor();
    await delivery.getByText('United States, if you order now').waitFor();
    t.match(await page.getByTestId('stock').innerText(), /^(In stock|Only \d+ left)$/);
    const path = new URL(page.url()).pathname;
    await page.goto(`/register?next=${encodeURIComponent(path)}`);
    await register(page);
    const kept = {
      street: '1 Karl Johans gate',
      city: 'Oslo',
      state: 'Oslo',
      zip: '0154',
      country: 'Norway',
    };
    t.ok((await page.request.post('/api/auth/addresses', { data: kept, headers: { origin: baseUrl } })).ok());
    await page.goto(path);
    await delivery.getByText('Norway, if you order now').waitFor();
  });

  await t.test('says so when nothing is like this', async (t) => {
    await page.goto('/products?min=99999');
    await page.getByRole('heading', { name: 'No match' }).waitFor();
    await page.getByRole('button', { name: 'Clear all' }).click();
    await cards(page).first().waitFor();
    t.equal(new URL(page.url()).search, '');
  });
  t.strictSame(complaints, []);
  await context.close();

  await t.test('what does not load is told, and tried again where it belongs', async (t) => {
    const { page, context } = await visit(browser, baseUrl);
    const failing = [
      '**/api/products/categories',
      '**/api/products?sort=newest*',
      '**/api/shipping/estimate',
    ];
    for (const path of failing) await page.route(path, (route) => route.fulfill({ status: 500, body: '' }));
    await page.goto('/');
    const problems = page.getByTestId('problem');
    await problems.nth(1).waitFor();
    t.equal(await problems.count(), 2, 'the categories and one shelf');
    await cards(page).first().waitFor();
    t.pass('the other shelf stands');
    await page.unroute(failing[0] ?? '');
    await problems.first().getByRole('button', { name: 'Try again' }).click();
    await page.getByTestId('categories').waitFor();
    await problems.nth(1).waitFor({ state: 'detached' });
    await cards(page).first().getByRole('link').click();
    await page.getByText('The day of arrival is shown with your order.').waitFor();
    t.ok(
      await page.getByRole('button', { name: 'Add to cart' }).isEnabled(),
      'it can be bought all the same',
    );
    await context.close();
  });
});
