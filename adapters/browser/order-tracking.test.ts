import t from 'tap';
import { browserMissing, openBrowser, untilTrue, visit } from './chromium.ts';
import { startPlatform } from './platform.ts';
import { addProducts, placeOrder, register } from './shopper.ts';

const skip = browserMissing();
const whenBrowser = skip === undefined ? {} : { skip };
const MAP = '[data-testid=parcel-map]';

/** A step of the journey takes some three seconds: long enough to look at a parcel on its way. */
const UNHURRIED = { SHIPPING_TIME_SCALE: '20000' };

/** How many pairs of names on the map cover each other. */
const OVERLAPS = `(() => {
  const boxes = [...document.querySelectorAll('[data-testid=parcel-map] text')].map((one) => one.getBoundingClientRect());
  const covers = (one, other) =>
    one.left < other.right && other.left < one.right && one.top < other.bottom && other.top < one.bottom;
  return boxes.flatMap((one, index) => boxes.slice(index + 1).filter((other) => covers(one, other))).length;
})()`;

/**
 * A tab that lies behind another one, and a desktop that takes notifications and permits them once asked: where tests
 * run there is no desktop, and Chromium ends for the lack of one.
 */
const DESKTOP = `
  Object.defineProperty(document, 'visibilityState', { get: () => (window.inFront ? 'visible' : 'hidden') });
  window.inFront = true;
  window.shown = [];
  window.asked = 0;
  window.Notification = class {
    static permission = 'default';
    static requestPermission() {
      window.asked++;
      Notification.permission = window.answer ?? 'granted';
      return Promise.resolve(Notification.permission);
    }
    constructor(title) {
      window.shown.push(title);
    }
  };
`;

/** Whether the middles of the parcel and of the first stop are apart. */
const LEFT_WAREHOUSE = `(() => {
  const middle = (element) => {
    const { x, y, width, height } = element.getBoundingClientRect();
    return { x: x + width / 2, y: y + height / 2 };
  };
  const parcel = middle(document.querySelector('[data-testid=map-parcel]'));
  const stop = middle(document.querySelector('[data-testid=parcel-map] .map-stop'));
  return Math.hypot(parcel.x - stop.x, parcel.y - stop.y) > 2;
})()`;

await t.test('a parcel on its way', whenBrowser, async (t) => {
  const baseUrl = await startPlatform(t, UNHURRIED);
  const browser = await openBrowser(t);
  const { page, context, complaints } = await visit(browser, baseUrl);
  await page.addInitScript(DESKTOP);
  const land: string[] = [];
  page.on('request', (request) => {
    if (/countries-110m|parcel-map/.test(request.url())) land.push(request.url());
  });
  await addProducts(page, 1);
  await page.goto('/checkout');
  await register(page);
  t.strictSame(land, [], 'the map is not fetched before there is a parcel');
  await placeOrder(page, 'Always approved');

  const map = page.getByTestId('parcel-map');
  await t.test('is drawn on a map: its route, where it is, and what it is near', async (t) => {
    await page.locator(`${MAP}:not([data-progress="0"]):not([data-progress="1"])`).waitFor();
    t.match(
      await map.getAttribute('aria-label'),
      /^Map of the way from Warehouse .+ to .+\. The parcel: .+\.$/,
    );
    t.match(await page.getByTestId('map-done').getAttribute('d'), /^M.+L/, 'a part of the way is done');
    // It glides to where it is.
    await untilTrue(page, LEFT_WAREHOUSE);
    t.pass('the parcel has left the warehouse');
    t.ok((await map.locator('text').count()) >= 2, 'places have names');
    t.equal(await page.evaluate(OVERLAPS), 0, 'that do not cover each other');
    t.equal(await page.getByTestId('lead').textContent(), 'Arrives today');
    t.equal(await page.getByTestId('due').textContent(), 'Today');
  });

  await t.test('is told of while its tab is hidden, once that was asked for', async (t) => {
    t.equal(await page.evaluate('window.asked'), 0, 'nobody is asked before they want it');
    await page.getByRole('button', { name: 'Tell me when it moves' }).click();
    await page.locator('button[aria-pressed=true]').waitFor();
    await page.evaluate('window.inFront = false');
    await page.getByTestId('timeline').locator('[data-status=delivered][data-state=done]').waitFor();
    t.strictSame(await page.evaluate('window.shown'), ['Delivered']);
    t.equal(await page.getByRole('button', { name: 'Tell me when it moves' }).count(), 0);
  });

  await t.test('arrives', async (t) => {
    await page.locator(`${MAP}[data-progress="1"]`).waitFor();
    t.match(await page.getByTestId('lead').textContent(), /^It arrived on \d+ \w+, \d\d:\d\d$/);
    t.strictSame(complaints, []);
  });
  await context.close();

  await t.test('of somebody who refuses notifications: they are not asked again', async (t) => {
    const { page, context } = await visit(browser, baseUrl);
    await page.addInitScript(`${DESKTOP}; window.answer = 'denied';`);
    await addProducts(page, 1);
    await page.goto('/checkout');
    await register(page);
    await placeOrder(page, 'Always approved');
    const tellMe = page.getByRole('button', { name: 'Tell me when it moves' });
    await tellMe.click();
    await tellMe.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByTestId('timeline').waitFor();
    t.equal(await tellMe.count(), 0);
    await context.close();
  });
});
