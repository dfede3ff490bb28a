import type { Page } from 'playwright-core';
import t from 'tap';
import type { Database } from '../postgres/database.ts';
import { browserMissing, openBrowser, untilTrue, visit } from './chromium.ts';
import {
  giveReason,
  ordersAre,
  placeOrders,
  registerShopper,
  seedOrders,
  shipByKeyboard,
  signInAsAdmin,
  startConsole,
} from './console-stage.ts';

const skip = browserMissing();
/** More than are counted, and more than pages by number reach. */
const SEEDED = 12_000;
const PLACED = 14;
const SHIPPED = 12;
const TOTAL = SEEDED + PLACED;
const JOB_MS_MAX = 200_000;

/** The rows that exist on the page, by where the page says they stand (from 0). */
async function rowsOf(page: Page): Promise<readonly { readonly row: number; readonly id: string }[]> {
  return page.evaluate<readonly { row: number; id: string }[]>(
    `[...document.querySelectorAll('[data-testid=admin-orders] [data-order]')]
       .map((row) => ({ row: Number(row.getAttribute('aria-rowindex')) - 2, id: row.dataset.order }))
       .sort((one, other) => one.row - other.row)`,
  );
}

/** Waits until the rows in sight are read, that is once none of them is a stand-in. */
async function untilRead(page: Page): Promise<void> {
  await page.waitForTimeout(200);
  await untilTrue(
    page,
    `document.querySelector('.orders-row.unread') === null && document.querySelector('[data-order]') !== null`,
  );
}

const frame = `document.querySelector('.orders-frame')`;

await t.test(
  'the order console over more orders than are counted',
  skip === undefined ? {} : { skip },
  async (t) => {
    const { baseUrl, resources } = await startConsole(t);
    const { database } = resources;
    await seedOrders(database, SEEDED);
    const browser = await openBrowser(t);
    const shopper = await visit(browser, baseUrl);
    await registerShopper(shopper.context, baseUrl);
    const placed = await placeOrders(shopper.context, baseUrl, PLACED);
    await ordersAre(shopper.context, placed, 'processing');
    const { page, context, complaints } = await visit(browser, baseUrl);
    await signInAsAdmin(context, baseUrl);
    await page.goto('/admin/orders');
    await page.getByTestId('count').getByText('10,000+ orders').waitFor();

    await t.test('the scroll bar stands for all of them, and reads where it is dragged to', async (t) => {
      const all = await idsInOrder(database);
      t.equal(all.length, TOTAL);
      // Until the outline has come the list is only known to have 10,000.
      await untilTrue(page, `${frame}.scrollHeight > 40 * ${String(TOTAL * 0.99)}`);
      /** What is shown is a stretch of the list without a gap; where it really stands, and where the page says so. */
      const look = async () => {
        await untilRead(page);
        const rows = await rowsOf(page);
        const first = all.indexOf(rows[0]?.id ?? '');
        t.strictSame(
          rows.map(({ id }) => id),
          all.slice(first, first + rows.length),
          'no order is missing between two',
        );
        return { first, said: rows[0]?.row ?? -1, last: first + rows.length - 1 };
      };
      for (const share of [0.5, 0.93]) {
        await page.evaluate(`${frame}.scrollTop = ${frame}.scrollHeight * ${String(share)}`);
        const { first, said } = await look();
        t.ok(
          Math.abs(first / TOTAL - share) < 0.03,
          `${String(first)} is about ${String(share)} of the list`,
        );
        t.ok(Math.abs(first - said) < 0.02 * TOTAL, `and said to be ${String(said)}`);
      }
      await page.locator('.orders-frame').hover();
      for (const stepPx of [-1_200, 1_200]) {
        const before = (await look()).first;
        for (let turn = 0; turn < 6; turn++) {
          await page.mouse.wheel(0, stepPx);
          await untilRead(page);
        }
        t.equal((await look()).first - before, (6 * stepPx) / 40, 'the wheel reads on');
      }
      await page.keyboard.press('End');
      t.equal((await look()).last, TOTAL - 1, 'End leads to the oldest');
      await page.locator('.orders-row.active').waitFor();
      await page.keyboard.press('PageUp');
      const up = await look();
      t.ok(up.first < TOTAL - 20 && up.last >= TOTAL - 40, 'a screen up');
      await page.keyboard.press('Home');
      const home = await look();
      t.equal(home.first, 0, 'Home leads to the newest');
      t.equal(home.said, 0);
      await page.keyboard.press('PageDown');
      await page.keyboard.press('Enter');
      const [opened] = await rowsOf(page).then((rows) => rows.filter(({ row }) => row > 5));
      t.ok(opened);
      await page.getByTestId('dossier').waitFor();
      await page.keyboard.press('Escape');
    });

    await t.test('the middle of a list by price is found by price', async (t) => {
      await page.getByRole('button', { name: 'Total' }).click();
      await page.locator('[aria-sort=descending]', { hasText: 'Total' }).waitFor();
      await untilRead(page);
      const all = await idsInOrder(database, 'total_cents desc, id desc');
      await untilTrue(page, `${frame}.scrollHeight > 40 * ${String(TOTAL * 0.9)}`);
      await page.evaluate(`${frame}.scrollTop = ${frame}.scrollHeight * 0.87`);
      await untilRead(page);
      const rows = await rowsOf(page);
      const first = all.indexOf(rows[0]?.id ?? '');
      t.ok(Math.abs(first / TOTAL - 0.87) < 0.05, String(first / TOTAL));
      t.strictSame(
        rows.map(({ id }) => id),
        all.slice(first, first + rows.length),
      );
      await page.goto('/admin/orders');
      await untilRead(page);
    });

    await t.test(
      'a list too long for a browser is scrolled on a shorter track, and no shorter steps',
      async (t) => {
        const times = 1_000;
        const pattern = '**/api/admin/orders/outline*';
        await page.route(pattern, async (route) => {
          const answer = await route.fetch();
          const { rows, marks } = (await answer.json()) as {
            rows: number;
            marks: { row: number; value: unknown }[];
          };
          await route.fulfill({
            response: answer,
            json: { rows: rows * times, marks: marks.map(({ row, value }) => ({ row: row * times, value })) },
          });
        });
        await page.goto('/admin/orders');
        await untilTrue(page, `${frame}?.scrollHeight > 7_000_000`);
        const heightPx = await page.evaluate<number>(`${frame}.scrollHeight`);
        t.ok(heightPx <= 8_000_000, `${String(TOTAL * times)} rows stand on ${String(heightPx)} px`);
        await page.evaluate(`${frame}.scrollTop = ${frame}.scrollHeight / 2`);
        await untilRead(page);
        const all = await idsInOrder(database);
        const place = async () => all.indexOf((await rowsOf(page))[0]?.id ?? '');
        const before = await place();
        t.ok(Math.abs(before / TOTAL - 0.5) < 0.03, `the middle of the track is row ${String(before)}`);
        await page.locator('.orders-frame').hover();
        for (let turn = 1; turn <= 3; turn++) await page.mouse.wheel(0, 400);
        await untilRead(page);
        t.equal((await place()) - before, 30, 'the wheel moves rows, not the bar');
        await page.keyboard.press('End');
        await untilRead(page);
        t.equal((await rowsOf(page)).at(-1)?.id, all.at(-1));
        await page.unroute(pattern);
        await page.goto('/admin/orders');
        await untilRead(page);
      },
    );

    await t.test('pending orders are shipped by the keyboard alone', async (t) => {
      await shipByKeyboard(page, SHIPPED, 0);
      await ordersAre(context, placed.slice(-SHIPPED), 'shipped');
      const gone = placed.at(-1) ?? '';
      await untilTrue(page, `document.querySelector('[data-order="${gone}"]') === null`);
      await page.locator(`[data-order="${placed[0] ?? ''}"]`).waitFor();
      t.pass('what was shipped leaves the queue by itself');
      await page.keyboard.press('1');
      await page.getByTestId('count').getByText('10,000+ orders').waitFor();
    });

    await t.test(
      'a job over all of them pauses, goes on to the end, and tells of each what became of it',
      async (t) => {
        const start = async (reason: string) => {
          await page.goto('/admin/orders');
          await untilRead(page);
          await page.keyboard.press('a');
          await page.getByTestId('selection').getByText('All 10,000+ that match').waitFor();
          await page.keyboard.press('c');
          const preview = page.getByTestId('bulk-preview');
          await preview.getByText('The first 10,000 were looked at').waitFor();
          await giveReason(page, reason);
          await page.getByRole('link', { name: 'Watch it' }).click();
        };
        const job = page.getByTestId('job');
        const state = async (name: string) => job.getByText(name, { exact: true }).waitFor();
        const over = async () => Number(await job.getByRole('progressbar').getAttribute('aria-valuenow'));

        await start('the warehouse burnt down');
        await untilTrue(page, `Number(document.querySelector('[role=progressbar]')?.ariaValueNow) > 0`);
        await page.getByRole('button', { name: 'Pause' }).click();
        await state('Paused');
        const paused = await over();
        t.ok(paused > 0 && paused < TOTAL, `paused after ${String(paused)}`);
        t.equal(Number(await job.getByRole('progressbar').getAttribute('aria-valuemax')), TOTAL);
        await page.waitForTimeout(500);
        await page.reload();
        await state('Paused');
        t.ok((await over()) - paused < 400, 'what was asked for before is waited for, and no more');
        await page.getByRole('button', { name: 'Go on' }).click();
        await state('Running');
        await job.getByText('Done in part', { exact: true }).waitFor({ timeout: JOB_MS_MAX });
        t.equal(await over(), TOTAL, 'each was asked or told why not');

        await page.getByTestId('errors').getByText('has no saga').waitFor();
        await page.getByLabel('Show').selectOption('failed');
        await page.getByTestId('job-items').getByText('Not done').first().waitFor();
        await untilTrue(
          page,
          `document.querySelectorAll('[data-testid=job-items] tbody .status.good').length === 0`,
        );
      },
    );
    t.strictSame(complaints, []);
  },
);

async function idsInOrder(database: Database, by = 'created_at desc, id desc'): Promise<readonly string[]> {
  const rows = await database.query<{ readonly id: string }>(`select id from orders.orders order by ${by}`);
  return rows.map(({ id }) => id);
}
