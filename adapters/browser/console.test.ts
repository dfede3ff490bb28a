import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import t from 'tap';
import { partitionName, partitionOf } from '../../core/kernel/partition.ts';
import { fraudScored } from '../contracts/platform-scene.ts';
import { SLOW_ROAD } from '../contracts/platform-stage.ts';
import { startVisibly } from '../main/platform-testing.ts';
import { browserMissing, openBrowser, untilTrue, visit } from './chromium.ts';
import { axePath, seriousFindings, settle } from './every-page.ts';
import { ADMIN } from './platform.ts';

const skip = browserMissing();
const PARTITIONS = 2;
const ORDERS = 6;

/** Places orders through the API as a shopper of their own. */
async function placeOrders(
  context: BrowserContext,
  baseUrl: string,
  count: number,
): Promise<readonly string[]> {
  const headers = { origin: baseUrl };
  const { items } = (await (await context.request.get('/api/products?limit=50')).json()) as {
    items: { id: string; available: number }[];
  };
  const product = items.find(({ available }) => available > 30);
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const answer = await context.request.post('/api/orders/checkout', {
      headers: { ...headers, 'idempotency-key': randomUUID() },
      data: {
        shippingAddress: {
          street: '1 Main St',
          city: 'Springfield',
          state: 'IL',
          zip: '62701',
          country: 'US',
        },
        paymentMethod: { type: 'credit_card', token: 'tok_ok' },
        items: [{ productId: product?.id, quantity: 1 }],
      },
    });
    ids.push(((await answer.json()) as { orderId: string }).orderId);
  }
  return ids;
}

const row = (page: Page, id: string) => page.locator(`[data-testid=admin-orders] [data-order="${id}"]`);

/** Types a reason and sends the dialog that is open, by keyboard. */
async function giveReason(page: Page, reason: string): Promise<void> {
  await page.locator('dialog[open] input').waitFor();
  await page.keyboard.type(reason);
  await untilTrue(page, `document.querySelector('dialog[open] [aria-disabled=true]') === null`);
  await page.keyboard.press('Enter');
  await untilTrue(page, `document.querySelector('dialog[open]') === null`);
}

await t.test('the order console, by keyboard alone', skip === undefined ? {} : { skip }, async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'orrery-console-page-'));
  const { platform, resources } = await startVisibly({
    ...SLOW_ROAD,
    PORT: '0',
    LOG_LEVEL: 'silent',
    DATA_DIR: folder,
    PARTITIONS: String(PARTITIONS),
    PAYMENT_FAILURE_RATE: '0',
    CHECKOUT_LIMIT_PER_MINUTE: '0',
    RATE_LIMIT_PER_MINUTE: '0',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
  });
  t.teardown(async () => {
    await platform.stop();
    await rm(folder, { recursive: true, force: true });
  });
  const baseUrl = platform.url ?? '';
  const browser = await openBrowser(t);
  const shopper = await visit(browser, baseUrl);
  await shopper.context.request.post('/api/auth/register', {
    headers: { origin: baseUrl },
    data: { name: 'Grace Hopper', email: 'grace@example.com', password: 'analytical engine' },
  });
  const ids = await placeOrders(shopper.context, baseUrl, ORDERS);
  const { page, context, complaints } = await visit(browser, baseUrl);
  await page.addInitScript({ path: axePath });
  await context.request.post('/api/auth/login', { headers: { origin: baseUrl }, data: ADMIN });
  const inspect = async (name: string) => {
    await settle(page);
    t.strictSame(await seriousFindings(page), [], `${name}: axe finds nothing serious`);
  };

  await t.test('an order opens beside the list, and new ones are announced', async (t) => {
    await page.goto('/admin/orders');
    await row(page, ids.at(-1) ?? '').waitFor();
    for (const key of ['j', 'j', 'Enter']) await page.keyboard.press(key);
    await page.locator(`[data-testid=dossier][data-order="${ids.at(-2) ?? ''}"]`).waitFor();
    await page.getByTestId('history').getByText('order.placed').waitFor();
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
    const flagged = ids[0] ?? '';
    const routingKey = `fraud.scored.${partitionName(partitionOf(flagged, PARTITIONS))}`;
    await resources.broker.publish([
      { exchange: 'events', routingKey, messages: [fraudScored(flagged)], mandatory: true },
    ]);
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
