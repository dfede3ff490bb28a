import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { makeHistory } from '../main/intelligence/testing-history.ts';
import { startVisibly } from '../main/platform-testing.ts';
import { createModelRegistry } from '../postgres/intelligence/registry.ts';
import { browserMissing, openBrowser, visit } from './chromium.ts';
import { signInAsAdmin } from './console-stage.ts';
import { axePath, seriousFindings, settle } from './every-page.ts';
import { ADMIN } from './platform.ts';
import { until } from '../../core/kernel/testing-until.ts';

t.setTimeout(300_000);

const skip = browserMissing();
/** Some 1,300 orders: the model is trained within a second. */
const HISTORY_DAYS = 45;
/** Trainings are begun every two seconds, and what serves is looked up as often. */
const TRAINED_MS_MAX = 240_000;

await t.test(
  'an admin trains a model, sees what it is worth, and switches it off',
  skip === undefined ? {} : { skip },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'orrery-models-page-'));
    const { platform, resources } = await startVisibly({
      PORT: '0',
      LOG_LEVEL: 'silent',
      DATA_DIR: folder,
      RATE_LIMIT_PER_MINUTE: '0',
      OVERLOAD_DELAY_MS: '0',
      ADMIN_EMAIL: ADMIN.email,
      ADMIN_PASSWORD: ADMIN.password,
    });
    t.teardown(async () => {
      await platform.stop();
      await rm(folder, { recursive: true, force: true });
    });
    const baseUrl = platform.url ?? '';
    const browser = await openBrowser(t);
    const { page, context, complaints } = await visit(browser, baseUrl, {
      viewport: { width: 1440, height: 900 },
    });
    await page.addInitScript({ path: axePath });
    await signInAsAdmin(context, baseUrl);
    await page.goto('/admin/models');
    const model = page.getByTestId('model-recommendations');
    const answer = async (): Promise<{ degraded: boolean; model: string }> =>
      (await (await context.request.get('/api/recommendations/personalized')).json()) as {
        degraded: boolean;
        model: string;
      };
    const degrades = async (wanted: boolean): Promise<void> => {
      await until(
        `answers ${wanted ? 'without' : 'from'} a model`,
        answer,
        ({ degraded }) => degraded === wanted,
      );
    };
    const sound = async (what: string): Promise<void> => {
      await settle(page);
      t.strictSame(await seriousFindings(page), [], `${what}: axe finds nothing serious`);
      const overflow = await page.evaluate<number>(
        'document.documentElement.scrollWidth - document.documentElement.clientWidth',
      );
      t.ok(overflow <= 0, `${what}: nothing sticks out to the side`);
    };

    await t.test('before, nothing serves, and answers say so', async (t) => {
      await model.getByText('Nothing trained serves').waitFor();
      t.match(await answer(), { degraded: true, model: 'none' });
    });

    await t.test('a model that lacks rows tells what it lacks', async (t) => {
      const demand = page.getByTestId('model-demand');
      await demand.getByRole('button', { name: /^Train/ }).click();
      const problem = demand.locator('.notice.bad');
      await problem.waitFor({ timeout: TRAINED_MS_MAX });
      t.match(await problem.textContent(), /0 days of sales: at least \d+ are needed/);
    });

    const { orders } = await makeHistory(resources.database, { days: HISTORY_DAYS });

    await t.test('a training is asked for by its button, and seen under way until it is done', async (t) => {
      await model.getByRole('button', { name: /^Train/ }).click();
      await model.getByRole('status').waitFor();
      await model.getByRole('status').waitFor({ state: 'detached', timeout: TRAINED_MS_MAX });
      t.match(await model.locator('.status').textContent(), /version 1/i);
      const grades = model.getByRole('region', { name: /grades/i });
      t.match(await grades.textContent(), /NDCG@10/);
      t.match(await grades.textContent(), /personal top frequency/);
      const rows = /([\d,]+) rows/.exec((await model.locator('.pairs').textContent()) ?? '')?.[1];
      const learned = Number(rows?.replaceAll(',', ''));
      t.ok(learned > 0.5 * orders && learned < orders, `${String(learned)} of ${String(orders)} orders`);
      await degrades(false);
    });

    await t.test(
      'what came since a training is told beside its grade, with a warning when it is worse',
      async (t) => {
        t.match(
          await model.getByRole('link', { name: /ranked and drawn/ }).getAttribute('href'),
          '#model-outcomes',
        );
        await createModelRegistry(resources.database).recordLately(
          'fraud',
          {
            version: 3,
            metric: 'precision above 80',
            higherIsBetter: true,
            value: 0.25,
            low: 0.112,
            high: 0.469,
            atTraining: 0.94,
            counted: 20,
            needed: 10,
            unit: 'orders',
            clearlyWorse: true,
          },
          null,
        );
        const warning = page.getByTestId('model-fraud').getByTestId('clearly-worse');
        await warning.waitFor();
        t.equal(
          await warning.textContent(),
          'Clearly worse than at its training. precision above 80 lately 0.25 (0.112 – 0.469, 20 orders), at training 0.94',
        );
      },
    );

    await sound('wide');

    await t.test(
      'switched off on a phone, answers are degraded; switched on again they are not',
      async (t) => {
        await page.setViewportSize({ width: 390, height: 844 });
        await model.getByRole('button', { name: /^Switch off/ }).click();
        await model.getByRole('button', { name: /^Switch on/ }).waitFor();
        await degrades(true);
        t.match(await answer(), { model: 'none' });
        await sound('phone');
        await model.getByRole('button', { name: /^Switch on/ }).click();
        await model.getByRole('button', { name: /^Switch off/ }).waitFor();
        await degrades(false);
      },
    );
    t.strictSame(complaints, []);
    await context.close();
  },
);
