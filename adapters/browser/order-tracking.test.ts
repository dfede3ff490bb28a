import type { Page, WebSocketRoute } from 'playwright-core';
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

interface Told {
  readonly status: string;
  readonly createdAt: string;
  readonly version: number;
}

interface Entry {
  readonly seq: number;
  readonly type: string;
  readonly from: string;
  readonly to: string;
  readonly at: string;
}

/** The live connection of a page, in the hands of the test: it can be cut, kept from coming back, and lose messages. */
async function holdWire(page: Page) {
  const open = new Set<WebSocketRoute>();
  let down = false;
  let losing = 0;
  await page.routeWebSocket('**/api/live', (socket) => {
    if (down) {
      void socket.close({ code: 1011 });
      return;
    }
    open.add(socket);
    const server = socket.connectToServer();
    server.onMessage((message) => {
      if (losing > 0) losing -= 1;
      else if (!down) socket.send(message);
    });
  });
  return {
    cut() {
      down = true;
      for (const socket of open) void socket.close({ code: 1011 });
      open.clear();
    },
    mend() {
      down = false;
    },
    /** So many messages of the server never arrive, and the socket lives on. */
    lose(count: number) {
      losing = count;
    },
  };
}

/** The state of the live connection as the page tells it. */
const live = (page: Page, state: 'open' | 'down') =>
  page.locator(`[data-testid=live][data-state=${state}]`).waitFor();

/** The parts of a parcel's way run at the same time: each waits for its own parcel most of the time. */
await t.test('a parcel on its way', { ...whenBrowser, jobs: 3 }, async (t) => {
  const baseUrl = await startPlatform(t, UNHURRIED);
  const browser = await openBrowser(t);
  const order = async (page: Page) => {
    await addProducts(page, 1);
    await page.goto('/checkout');
    await register(page);
    await placeOrder(page, 'Always approved');
  };

  void t.test('is drawn on a map, and told of while its tab is hidden', async (t) => {
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
    await page.locator(`${MAP}:not([data-progress="0"]):not([data-progress="1"])`).waitFor();
    t.match(
      await map.getAttribute('aria-label'),
      /^Map of the way from Warehouse .+ to .+\. The parcel: .+\.$/,
    );
    await page.locator('[data-testid=map-done][d*=L]').waitFor({ state: 'attached' });
    t.pass('a part of the way is done');
    t.equal(await page.evaluate('window.asked'), 0, 'nobody is asked before they want it');
    await page.getByRole('button', { name: 'Tell me when it moves' }).click();
    await page.locator('button[aria-pressed=true]').waitFor();
    // It glides to where it is.
    await untilTrue(page, LEFT_WAREHOUSE);
    t.pass('the parcel has left the warehouse');
    t.ok((await map.locator('text').count()) >= 2, 'places have names');
    t.equal(await page.evaluate(OVERLAPS), 0, 'that do not cover each other');
    t.equal(await page.getByTestId('lead').textContent(), 'Arrives today');
    t.equal(await page.getByTestId('due').textContent(), 'Today');

    await page.evaluate('window.inFront = false');
    await page.getByTestId('timeline').locator('[data-status=delivered][data-state=done]').waitFor();
    const shown = await page.evaluate<readonly string[]>('window.shown');
    t.equal(shown.at(-1), 'Delivered');
    t.equal(await page.getByRole('button', { name: 'Tell me when it moves' }).count(), 0);
    await page.locator(`${MAP}[data-progress="1"]`).waitFor();
    t.match(await page.getByTestId('lead').textContent(), /^It arrived on \d+ \w+, \d\d:\d\d$/);
    t.strictSame(complaints, []);
    await context.close();
  });

  void t.test('of somebody who refuses notifications: they are not asked again', async (t) => {
    const { page, context } = await visit(browser, baseUrl);
    await page.addInitScript(`${DESKTOP}; window.answer = 'denied';`);
    await order(page);
    const tellMe = page.getByRole('button', { name: 'Tell me when it moves' });
    await tellMe.click();
    await tellMe.waitFor({ state: 'detached' });
    await page.reload();
    await page.getByTestId('timeline').waitFor();
    t.equal(await tellMe.count(), 0);
    await context.close();
  });

  void t.test('is followed without a gap however often the connection is lost', async (t) => {
    const { page, context } = await visit(browser, baseUrl);
    const wire = await holdWire(page);
    // The first thing that is told never arrives: the next one shows that something is missing.
    wire.lose(1);
    await order(page);
    await live(page, 'open');
    await page.locator('[data-testid=log] [data-type="payment.processed"]').waitFor();
    wire.cut();
    await live(page, 'down');
    t.equal(await page.getByTestId('live').textContent(), 'Checking every few seconds');
    const timeline = page.getByTestId('timeline');
    await timeline.locator('[data-status=shipped]:not([data-state=ahead])').waitFor();
    t.equal(await page.locator('[data-testid=live][data-state=down]').count(), 1, 'told by asking alone');
    wire.mend();
    await live(page, 'open');
    await context.setOffline(true);
    await live(page, 'down');
    await context.setOffline(false);
    await timeline.locator('[data-status=delivered][data-state=done]').waitFor();

    const path = `/api/orders/${page.url().split('/').at(-1) ?? ''}`;
    const told = (await (await context.request.get(path)).json()) as Told;
    const { entries } = (await (await context.request.get(`${path}/saga-log`)).json()) as {
      entries: readonly Entry[];
    };
    t.equal(entries.at(-1)?.seq, told.version);
    await untilTrue(
      page,
      `document.querySelectorAll('[data-testid=log] > li').length >= ${String(entries.length)}`,
    );
    t.strictSame(
      await page.evaluate(
        `[...document.querySelectorAll('[data-testid=log] > li')]
          .map((row) => [row.dataset.type, row.querySelector('time').dateTime])`,
      ),
      entries.toReversed().map(({ type, at }) => [type, at]),
      'the log has every entry once, with its time',
    );
    const entered = (state: string) =>
      entries.find(({ from, to }) => to.split('.')[0] === state && from.split('.')[0] !== state)?.at;
    t.strictSame(
      await page.evaluate(
        `[...document.querySelectorAll('[data-testid=timeline] > li')]
          .map((step) => step.querySelector('time')?.dateTime)`,
      ),
      [
        told.createdAt,
        ...['awaitingPayment', 'confirmed', 'processing', 'shipped', 'delivered'].map(entered),
      ],
      'every step says when it came',
    );
    await context.close();
  });
});
