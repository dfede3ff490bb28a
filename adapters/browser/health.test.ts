import t from 'tap';
import { browserMissing, openBrowser, untilTrue, visit } from './chromium.ts';
import { axePath, seriousFindings, settle } from './every-page.ts';
import { ADMIN, startPlatform } from './platform.ts';

const skip = browserMissing();
t.setTimeout(300_000);

await t.test(
  'an operator sees how the platform is, and what happened to it',
  skip === undefined ? {} : { skip },
  async (t) => {
    const browser = await openBrowser(t);
    const { page, context, complaints } = await visit(browser, await startPlatform(t));
    await page.addInitScript({ path: axePath });
    await page.goto('/sign-in?next=/admin/health');
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();

    await page.getByTestId('health-status').waitFor();
    await page.locator('#processes').getByText('Running').first().waitFor();
    t.equal(await page.locator('.partition-cells li').count(), 32, 'every partition is shown');
    await settle(page);
    t.strictSame(await seriousFindings(page), [], 'health: axe finds nothing serious');

    // The rows stay the same elements while their numbers change: nothing jumps, and a selection is kept.
    await page.evaluate(`window.firstRow = document.querySelector('#processes tbody tr');
      window.firstTime = document.querySelector('.as-of time').dateTime`);
    await untilTrue(page, `document.querySelector('.as-of time').dateTime !== window.firstTime`);
    t.ok(await page.evaluate(`document.querySelector('#processes tbody tr') === window.firstRow`));

    await page.getByRole('link', { name: 'Events', exact: true }).click();
    await page.getByLabel('From', { exact: true }).first().selectOption('platform');
    await page.getByLabel('Type', { exact: true }).fill('process.');
    await page.getByLabel('Type', { exact: true }).press('Enter');
    await untilTrue(
      page,
      `[...document.querySelectorAll('.events tbody tr')].length > 0
      && [...document.querySelectorAll('.events tbody tr')].every((row) => row.innerText.includes('process.'))`,
    );
    t.match(page.url(), /source=platform/, 'the filters are in the address');
    await settle(page);
    t.strictSame(await seriousFindings(page), [], 'events: axe finds nothing serious');
    t.strictSame(complaints, []);
    await context.close();
  },
);
