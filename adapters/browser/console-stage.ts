import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BrowserContext, Page } from 'playwright-core';
import type { Database } from '../postgres/database.ts';
import { beginSeed, loadSeed } from '../postgres/seed/load.ts';
import { SLOW_ROAD } from '../contracts/platform-stage.ts';
import { startVisibly, type VisiblePlatform } from '../main/platform-testing.ts';
import { untilTrue } from './chromium.ts';
import { ADMIN } from './platform.ts';
import { until } from '../../core/kernel/testing-until.ts';

/** What tests of the order console in the browser have in common. */

export const CONSOLE_PARTITIONS = 2;

interface Teardown {
  teardown(undo: () => Promise<void>): void;
}

/** A platform of its own in this process, embedded, whose parcels stay where they are. */
export async function startConsole(t: Teardown): Promise<VisiblePlatform & { readonly baseUrl: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'orrery-console-page-'));
  const visible = await startVisibly({
    ...SLOW_ROAD,
    PORT: '0',
    LOG_LEVEL: 'silent',
    DATA_DIR: folder,
    PARTITIONS: String(CONSOLE_PARTITIONS),
    PAYMENT_FAILURE_RATE: '0',
    CHECKOUT_LIMIT_PER_MINUTE: '0',
    RATE_LIMIT_PER_MINUTE: '0',
    OVERLOAD_DELAY_MS: '0',
    ADMIN_EMAIL: ADMIN.email,
    ADMIN_PASSWORD: ADMIN.password,
  });
  t.teardown(async () => {
    await visible.platform.stop();
    await rm(folder, { recursive: true, force: true });
  });
  return { ...visible, baseUrl: visible.platform.url ?? '' };
}

/** Made-up orders of the past year; none of them has a saga, so none does what it is asked for. */
export async function seedOrders(database: Database, orders: number): Promise<void> {
  const plan = await beginSeed(database, { orders, users: 500, products: 1_000, seed: 7 });
  await loadSeed(database, plan, {
    passwordHash: 'nobody',
    workers: 1,
    ease: false,
    stock: () => Promise.resolve(),
    begin: () => undefined,
    progress: () => undefined,
  });
}

export async function registerShopper(context: BrowserContext, baseUrl: string): Promise<void> {
  await context.request.post('/api/auth/register', {
    headers: { origin: baseUrl },
    data: { name: 'Grace Hopper', email: 'grace@example.com', password: 'analytical engine' },
  });
}

export async function signInAsAdmin(context: BrowserContext, baseUrl: string): Promise<void> {
  await context.request.post('/api/auth/login', { headers: { origin: baseUrl }, data: ADMIN });
}

/** Places orders through the API as the shopper of the context, one after the other; their ids. */
export async function placeOrders(
  context: BrowserContext,
  baseUrl: string,
  count: number,
): Promise<readonly string[]> {
  const { items } = (await (await context.request.get('/api/products?limit=50')).json()) as {
    items: { id: string; available: number }[];
  };
  const [product] = items.sort((one, other) => other.available - one.available);
  const ids: string[] = [];
  for (let index = 0; index < count; index++) {
    const answer = await context.request.post('/api/orders/checkout', {
      headers: { origin: baseUrl, 'idempotency-key': randomUUID() },
      data: {
        shippingAddress: {
          street: '1 Main St',
          city: 'Springfield',
          state: 'IL',
          zip: '62701',
          country: 'US',
        },
        paymentMethod: { type: 'credit_card', token: 'tok_ok' },
        items: [{ productId: product?.id, quantity: 1 }],
      },
    });
    ids.push(((await answer.json()) as { orderId: string }).orderId);
  }
  return ids;
}

/** Resolves once every order has the status. */
export async function ordersAre(
  context: BrowserContext,
  ids: readonly string[],
  status: string,
): Promise<void> {
  for (const id of ids) {
    await until(
      `${id} to be ${status}`,
      async () => (await (await context.request.get(`/api/orders/${id}`)).json()) as { status: string },
      (order) => order.status === status,
    );
  }
}

/** Types a reason and sends the dialog that is open, by keyboard; `paceMs` between two keys. */
export async function giveReason(page: Page, reason: string, paceMs = 0): Promise<void> {
  await page.locator('dialog[open] [name=reason]').waitFor();
  await page.keyboard.type(reason, { delay: paceMs });
  await untilTrue(page, `document.querySelector('dialog[open] [aria-disabled=true]') === null`);
  await page.keyboard.press('Enter', { delay: paceMs });
  await untilTrue(page, `document.querySelector('dialog[open]') === null`);
}

/**
 * Ships so many orders of the pending queue as an admin at the keyboard does: into the queue, one key for each order, the
 * action, a word of why. `paceMs`: from one key to the next. Resolves with the number of keys.
 */
export async function shipByKeyboard(page: Page, orders: number, paceMs: number): Promise<number> {
  let keys = 0;
  const press = async (key: string): Promise<void> => {
    await page.keyboard.press(key);
    keys += 1;
    await page.waitForTimeout(paceMs);
  };
  await press('2');
  await page.locator('.queues [aria-current]', { hasText: 'Pending' }).waitFor();
  await untilTrue(page, `document.querySelector('[data-testid=admin-orders] [data-order]') !== null`);
  await press('j');
  for (let order = 0; order < orders; order++) await press('J');
  await page
    .getByTestId('selection')
    .getByText(`${String(orders)} selected`)
    .waitFor();
  await press('s');
  const reason = 'picked';
  await giveReason(page, reason, paceMs);
  return keys + reason.length + 1;
}
