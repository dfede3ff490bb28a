import type { Page } from 'playwright-core';
import t from 'tap';
import { buy } from './buyer.ts';
import { browserMissing, openBrowser, visit } from './chromium.ts';
import { axePath, seriousFindings, settle } from './every-page.ts';
import { ADMIN, startPlatform } from './platform.ts';

const skip = browserMissing();
const whenBrowser = skip === undefined ? {} : { skip };
interface ExportedStep {
  readonly seq: number;
  readonly replayed: string;
  readonly sent: readonly unknown[];
}

async function stepsOf(page: Page, baseUrl: string, id: string): Promise<readonly ExportedStep[]> {
  const answer = await page.request.get(`${baseUrl}/api/ops/sagas/order/${id}/export`);
  return ((await answer.json()) as { readonly steps: readonly ExportedStep[] }).steps;
}

/** Of a transform: x, y, scale. The address keeps them to a pixel or so. */
function numbersOf(transform: string | null): readonly number[] {
  return [...(transform ?? '').matchAll(/-?[\d.]+/g)].map(([number]) => Number(number));
}

async function signIn(page: Page, baseUrl: string): Promise<void> {
  const answer = await page.request.post(`${baseUrl}/api/auth/login`, {
    data: ADMIN,
    headers: { origin: baseUrl },
  });
  if (!answer.ok()) throw new Error(await answer.text());
}

await t.test('sagas are looked into', whenBrowser, async (t) => {
  const baseUrl = await startPlatform(t);
  const browser = await openBrowser(t);
  const { page, context, complaints } = await visit(browser, baseUrl, {
    viewport: { width: 1440, height: 950 },
  });
  await page.addInitScript({ path: axePath });
  // Another visitor buys, so that the operator's session stays theirs.
  const shop = await visit(browser, baseUrl);
  await signIn(page, baseUrl);

  await t.test('an order is followed as it lives, and its steps are gone through', async (t) => {
    const id = await buy(shop.page.request, baseUrl, 'tok_ok');
    await page.goto(`/admin/sagas/order/${id}`);
    await page.locator('[data-state="delivered"][data-stage="here"]').waitFor();
    t.pass('it came to its end before our eyes');
    const detail = page.getByTestId('step-detail');
    const slider = page.getByRole('slider');

    await slider.focus();
    await page.keyboard.press('Home');
    await page.locator('[data-testid="step-detail"][data-seq="1"]').waitFor();
    await page.keyboard.press('ArrowRight');
    await page.keyboard.press('ArrowRight');
    await page.locator('[data-testid="step-detail"][data-seq="3"]').waitFor();
    await page.waitForURL(/[?&]step=3\b/);
    t.pass('the address says so');
    t.equal(
      await page.locator('[role=option][aria-selected=true] .seq').textContent(),
      '3',
      'so does the table',
    );
    await page.locator('[data-state="awaitingPayment"][data-stage="here"]').waitFor();
    t.equal(
      await page.locator('[data-edge="pending>awaitingPayment"]').getAttribute('data-stage'),
      'now',
      'the graph shows the way it took',
    );
    t.equal(await page.locator('[data-state="delivered"]').getAttribute('data-stage'), 'not');
    const diff = await detail.getByTestId('diff').innerText();
    t.match(diff, /lines\[1\]\.state\s+requested\s+reserved/, 'what it learned');
    t.match(diff, /payment\.state\s+none\s+requested/);
    t.match(await detail.innerText(), /inventory held/, 'the stock tells its part');

    await detail.getByTestId('to-cause').click();
    await page.locator('[data-testid="step-detail"][data-seq="1"]').waitFor();
    await detail.getByTestId('to-answer').first().click();
    await page.locator('[data-testid="step-detail"][data-seq="2"]').waitFor();
    t.pass('one goes from an answer to what asked, and back');

    const drawn = page.getByRole('group', { name: /^The machine/ }).locator('> g');
    await page.getByRole('button', { name: 'Zoom in' }).click();
    await page.getByRole('group', { name: /^The machine/ }).focus();
    await page.keyboard.press('ArrowLeft');
    await page.waitForURL(/[?&]view=[\d.,%C-]+/);
    await page.waitForURL(/[?&]step=2\b/);
    const url = page.url();
    const seen = await drawn.getAttribute('transform');
    await page.goto('/admin/sagas');
    await page.goto(url);
    await page.locator('[data-testid="step-detail"][data-seq="2"]').waitFor();
    const again = numbersOf(await drawn.getAttribute('transform'));
    t.ok(
      numbersOf(seen).every((number, index) => Math.abs(number - (again[index] ?? Infinity)) < 2),
      `the address brings the same view: ${String(seen)}, then ${again.join(' ')}`,
    );

    const books = async (seq: number): Promise<string> => {
      await page.goto(`/admin/sagas/order/${id}?step=${String(seq)}`);
      const shown = page.locator(`[data-testid="step-detail"][data-seq="${String(seq)}"] .became`);
      await shown.first().waitFor();
      return (await shown.allInnerTexts()).join(' ');
    };
    t.match(
      await books(3),
      /payments charge processed/,
      'a charge stands beside the message that asked for it',
    );
    const texts: string[] = [];
    for (const { seq, sent } of await stepsOf(page, baseUrl, id))
      if (sent.length > 0) texts.push(await books(seq));
    t.match(texts.join(' '), /shipping parcel delivered/, 'so does a parcel');
    t.match(texts.join(' '), /notifications email sent/, 'and a letter');

    const steps = await stepsOf(page, baseUrl, id);
    t.ok(steps.length >= 8);
    t.ok(
      steps.every(({ seq, replayed }, index) => seq === index + 1 && replayed === 'agrees'),
      'the export has every step, and the log lived again agrees with itself',
    );
  });

  await t.test('what comes while it is held still waits until one goes on', async (t) => {
    const id = await buy(shop.page.request, baseUrl, 'tok_ok');
    await page.goto(`/admin/sagas/order/${id}?step=1`);
    await page.getByTestId('live').click();
    await page.getByTestId('live').filter({ hasText: 'Paused' }).waitFor();
    await page.waitForURL(/paused=1/);
    await page.getByTestId('live').click();
    await page.getByRole('button', { name: /new steps?$/ }).waitFor();
    t.equal(
      await page.getByTestId('step-detail').getAttribute('data-seq'),
      '1',
      'what one reads has not moved',
    );
    await page.getByRole('button', { name: /new steps?$/ }).click();
    await page.locator('[data-state="delivered"][data-stage="here"]').waitFor();
  });

  let stuck = '';
  await t.test('the fleet shows where orders stand, and a state leads to them', async (t) => {
    stuck = await buy(shop.page.request, baseUrl, 'tok_timeout');
    await page.goto('/admin/sagas');
    await page.getByTestId('states').waitFor();
    const state = page.locator('.saga-graph').getByRole('button', { name: /^Awaiting payment: [1-9]/ });
    await state.waitFor();
    await state.focus();
    await page.keyboard.press('Enter');
    await page.waitForURL(/state=awaitingPayment/);
    const order = page.getByTestId('state-panel').locator(`a[href$="${stuck}"]`);
    await order.waitFor();
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await settle(page);
      t.strictSame(await seriousFindings(page), [], `fleet, ${colorScheme}: axe finds nothing serious`);
    }
    await page.emulateMedia({ colorScheme: 'light' });
    await order.click();
    await page.locator('[data-state="awaitingPayment"][data-stage="here"]').waitFor();
  });

  await t.test('an order that is stuck is wound up by hand, previewed first', async (t) => {
    await page.getByRole('button', { name: 'Repair …' }).click();
    const panel = page.getByTestId('repair');
    await panel.getByText('payment.requested').first().waitFor();
    await panel.getByLabel('What to do').selectOption('compensate');
    await panel.getByRole('button', { name: 'Preview' }).click();
    const preview = panel.getByTestId('repair-preview');
    await preview.waitFor();
    t.match(await preview.innerText(), /Awaiting payment\s*→?\s*(to)?\s*Compensating › Settling/);
    t.match(await preview.innerText(), /inventory\.release\.requested/);
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await settle(page);
      t.strictSame(await seriousFindings(page), [], `saga, ${colorScheme}: axe finds nothing serious`);
    }
    const send = panel.getByRole('button', { name: 'Send the repair' });
    await send.click();
    await panel.getByText('Say why.').waitFor();
    const warnings = panel.getByTestId('repair-warnings');
    if ((await warnings.count()) > 0) await warnings.getByRole('checkbox').check();
    await panel.getByLabel('Reason').fill('the gateway is silent');
    await send.click();
    await panel.getByTestId('repair-outcome').getByText('Done').waitFor();
    await page
      .locator('[data-state="compensating"][data-stage="here"], [data-state="cancelled"][data-stage="here"]')
      .first()
      .waitFor();
    const answer = await page.request.get(`${baseUrl}/api/ops/sagas/order/${stuck}/export`);
    const { steps } = (await answer.json()) as {
      readonly steps: readonly { readonly type: string; readonly replayed: string }[];
    };
    t.ok(steps.some(({ type }) => type === 'order.repair.requested'));
    t.ok(
      steps.every(({ replayed }) => replayed === 'agrees'),
      'a repair is lived again as everything else',
    );
  });

  await t.test('a service is paused and goes on', async (t) => {
    await page.goto('/admin/pauses');
    await page.getByRole('button', { name: 'Pause …' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByLabel('Service').selectOption('notifications');
    await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
    await dialog.getByText('Say why.').waitFor();
    await dialog.getByLabel('Reason').fill('a try');
    await dialog.getByRole('button', { name: 'Pause', exact: true }).click();
    const row = page.getByTestId('pauses').getByRole('row').filter({ hasText: 'a try' });
    await row.waitFor();
    await settle(page);
    t.strictSame(await seriousFindings(page), [], 'axe finds nothing serious');
    await row.getByRole('button', { name: 'Go on' }).click();
    await row.waitFor({ state: 'detached' });
  });

  t.strictSame(complaints, []);
  await context.close();
  await shop.context.close();
});
