import { createRequire } from 'node:module';
import type { Page } from 'playwright-core';
import type { Test } from 'tap';
import { openBrowser, untilTrue, visit } from './chromium.ts';
import { ADMIN, startPlatform } from './platform.ts';
import { addProducts, placeOrder, register } from './shopper.ts';

/** What web.dev calls good is 0.1; half of it leaves no visible jump. */
const LAYOUT_SHIFT_MAX = 0.05;

export const axePath = createRequire(import.meta.url).resolve('axe-core/axe.min.js');

/** Adds up what moves without anyone's doing, from the first paint on. */
const OBSERVE_LAYOUT_SHIFT = `
  window.layoutShift = 0;
  new PerformanceObserver((list) => {
    for (const entry of list.getEntries()) if (!entry.hadRecentInput) window.layoutShift += entry.value;
  }).observe({ type: 'layout-shift', buffered: true });
`;

interface Finding {
  readonly id: string;
  readonly impact: string;
  readonly nodes: readonly { readonly target: readonly string[]; readonly failureSummary: string }[];
}

/** What axe finds serious or worse, in words one can act on. */
export async function seriousFindings(page: Page): Promise<readonly string[]> {
  const findings = await page.evaluate<readonly Finding[]>(
    `axe.run({ resultTypes: ['violations'] }).then(({ violations }) => violations)`,
  );
  return findings
    .filter(({ impact }) => impact === 'serious' || impact === 'critical')
    .map(
      ({ id, nodes }) =>
        `${id}: ${nodes.map(({ target, failureSummary }) => `${target.join(' ')} (${failureSummary})`).join('; ')}`,
    );
}

/** Lets everything that loads be there, and pictures and animations come to rest. */
export async function settle(page: Page): Promise<void> {
  await untilTrue(
    page,
    `document.readyState === 'complete' && document.querySelector('[aria-busy=true]') === null
      && [...document.images].every((image) => image.complete || image.loading === 'lazy')`,
  );
  await page.evaluate(`Promise.allSettled(document.getAnimations()
    .filter((one) => one.effect?.getComputedTiming().iterations !== Infinity)
    .map((one) => one.finished))`);
}

/**
 * Walks through every page as a shopper and looks at each: axe finds nothing serious, nothing jumps, nothing sticks
 * out, and the browser has nothing to complain of. `width` in CSS pixels.
 */
export async function inspectEveryPage(
  t: Test,
  { colorScheme, width }: { readonly colorScheme: 'light' | 'dark'; readonly width: number },
): Promise<void> {
  const baseUrl = await startPlatform(t);
  const browser = await openBrowser(t);
  const { page, context, complaints } = await visit(browser, baseUrl, {
    colorScheme,
    reducedMotion: 'no-preference',
    viewport: { width, height: 844 },
  });
  await page.addInitScript({ path: axePath });
  await page.addInitScript(OBSERVE_LAYOUT_SHIFT);

  const inspect = async (name: string, path: string | null, ready: string) => {
    if (path !== null) await page.goto(path);
    await page.locator(ready).first().waitFor();
    await settle(page);
    t.strictSame(await seriousFindings(page), [], `${name}: axe finds nothing serious`);
    const shift = await page.evaluate<number>('window.layoutShift');
    t.ok(shift < LAYOUT_SHIFT_MAX, `${name}: nothing jumps (${shift.toFixed(3)})`);
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    t.ok(overflow <= 0, `${name}: nothing sticks out to the side`);
  };

  await inspect('home', '/', '[data-testid=categories]');
  await inspect('catalogue', '/products', '[data-testid=products]');
  await inspect('catalogue, filtered', '/products?min=10&max=60&stock=1', '[data-testid=products]');
  await inspect('search, narrowed', '/products?q=bags+under+150&min=20&stock=1', '[data-testid=products]');
  await inspect('no results', '/products?q=qqqzzzxxx', '.empty');
  await addProducts(page, 2);
  await page.getByTestId('products').getByRole('link').first().click();
  await inspect('product', null, '[data-testid=delivery] strong');
  await inspect('cart', '/cart', '[data-testid=cart-lines]');
  await inspect('sign in', '/sign-in', 'form input[name=password]');
  await inspect('checkout as a guest', '/checkout', 'form input[name=password]');
  await register(page);
  await inspect('checkout', '/checkout', 'input[name=token]');
  await placeOrder(page, 'Always approved');
  await inspect('order', null, '[data-testid=timeline] [data-status=delivered][data-state=done]');
  await inspect('orders', '/orders', '[data-testid=orders]');
  await inspect('orders, filtered', '/orders?min=0&from=2026-01-01', '[data-testid=orders]');
  await inspect('messages', '/notifications', '[data-testid=notifications], .empty');
  await inspect('account', '/account', '[data-testid=sessions]');
  await inspect('forgotten password', '/forgot-password', 'form input[name=email]');
  await inspect('new password', '/reset-password', 'form input[name=password]');
  await inspect('nothing there', '/no/such/page', 'h1');
  t.strictSame(complaints, []);
  await context.close();

  const admin = await visit(browser, baseUrl, { colorScheme, viewport: { width, height: 844 } });
  await admin.page.addInitScript({ path: axePath });
  await admin.page.goto('/sign-in?next=/admin/orders');
  await admin.page.getByLabel('E-mail').fill(ADMIN.email);
  await admin.page.getByLabel('Password').fill(ADMIN.password);
  await admin.page.getByRole('button', { name: 'Sign in' }).click();
  await admin.page.getByTestId('admin-orders').waitFor();
  await settle(admin.page);
  t.strictSame(await seriousFindings(admin.page), [], 'order queue: axe finds nothing serious');
  await admin.page.goto('/admin/flash-sales');
  await admin.page.locator('[data-testid=flash-sales], .empty').waitFor();
  await settle(admin.page);
  t.strictSame(await seriousFindings(admin.page), [], 'flash sales: axe finds nothing serious');
  for (const [name, there] of [
    ['dead-letters', '[data-testid=letter-groups], .empty'],
    ['demo', '[data-testid=demo-facts]'],
    ['customers', '[data-testid=segments], .empty'],
    ['products?view=funnel', '[data-testid=funnel], .empty'],
  ] as const) {
    await admin.page.goto(`/admin/${name}`);
    await admin.page.locator(there).first().waitFor();
    await settle(admin.page);
    t.strictSame(await seriousFindings(admin.page), [], `${name}: axe finds nothing serious`);
  }
  await admin.context.close();
}
