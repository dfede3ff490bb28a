import { randomUUID } from 'node:crypto';
import type { Page } from 'playwright-core';

/** What a shopper does in the shop, in the words of the page. */

/** Opens the catalogue and puts the first so many products that can be had into the cart. */
export async function addProducts(page: Page, count: number): Promise<void> {
  await page.goto('/products');
  const add = page.getByTestId('products').getByRole('button', { name: /^Add / });
  await add.first().waitFor();
  for (let index = 0; index < count; index++) {
    await add.nth(index).click();
    await page.getByRole('link', { name: `Cart, ${index + 1} item${index === 0 ? '' : 's'}` }).waitFor();
  }
}

/** Fills in the form that registers, wherever it is shown. */
export async function register(page: Page): Promise<{ readonly email: string }> {
  const email = `${randomUUID()}@example.com`;
  await page.getByLabel('Name', { exact: true }).fill('Ada Byron');
  await page.getByLabel('E-mail').fill(email);
  await page.getByLabel('Password').fill('analytical engine');
  await page.getByRole('button', { name: 'Create account' }).click();
  await page.getByRole('button', { name: 'Account', exact: true }).waitFor();
  return { email };
}

/** On the checkout page: address, payment, order; resolves on the order's page. */
export async function placeOrder(page: Page, payment: string): Promise<void> {
  await page.getByRole('button', { name: 'Fill in a sample address' }).click();
  await page.getByLabel(payment).check();
  await page.getByRole('button', { name: /^Place order/ }).click();
  await page.getByTestId('timeline').waitFor();
}
