import t from 'tap';
import { startGeminiStandIn } from '../gemini/testing-server.ts';
import { browserMissing, openBrowser, untilTrue, visit } from './chromium.ts';
import { axePath, seriousFindings, settle } from './every-page.ts';
import { ADMIN, startPlatform } from './platform.ts';
import { addProducts, placeOrder, register } from './shopper.ts';

t.setTimeout(300_000);

const skip = browserMissing();

await t.test('an admin asks the assistant', skip === undefined ? {} : { skip }, async (t) => {
  const gemini = await startGeminiStandIn(({ body }) =>
    body.tools === undefined ? [{ text: 'One product, paid and under way.' }] : 503,
  );
  t.teardown(() => gemini.close());
  const baseUrl = await startPlatform(t, { GEMINI_API_KEY: 'a key', GEMINI_API_URL: gemini.origin });
  const browser = await openBrowser(t);
  const shopper = await visit(browser, baseUrl);
  await shopper.page.goto('/register');
  await register(shopper.page);
  await addProducts(shopper.page, 1);
  await shopper.page.goto('/checkout');
  await placeOrder(shopper.page, 'Always approved');
  t.equal(await shopper.page.locator('#head-tools button').count(), 0, 'shoppers have no such button');
  await shopper.context.close();

  for (const [colorScheme, width] of [
    ['light', 1440],
    ['dark', 390],
  ] as const) {
    await t.test(`${colorScheme}, ${String(width)} wide`, async (t) => {
      const { page, context, complaints } = await visit(browser, baseUrl, {
        colorScheme,
        viewport: { width, height: 844 },
      });
      await page.addInitScript({ path: axePath });
      await page.goto('/sign-in?next=/admin/orders');
      await page.getByLabel('E-mail').fill(ADMIN.email);
      await page.getByLabel('Password').fill(ADMIN.password);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByTestId('admin-orders').waitFor();
      const panel = page.getByTestId('assistant');
      const look = async (name: string): Promise<void> => {
        await settle(page);
        t.strictSame(await seriousFindings(page), [], `${name}: axe finds nothing serious`);
        const shots = process.env['ORRERY_TEST_SHOTS'];
        if (shots !== undefined) await page.screenshot({ path: `${shots}/${name}-${colorScheme}.png` });
        t.ok(
          await page.evaluate<boolean>(
            `(() => { const { left, right } = document.querySelector('dialog[open]').getBoundingClientRect();
              return left >= 0 && right <= innerWidth; })()`,
          ),
          `${name}: nothing sticks out`,
        );
      };

      await page.keyboard.press('q');
      await panel.waitFor();
      await look('assistant-offers');
      await panel.getByRole('button', { name: 'Sales today, by hour' }).click();
      await panel.getByTestId('answer').getByText('(today)').waitFor();
      t.ok((await panel.getByRole('row').count()) > 1, 'a table stands under the answer');
      await panel.getByText('did not answer').waitFor();
      await panel.getByText('One tool was asked').click();
      await panel.getByText('sales(period: "today", by: "hour")').waitFor();
      await look('assistant-answer');

      await panel.getByRole('textbox', { name: 'Question' }).fill('   ');
      await page.keyboard.press('Enter');
      await panel.getByText('Ask a question.').waitFor();
      await panel.getByRole('textbox', { name: 'Question' }).fill('Pause shipping');
      await page.keyboard.press('Enter');
      const proposal = panel.getByTestId('proposal');
      await proposal.getByRole('button', { name: 'Do it' }).waitFor();
      await look('assistant-proposal');
      const pauses = async (): Promise<number> =>
        ((await (await page.request.get('/api/ops/pauses')).json()) as { items: unknown[] }).items.length;
      t.equal(await pauses(), 0, 'nothing is done before it is confirmed');
      await proposal.getByRole('button', { name: 'Do it' }).click();
      await proposal.getByText('Done: Pause shipping').waitFor();
      t.equal(await pauses(), 1);
      await panel.getByRole('textbox', { name: 'Question' }).fill('Resume shipping');
      await page.keyboard.press('Enter');
      await panel.getByRole('button', { name: 'Do it' }).click();
      await panel.getByText('Done: Resume shipping').waitFor();
      t.equal(await pauses(), 0);

      await page.keyboard.press('Escape');
      await panel.waitFor({ state: 'detached' });
      await page.getByRole('button', { name: 'Ask the assistant' }).click();
      t.equal(await panel.getByTestId('answer').count(), 3, 'what was said is still there');
      await panel.getByRole('link', { name: 'Orders', exact: true }).click();
      await panel.waitFor({ state: 'detached' });
      await untilTrue(page, `location.pathname === '/admin/orders' && location.search.includes('from=')`);
      t.strictSame(complaints, []);
      await context.close();
    });
  }

  await t.test('a text about an order stands beside it once it is written', async () => {
    const { page, context } = await visit(browser, baseUrl, { viewport: { width: 1440, height: 900 } });
    await page.goto('/sign-in?next=/admin/orders');
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByTestId('admin-orders').waitFor();
    const { items } = (await (await page.request.get('/api/admin/orders?limit=1')).json()) as {
      items: { id: string }[];
    };
    await page.goto(`/admin/orders?order=${items[0]?.id ?? ''}`);
    await page.getByTestId('order-summary').getByText('One product, paid and under way.').waitFor();
    await context.close();
  });
});
