import type { Page } from 'playwright-core';
import t from 'tap';
import { withTestDatabase } from '../postgres/testing.ts';
import { buy } from './buyer.ts';
import { browserMissing, openBrowser, untilTrue, visit } from './chromium.ts';
import { lengthen } from './long-saga.ts';
import { ADMIN, startPlatform } from './platform.ts';

/**
 * A saga of 20,000 steps. What is measured is told as comments; the bounds are ten times what an idle machine with two cores
 * is asked for (first view in 1.5 s, nothing longer than 50 ms), for tests share theirs.
 */
const STEPS = 20_000;
const OPEN_MS_MAX = 15_000;
const TASK_MS_MAX = 500;

const skip = browserMissing();

/** Tasks of more than 50 ms that the page's thread had while `act` went on. */
async function longTasks(page: Page, act: () => Promise<void>): Promise<readonly number[]> {
  await page.evaluate(() => {
    const tasks: number[] = [];
    const watch = new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) tasks.push(Math.round(duration));
    });
    // Browsers know it, the types of Node that reach here don't.
    (watch as { observe(of: object): void }).observe({ type: 'longtask' });
    Object.assign(globalThis, { orreryLongTasks: tasks });
  });
  await act();
  await page.waitForTimeout(300);
  return page.evaluate(() => (globalThis as { orreryLongTasks?: number[] }).orreryLongTasks ?? []);
}

await t.test(
  'a saga of 20,000 steps opens at once and stays smooth',
  skip === undefined ? {} : { skip },
  async (t) => {
    await withTestDatabase(t, async (db, url) => {
      const baseUrl = await startPlatform(t, { DATABASE_URL: url });
      const browser = await openBrowser(t);
      const { page, context, complaints } = await visit(browser, baseUrl, {
        viewport: { width: 1440, height: 950 },
      });
      const shop = await visit(browser, baseUrl);
      const id = await buy(shop.page.request, baseUrl, 'tok_ok');
      const saga = `/api/ops/sagas/order/${id}`;
      const signedIn = await page.request.post(`${baseUrl}/api/auth/login`, {
        data: ADMIN,
        headers: { origin: baseUrl },
      });
      t.ok(signedIn.ok());
      const ended = async (): Promise<boolean> =>
        ((await (await page.request.get(`${baseUrl}${saga}`)).json()) as { readonly finished: boolean })
          .finished;
      while (!(await ended())) await page.waitForTimeout(100);
      await lengthen(db, id, STEPS);

      const begunMs = performance.now();
      await page.goto(`/admin/sagas/order/${id}`);
      await page.locator(`[data-testid="step-detail"][data-seq="${String(STEPS)}"]`).waitFor();
      await page.locator('[data-stage="here"]').first().waitFor();
      const openMs = performance.now() - begunMs;
      t.comment(`first useful view after ${openMs.toFixed(0)} ms`);
      t.ok(openMs < OPEN_MS_MAX, 'the newest steps are there at once');
      await untilTrue(page, `document.querySelector('.stretch.unread') === null`);
      t.comment(`every step read after ${(performance.now() - begunMs).toFixed(0)} ms`);

      const slider = page.getByRole('slider');
      const scrubbing = await longTasks(page, async () => {
        const box = await slider.boundingBox();
        if (box === null) throw new Error('there is no slider');
        await page.mouse.move(box.x + box.width - 2, box.y + box.height / 2);
        await page.mouse.down();
        await page.mouse.move(box.x + 2, box.y + box.height / 2, { steps: 120 });
        await page.mouse.move(box.x + box.width / 2, box.y + box.height / 2, { steps: 120 });
        await page.mouse.up();
      });
      t.comment(`scrubbing: tasks over 50 ms: ${scrubbing.join(', ') || 'none'}`);
      const scrolling = await longTasks(page, async () => {
        await page.getByTestId('steps').hover();
        for (let turn = 0; turn < 120; turn += 1) await page.mouse.wheel(0, turn < 60 ? -700 : 900);
      });
      t.comment(`scrolling: tasks over 50 ms: ${scrolling.join(', ') || 'none'}`);
      t.ok(Math.max(0, ...scrubbing, ...scrolling) < TASK_MS_MAX, 'nothing holds the hand up');

      const middle = Number(await slider.inputValue());
      t.ok(middle > STEPS / 3 && middle < (STEPS * 2) / 3, 'the slider stands where it was let go');
      await page.waitForURL(new RegExp(`[?&]step=${String(middle)}\\b`));
      await page.locator(`[data-testid="step-detail"][data-seq="${String(middle)}"]`).waitFor();

      await page.goto(`/admin/sagas/order/${id}?step=7777`);
      await page.locator('[role=option][aria-selected=true] .seq', { hasText: '7777' }).waitFor();
      t.pass('a link leads into the middle');
      t.strictSame(complaints, []);
      await context.close();
      await shop.context.close();
    });
  },
);
