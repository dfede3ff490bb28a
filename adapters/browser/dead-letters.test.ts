import { connect } from 'amqplib';
import type { Page } from 'playwright-core';
import t from 'tap';
import { withTestDatabase } from '../postgres/testing.ts';
import { withTestVhost } from '../rabbitmq/testing.ts';
import { browserMissing, openBrowser, visit } from './chromium.ts';
import { ADMIN, startPlatform } from './platform.ts';
import { addProducts, placeOrder, register } from './shopper.ts';

const skip = browserMissing();

/** The gateway's word that an order is paid, with the amount as somebody's program wrote it. */
function paid(orderId: string, totalCents: number) {
  return {
    id: `payment.processed/${orderId}/by-hand`,
    type: 'payment.processed',
    subject: orderId,
    correlationId: orderId,
    causationId: null,
    time: new Date().toISOString(),
    version: 1,
    data: {
      orderId,
      chargeKey: orderId,
      amountCents: (totalCents / 100).toFixed(2),
      currency: 'USD',
      transactionId: 'tx-by-hand',
    },
  };
}

async function publish(amqpUrl: string, queue: string, message: object): Promise<void> {
  const connection = await connect(amqpUrl);
  const channel = await connection.createConfirmChannel();
  channel.sendToQueue(queue, Buffer.from(JSON.stringify([message])), { persistent: true });
  await channel.waitForConfirms();
  await connection.close();
}

async function signInAsAdmin(page: Page, next: string): Promise<void> {
  await page.goto(`/sign-in?next=${next}`);
  await page.getByLabel('E-mail').fill(ADMIN.email);
  await page.getByLabel('Password').fill(ADMIN.password);
  await page.getByRole('button', { name: 'Sign in' }).click();
}

/** Buys one thing with a card whose payment never comes to an end; the order's address and what it costs. */
async function orderInLimbo(page: Page): Promise<{ readonly orderId: string; readonly totalCents: number }> {
  await addProducts(page, 1);
  await page.goto('/checkout');
  await register(page);
  await placeOrder(page, 'Never answers');
  await page.locator('[data-testid=timeline] [data-status=awaiting_payment][data-state=current]').waitFor();
  const orderId = new URL(page.url()).pathname.split('/').at(-1) ?? '';
  const order = (await (await page.request.get(`/api/orders/${orderId}`)).json()) as { totalCents: number };
  return { orderId, totalCents: order.totalCents };
}

await t.test(
  'a dead letter is mended and sent back, and its order goes on',
  skip === undefined ? {} : { skip },
  (t) =>
    withTestDatabase(t, (_database, databaseUrl) =>
      withTestVhost(t, async (amqpUrl) => {
        const undo: (() => Promise<void>)[] = [];
        try {
          const baseUrl = await startPlatform(
            { teardown: (one) => void undo.push(one) },
            { DATABASE_URL: databaseUrl, AMQP_URL: amqpUrl, PARTITIONS: '1', PAYMENT_TIMEOUT_MS: '500000' },
          );
          const browser = await openBrowser({ teardown: (one) => void undo.push(one) });
          const shopper = await visit(browser, baseUrl);
          const { orderId, totalCents } = await orderInLimbo(shopper.page);
          await publish(amqpUrl, 'orders.p00', paid(orderId, totalCents));

          const { page, complaints } = await visit(browser, baseUrl);
          await signInAsAdmin(page, '/admin/dead-letters');
          const groups = page.getByTestId('letter-groups');
          // The letter is on its way from the queue to the store while somebody signs in.
          const refresh = page.getByRole('button', { name: 'Refresh' });
          await refresh.waitFor();
          for (let looks = 0; looks < 100 && !(await groups.isVisible()); looks += 1) {
            await refresh.click();
            await page.waitForTimeout(50);
          }
          const group = groups.getByRole('row', { name: /bad_data/ });
          t.match(await group.textContent(), /payment\.processed.*orders\.p00/);
          await group.getByRole('link', { name: 'bad_data' }).click();
          await page.getByTestId('letters').getByRole('link', { name: 'payment.processed' }).click();
          t.match(await page.getByTestId('letter-faults').textContent(), /data\.amountCents/);

          const message = page.getByLabel('Message', { exact: true });
          const original = await message.inputValue();
          await page.getByLabel('Reason').fill('the amount in cents');
          await message.fill(original.replace(/"amountCents": .*/, '"amountCents": 12.5,'));
          await page.getByRole('button', { name: 'Mend and replay' }).click();
          t.match(await page.getByTestId('payload-faults').textContent(), /data\.amountCents/);
          await message.fill(original.slice(0, -1));
          await page.getByRole('button', { name: 'Mend and replay' }).click();
          t.match(await page.getByTestId('payload-faults').textContent(), /no JSON/);
          await message.fill(original.replace(/"amountCents": .*/, `"amountCents": ${String(totalCents)},`));
          await page.getByRole('button', { name: 'Mend and replay' }).click();
          await page.getByTestId('letter-facts').getByText('Replayed').waitFor();

          await shopper.page
            .locator('[data-testid=timeline] [data-status=delivered]:not([data-state=ahead])')
            .waitFor();
          await page.goto('/admin/dead-letters');
          await page.getByRole('heading', { name: 'Nothing waits' }).waitFor();
          t.match(await page.getByTestId('replays').textContent(), /Done.*the amount in cents.*1 of 1/);
          await page.goto('/admin/audit?action=dead-letter.');
          t.match(await page.getByTestId('audit').textContent(), /dead-letter\.replay.*the amount in cents/);
          t.same(
            complaints.filter((text) => !text.includes('400')),
            [],
            'the page complains of nothing but the refused payload',
          );
        } finally {
          for (const one of undo.splice(0).reverse()) await one();
        }
      }),
    ),
);
