import t from 'tap';
import { browserMissing, openBrowser, untilTrue, visit } from './chromium.ts';
import { startPlatform } from './platform.ts';
import { addProducts, register } from './shopper.ts';

const skip = browserMissing();

await t.test('somebody looks after their account', skip === undefined ? {} : { skip }, async (t) => {
  const baseUrl = await startPlatform(t);
  const browser = await openBrowser(t);
  const { page, context, complaints } = await visit(browser, baseUrl);
  await page.goto('/register');
  const { email } = await register(page);

  await t.test('changes the name, keeps an address, and finds it at the checkout', async (t) => {
    await page.goto('/account');
    await page.getByLabel('Name', { exact: true }).fill('Grace Hopper');
    await page.getByRole('button', { name: 'Save' }).click();
    await page.getByTestId('toast').getByText('Saved.').waitFor();
    await page.getByRole('button', { name: 'Add an address' }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await dialog.getByText('Fill this in.').first().waitFor();
    const typed = {
      street: '1 Harbour Road',
      zip: '20095',
      city: 'Hamburg',
      state: 'Hamburg',
      country: 'Germany',
    };
    await dialog.getByLabel('Name of the address').fill('Office');
    for (const [name, value] of Object.entries(typed)) await dialog.locator(`[name=${name}]`).fill(value);
    await dialog.getByRole('button', { name: 'Save' }).click();
    const kept = page.getByTestId('addresses').getByRole('listitem');
    await kept.getByText('Office').waitFor();
    t.match(await kept.textContent(), /Default/, 'the first one is the default');

    await addProducts(page, 1);
    await page.goto('/checkout');
    await untilTrue(page, 'document.querySelector("[name=street]")?.value === "1 Harbour Road"');
    t.match(await page.locator('.signed-in').textContent(), /Grace Hopper/);
  });

  await t.test('sees where they are signed in, and ends what they do not know', async (t) => {
    const other = await visit(browser, baseUrl);
    await other.page.goto('/sign-in?next=/orders');
    await other.page.getByLabel('E-mail').fill(email);
    await other.page.getByLabel('Password').fill('analytical engine');
    await other.page.getByRole('button', { name: 'Sign in' }).click();
    await other.page.getByRole('heading', { name: 'Orders', exact: true }).waitFor();

    await page.goto('/account');
    const sessions = page.getByTestId('sessions').getByRole('listitem');
    await sessions.nth(1).waitFor();
    t.equal(await sessions.count(), 2);
    await page.getByRole('button', { name: /^Sign out Chrome/ }).click();
    await page.getByTestId('toast').getByText('That device was signed out.').waitFor();
    await sessions.nth(1).waitFor({ state: 'detached' });
    // Other processes learn of it within five seconds, this one at once.
    await other.page.goto('/orders');
    await other.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await other.context.close();
  });

  await t.test('gets back in without the password, by the code of a letter', async (t) => {
    const guest = await visit(browser, baseUrl);
    await guest.page.goto('/sign-in');
    await guest.page.getByRole('link', { name: 'Forgotten your password?' }).click();
    await guest.page.getByRole('heading', { name: 'Forgotten password' }).waitFor();
    await guest.page.getByLabel('E-mail').fill(email);
    await guest.page.getByRole('button', { name: 'Send the letter' }).click();
    await guest.page.getByText('Look into your mail').waitFor();

    // Without a mail server letters are read in the shop, by the session that is still there.
    const letter = page.getByTestId('notifications').getByRole('listitem').first();
    let code: string | undefined;
    for (let tries = 0; code === undefined && tries < 40; tries += 1) {
      await page.goto('/notifications');
      await page.locator('[data-testid=notifications], .empty').first().waitFor();
      const words = (await letter.count()) === 0 ? '' : ((await letter.textContent()) ?? '');
      code = /[?&]token=([\w-]+)/.exec(words)?.[1];
    }
    await guest.page.goto(`/reset-password?token=${code ?? ''}`);
    await guest.page.getByLabel('New password').fill('difference engine');
    await guest.page.getByRole('button', { name: 'Set the password' }).click();
    await guest.page.getByRole('heading', { name: 'Sign in' }).waitFor();
    await guest.page.getByLabel('E-mail').fill(email);
    await guest.page.getByLabel('Password').fill('difference engine');
    await guest.page.getByRole('button', { name: 'Sign in' }).click();
    await guest.page.getByRole('button', { name: 'Account', exact: true }).waitFor();

    await guest.page.goto(`/reset-password?token=${code ?? ''}`);
    await guest.page.getByLabel('New password').fill('once more please');
    await guest.page.getByRole('button', { name: 'Set the password' }).click();
    await guest.page.getByText('This code is not valid any more.').first().waitFor();

    await guest.page.goto('/account');
    await guest.page.getByRole('button', { name: 'Close the account' }).click();
    const dialog = guest.page.getByRole('dialog');
    await dialog.getByLabel('Current password').fill('analytical engine');
    await dialog.getByRole('button', { name: 'Close the account' }).click();
    await dialog.getByText('The current password is wrong.').waitFor();
    await dialog.getByLabel('Current password').fill('difference engine');
    await dialog.getByRole('button', { name: 'Close the account' }).click();
    await guest.page.getByRole('link', { name: 'Sign in' }).waitFor();
    t.pass('the account is closed');
    await guest.context.close();
  });

  t.strictSame(
    // Signed out everywhere by the new password, and told so with 401.
    complaints.filter((complaint) => !complaint.includes('401')),
    [],
  );
  await context.close();
});
