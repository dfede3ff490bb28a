import t from 'tap';
import { browserMissing, openBrowser, visit } from './chromium.ts';
import { axePath, seriousFindings, settle } from './every-page.ts';
import { ADMIN, startPlatform } from './platform.ts';

t.setTimeout(300_000);

const skip = browserMissing();
const SEGMENTS = ['champions', 'loyal', 'promising', 'new', 'at risk', 'asleep', 'lost'];

/** What the API answers once a model serves; that it does is tested beside the model. */
const CUSTOMERS = {
  degraded: false,
  model: 'BG/NBD',
  asOf: '2026-03-18T00:00:00.000Z',
  customers: 1_204,
  weeks: 13,
  segments: SEGMENTS.map((segment, index) => ({
    segment,
    customers: 172,
    expectedPurchases: 100 - index,
    yearCents: 1_234_500,
  })),
  atRisk: [
    {
      userId: 'u1',
      name: 'Ada Lovelace',
      email: 'ada@example.com',
      alive: 0.42,
      purchases: 31,
      weeksSilent: 9.2,
      expectedPurchases: 1.26,
      yearCents: 45_600,
    },
  ],
};

await t.test('an admin looks at the customers', skip === undefined ? {} : { skip }, async (t) => {
  const baseUrl = await startPlatform(t);
  const browser = await openBrowser(t);
  for (const [colorScheme, width] of [
    ['light', 1440],
    ['dark', 390],
  ] as const) {
    const { page, context, complaints } = await visit(browser, baseUrl, {
      colorScheme,
      viewport: { width, height: 844 },
    });
    await page.addInitScript({ path: axePath });
    await page.goto('/sign-in?next=/admin/customers');
    await page.getByLabel('E-mail').fill(ADMIN.email);
    await page.getByLabel('Password').fill(ADMIN.password);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('Nothing is known yet').waitFor();
    await page.route('**/api/analytics/customers', (route) => route.fulfill({ json: CUSTOMERS }));
    await page.reload();
    await page.getByTestId('segments').getByText('Champions').waitFor();
    await page.getByText('1,204 customers').waitFor();
    await page.getByTestId('at-risk').getByText('9 weeks').waitFor();
    t.equal(
      await page.getByRole('link', { name: 'Ada Lovelace' }).getAttribute('href'),
      '/admin/orders?customer=u1',
    );
    await settle(page);
    t.strictSame(await seriousFindings(page), [], `${colorScheme}: axe finds nothing serious`);
    const overflow = await page.evaluate<number>(
      'document.documentElement.scrollWidth - document.documentElement.clientWidth',
    );
    t.ok(overflow <= 0, `${colorScheme}: nothing sticks out to the side`);
    const shots = process.env['ORRERY_TEST_SHOTS'];
    if (shots !== undefined) await page.screenshot({ path: `${shots}/customers-${colorScheme}.png` });
    t.strictSame(complaints, []);
    await context.close();
  }
});
