import type { Browser, Page } from 'playwright-core';
import t from 'tap';
import { partitionName, partitionOf } from '../../core/kernel/partition.ts';
import { fraudScored } from '../contracts/platform-scene.ts';
import { browserMissing, openBrowser, untilTrue, visit } from './chromium.ts';
import {
  CONSOLE_PARTITIONS,
  giveReason,
  placeOrders,
  registerShopper,
  signInAsAdmin,
  startConsole,
} from './console-stage.ts';
import { axePath, seriousFindings, settle } from './every-page.ts';

const skip = browserMissing();
const ORDERS = 6;

const row = (page: Page, id: string) => page.locator(`[data-testid=admin-orders] [data-order="${id}"]`);

/** A page that asks nothing again by itself: what changes on it was told by the live connection. */
async function watchOnly(browser: Browser, baseUrl: string, path: string): Promise<Page> {
  const { page, context } = await visit(browser, baseUrl);
  await page.addInitScript('window.setInterval = () => 0');
  await signInAsAdmin(context, baseUrl);
  const connected = page.waitForEvent('websocket').then((socket) => socket.waitForEvent('framereceived'));
  await page.goto(path);
  await connected;
  return page;
}

const OUTLOOK = {
  degraded: false,
  modelVersion: 4,
  trainedAt: '2026-03-18T00:00:00.000Z',
  attempts: [
    {
      chargeKey: 'charge',
      at: '2026-03-18T08:00:00.000Z',
      amountCents: 4_200,
      method: 'credit_card',
      success: 0.93,
      failure: 0.07,
      succeeded: true,
      beforeTraining: false,
    },
  ],
};

await t.test('the order console, by keyboard alone', skip === undefined ? {} : { skip }, async (t) => {
  const { baseUrl, resources } = await startConsole(t);
  const browser = await openBrowser(t);
  const shopper = await visit(browser, baseUrl);
  await registerShopper(shopper.context, baseUrl);
  const ids = await placeOrders(shopper.context, baseUrl, ORDERS);
  const { page, context, complaints } = await visit(browser, baseUrl);
  await page.addInitScript({ path: axePath });
  await signInAsAdmin(context, baseUrl);
  const inspect = async (name: string) => {
    await settle(page);
    t.strictSame(await seriousFindings(page), [], `${name}: axe finds nothing serious`);
  };

  await t.test('an order opens beside the list, and new ones are announced', async (t) => {
    // As the API answers once a model serves; that it does is tested beside the model.
    await page.route('**/payment-outlook', (route) => route.fulfill({ json: OUTLOOK }));
    await page.goto('/admin/orders');
    await row(page, ids.at(-1) ?? '').waitFor();
    for (const key of ['j', 'j', 'Enter']) await page.keyboard.press(key);
    await page.locator(`[data-testid=dossier][data-order="${ids.at(-2) ?? ''}"]`).waitFor();
    await page.getByTestId('history').getByText('order.placed').waitFor();
    await page
      .getByTestId('payment-outlook')
      .getByText('93 % likely to go through beforehand, model 4')
      .waitFor();
    await inspect('console with an order');
    await page.setViewportSize({ width: 390, height: 844 });
    await page.emulateMedia({ colorScheme: 'dark' });
    await inspect('console on a phone, dark');
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    t.ok(overflow <= 0, 'nothing sticks out');
    await page.setViewportSize({ width: 1440, height: 900 });
    await page.emulateMedia({ colorScheme: 'light' });
    await page.keyboard.press('Escape');
    await untilTrue(page, `document.querySelector('[data-testid=dossier]') === null`);
    const [late = ''] = await placeOrders(shopper.context, baseUrl, 1);
    await page.getByTestId('news').waitFor();
    await page.keyboard.press('n');
    await row(page, late).waitFor();
    await page.keyboard.press('?');
    await page.getByRole('heading', { name: 'Keyboard shortcuts' }).waitFor();
    await page.keyboard.press('Escape');
    await page.keyboard.press('/');
    await page.keyboard.type('nobody at all');
    await page.getByText('No order fits these filters.').waitFor();
    await page.keyboard.press('Control+a');
    await page.keyboard.press('Delete');
    await row(page, late).waitFor();
  });

  await t.test('a flag shows at once; its customer is asked, then it is approved', async (t) => {
    await page.goto('/admin/review');
    await page.getByText('Nothing to review').waitFor();
    const told = await watchOnly(browser, baseUrl, '/admin/review');
    await told.getByText('Nothing to review').waitFor();
    const flagged = ids[0] ?? '';
    const routingKey = `fraud.scored.${partitionName(partitionOf(flagged, CONSOLE_PARTITIONS))}`;
    const published = performance.now();
    await resources.broker.publish([
      { exchange: 'events', routingKey, messages: [fraudScored(flagged)], mandatory: true },
    ]);
    await told.locator(`[data-testid=flagged] [data-order="${flagged}"]`).waitFor();
    t.comment(`the flag was seen ${(performance.now() - published).toFixed(0)} ms after it was published`);
    await told.context().close();
    await page.locator(`[data-testid=flagged] [data-order="${flagged}"]`).waitFor();
    await page.getByRole('group', { name: 'Why it was flagged' }).getByText('ten cards in an hour').waitFor();
    await inspect('fraud review');
    await page.keyboard.press('i');
    await giveReason(page, 'Is this your card?');
    await page.getByTestId('history').getByText('review.request_info').waitFor();
    await page.keyboard.press('a');
    await giveReason(page, 'They answered');
    await page.getByText('Nothing to review').waitFor();
    t.pass('approved');
  });

  await t.test('a stock-out shows at once', async (t) => {
    const { items } = (await (await context.request.get('/api/admin/inventory?limit=100')).json()) as {
      items: { sku: string; available: number; warehouses: { id: string; available: number }[] }[];
    };
    const stocked = items.find(({ available }) => available > 0);
    t.ok(stocked);
    const { sku, warehouses } = stocked ?? { sku: '', warehouses: [] };
    const told = await watchOnly(browser, baseUrl, `/admin/inventory?q=${sku}`);
    const level = told.locator(`tr[data-sku="${sku}"]`);
    await level.waitFor();
    const left = warehouses.filter(({ available }) => available > 0);
    let asked = 0;
    for (const { id: warehouseId, available } of left) {
      asked = performance.now();
      const answer = await context.request.post(`/api/admin/inventory/${sku}/adjust`, {
        headers: { origin: baseUrl },
        data: { warehouseId, delta: -available, reason: 'a leak in the roof' },
      });
      t.equal(answer.status(), 200);
    }
    await told.locator(`tr[data-sku="${sku}"][data-level=out]`).getByText('Out of stock').waitFor();
    t.comment(`the stock-out was seen ${(performance.now() - asked).toFixed(0)} ms after it was asked for`);
    await told.context().close();
  });

  await t.test('all that match are cancelled by a job that tells what became of each', async (t) => {
    await page.goto('/admin/orders');
    await row(page, ids[0] ?? '').waitFor();
    await page.keyboard.press('2');
    await page.locator('.queues [aria-current]', { hasText: 'Pending' }).waitFor();
    await row(page, ids[1] ?? '').waitFor();
    await page.keyboard.press('a');
    await page
      .getByTestId('selection')
      .getByText(/^All 7 that match$/)
      .waitFor();
    await page.keyboard.press('c');
    await page.getByTestId('bulk-preview').getByText('cancelled, money back, stock back').waitFor();
    await inspect('preview of a bulk action');
    await giveReason(page, 'The warehouse burnt down');
    await page.getByRole('link', { name: 'Watch it' }).click();
    await page.getByTestId('job').getByText('Done', { exact: true }).waitFor();
    await untilTrue(
      page,
      `document.querySelectorAll('[data-testid=job-items] tbody .status.good').length === 7`,
    );
    await inspect('a job');
    await page.goto('/admin/jobs');
    await page.getByTestId('jobs').getByText('The warehouse burnt down').waitFor();
    await inspect('jobs');
    await page.goto('/admin/orders?queue=pending');
    await page.getByText('Orders appear as they are placed.').waitFor();
    t.pass('the queue is empty');
  });
  t.strictSame(complaints, []);
});
