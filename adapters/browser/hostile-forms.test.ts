import { randomUUID } from 'node:crypto';
import t, { type Test } from 'tap';
import type { Locator, Page } from 'playwright-core';
import { browserMissing, openBrowser, visit } from './chromium.ts';
import { startPlatform } from './platform.ts';
import { addProducts } from './shopper.ts';

const skip = browserMissing();

/** What a form must take as it is, and show as it was typed. */
const ODD_TEXTS = {
  emoji: '👩‍👩‍👧‍👦 Zoë 🇧🇪',
  rightToLeft: 'מרים \u202Eabc\u202C محمد',
  markup: '<img src=x onerror="document.title=1">',
  script: '</script><script>throw 1</script>',
  sql: "Robert'); DROP TABLE users;--",
  formula: '=HYPERLINK("http://evil.example")',
} as const;
/** What a form must refuse with a word at the field. */
const LONG = 'x'.repeat(10_000);
const NUL = 'a\u0000bcdefgh';
const BAD = [LONG, NUL, ' \t '] as const;
const PASSWORD = `${ODD_TEXTS.emoji} ${ODD_TEXTS.sql}`;

/** Fills as a paste would, NULs included, and makes sure that the page cuts nothing off. */
async function put(page: Page, name: string, value: string): Promise<void> {
  await field(page, name).evaluate((element, text) => {
    const input = element as unknown as EventTarget & { maxLength: number; value: string };
    if (input.maxLength !== -1) throw new Error('what is too long would be cut off in silence');
    input.value = text;
    input.dispatchEvent(new Event('input', { bubbles: true }));
  }, value);
}

/** In a dialog, if one is open: it comes last. */
function field(page: Page, name: string): Locator {
  return page.locator(`[name="${name}"]:visible`).last();
}

/** Each refused value in one field: a word at that field, and whatever was typed elsewhere is still there. */
async function refuses(
  t: Test,
  page: Page,
  form: {
    readonly good: Readonly<Record<string, string>>;
    /** The values that each field must refuse. */
    readonly bad: Readonly<Record<string, readonly string[]>>;
    readonly button: RegExp;
  },
): Promise<void> {
  for (const [name, values] of Object.entries(form.bad)) {
    for (const value of values) {
      for (const [other, text] of Object.entries(form.good)) await put(page, other, text);
      await put(page, name, value);
      await page.getByRole('button', { name: form.button }).last().click();
      await page.locator(`[name="${name}"][aria-invalid="true"]:visible`).waitFor();
      const told = await page.locator('.wrong:visible').allTextContents();
      t.equal(told.length, 1, `${name}: ${told.join(' ')}`);
      for (const [other, text] of Object.entries(form.good)) {
        if (other !== name) t.equal(await field(page, other).inputValue(), text, `${other} stays`);
      }
    }
  }
}

await t.test('hostile values in forms', skip === undefined ? {} : { skip }, async (t) => {
  const baseUrl = await startPlatform(t);
  const { page, complaints } = await visit(await openBrowser(t), baseUrl);
  const email = `${randomUUID()}@example.com`;

  await t.test('registering and signing in', async (t) => {
    await page.goto('/register');
    const good = { name: ODD_TEXTS.markup, email, password: PASSWORD };
    await refuses(t, page, {
      good,
      bad: { name: BAD, email: BAD, password: [LONG, NUL, 'short'] },
      button: /^Create account/,
    });
    for (const [name, text] of Object.entries(good)) await put(page, name, text);
    await page.getByRole('button', { name: 'Create account' }).click();
    await page.getByRole('button', { name: 'Account', exact: true }).waitFor();
    await page.context().clearCookies();
    await page.goto('/sign-in');
    for (const [name, text] of Object.entries(ODD_TEXTS)) {
      await put(page, 'email', `${text.replaceAll(' ', '')}@x`);
      await put(page, 'password', text);
      await page.getByRole('button', { name: 'Sign in' }).click();
      await page.getByTestId('problem').waitFor();
      t.equal(await page.locator('[name=password]').inputValue(), text, name);
    }
    await refuses(t, page, {
      good: { email, password: PASSWORD },
      bad: { email: BAD, password: [LONG, ''] },
      button: /^Sign in/,
    });
    await put(page, 'password', PASSWORD);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByRole('button', { name: 'Account', exact: true }).waitFor();
  });

  await t.test('name, password and addresses', async (t) => {
    await page.goto('/account');
    await page.locator('[name=name]').waitFor();
    await refuses(t, page, { good: {}, bad: { name: BAD }, button: /^Save/ });
    for (const text of Object.values(ODD_TEXTS)) {
      await put(page, 'name', text);
      await page.getByRole('button', { name: 'Save' }).click();
      await page.getByTestId('toast').getByText('Saved.').waitFor();
      await page.reload();
      await page.locator('[name=name]').waitFor();
      t.equal(await page.locator('[name=name]').inputValue(), text);
    }
    await put(page, 'currentPassword', NUL);
    await put(page, 'password', PASSWORD);
    await page.getByRole('button', { name: 'Change password' }).click();
    await page.getByText('The current password is wrong.').waitFor();
    t.equal(await page.locator('[name=password]').inputValue(), PASSWORD, 'the new one stays');

    await page.getByRole('button', { name: 'Add an address' }).click();
    const good = {
      label: ODD_TEXTS.emoji,
      street: ODD_TEXTS.markup,
      zip: '=1+1',
      city: ODD_TEXTS.rightToLeft,
      state: ODD_TEXTS.sql,
      country: ODD_TEXTS.formula,
    };
    await refuses(t, page, { good, bad: { street: BAD, label: [NUL] }, button: /^Save/ });
    for (const [name, text] of Object.entries(good)) await put(page, name, text);
    await page.locator('[name=label]').press('Enter');
    const kept = page.getByTestId('addresses').getByRole('listitem');
    await kept.waitFor();
    const shown = await kept.textContent();
    for (const text of Object.values(good)) t.ok(shown?.includes(text), `${text} is shown as it is`);
  });

  await t.test('a forgotten password', async (t) => {
    await page.goto('/forgot-password');
    await refuses(t, page, { good: {}, bad: { email: BAD }, button: /^Send the letter/ });
    await page.goto(`/reset-password?token=${encodeURIComponent(ODD_TEXTS.markup)}`);
    await put(page, 'password', PASSWORD);
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.getByText('This code is not valid any more.').first().waitFor();
    t.equal(await page.locator('[name=password]').inputValue(), PASSWORD);
    await page.goto('/reset-password');
    await put(page, 'token', LONG);
    await put(page, 'password', PASSWORD);
    await page.getByRole('button', { name: 'Set the password' }).click();
    await page.locator('[name=token][aria-invalid=true]').waitFor();
  });

  await t.test('the checkout', async (t) => {
    await addProducts(page, 1);
    await page.goto('/checkout');
    await page.locator('[name=street]').waitFor();
    const good = {
      street: ODD_TEXTS.script,
      zip: '=1+1',
      city: ODD_TEXTS.rightToLeft,
      state: ODD_TEXTS.sql,
      country: ODD_TEXTS.emoji,
    };
    await refuses(t, page, { good, bad: { city: [NUL], zip: BAD }, button: /^Place order/ });
    for (const [name, text] of Object.entries(good)) await put(page, name, text);
    await page.getByRole('button', { name: /^Place order/ }).click();
    await page.getByTestId('timeline').waitFor();
    const shown = await page.locator('main').textContent();
    for (const text of Object.values(good)) t.ok(shown?.includes(text), `${text} is shown as it is`);
  });

  await t.test('closing the account', async (t) => {
    await page.goto('/account');
    const open = page.getByRole('button', { name: 'Close the account' });
    await open.first().click();
    await refuses(t, page, {
      good: {},
      bad: { currentPassword: [LONG, ''] },
      button: /^Close the account/,
    });
    const typed = page.getByRole('dialog').locator('[name=currentPassword]');
    await put(page, 'currentPassword', NUL);
    await typed.press('Enter');
    await page.getByRole('dialog').getByText('The current password is wrong.').waitFor();
    t.equal(await typed.inputValue(), NUL, 'what was typed stays');
    await put(page, 'currentPassword', PASSWORD);
    await typed.press('Enter');
    await page.getByRole('dialog').getByText('An order is still under way').waitFor();
    t.equal(await typed.inputValue(), PASSWORD, 'the right one stays, too');
  });

  // The browser logs each refusal; a script that ran, or one that failed, would be another.
  t.strictSame(
    complaints.filter((complaint) => !/status of 4\d\d/.test(complaint)),
    [],
  );
  t.match(await page.title(), /Orrery/, 'no markup of ours was run');
});
