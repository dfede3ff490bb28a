import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import t from 'tap';
import type { DemandForecast } from '../../../core/services/intelligence/demand.ts';
import type { ExposureOutcome } from '../../../core/services/intelligence/exposures.ts';
import type { ModelStatus } from '../../../core/services/intelligence/ports.ts';
import type { PriceOutcome } from '../../../core/services/intelligence/price-outcomes.ts';
import type { SuggestedPrice } from '../../../core/services/intelligence/pricing.ts';
import type { Because } from '../../../core/services/intelligence/recommendations.ts';
import { ADMIN, PLATFORM_SETTINGS } from '../../contracts/platform-stage.ts';
import { startVisibly } from '../platform-testing.ts';
import { makeHistory } from './testing-history.ts';
import { until } from '../../../core/kernel/testing-until.ts';

const HISTORY_DAYS = 150;
const folder = await mkdtemp(join(tmpdir(), 'orrery-models-'));
const { platform, resources } = await startVisibly({ ...PLATFORM_SETTINGS, DATA_DIR: folder });
t.teardown(async () => {
  await platform.stop();
  await rm(folder, { recursive: true, force: true });
});

interface RecommendedItem {
  readonly id: string;
  readonly priceCents: number;
  readonly available: number;
  readonly reason: string;
  readonly because: Because;
}

interface RecommendedAnswer {
  readonly items: readonly RecommendedItem[];
  readonly model: string;
  readonly degraded: boolean;
}

async function call(method: string, path: string, token: string, body?: object): Promise<Response> {
  return fetch(`${platform.url ?? ''}${path}`, {
    method,
    headers: {
      ...(token === '' ? {} : { authorization: `Bearer ${token}` }),
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
}

async function get<Answer>(path: string, token: string): Promise<Answer> {
  const response = await call('GET', path, token);
  const text = await response.text();
  if (response.status !== 200) throw new Error(`${path}: ${String(response.status)} ${text}`);
  return JSON.parse(text) as Answer;
}

async function signIn(path: string, body: object): Promise<{ token: string; user: { id: string } }> {
  return (await (await call('POST', path, '', body)).json()) as { token: string; user: { id: string } };
}

const { token: admin } = await signIn('/api/auth/login', ADMIN);
const shopper = await signIn('/api/auth/register', {
  name: 'Ada',
  email: 'ada@example.com',
  password: 'correct horse battery',
});
const history = await makeHistory(resources.database, { days: HISTORY_DAYS });
const [first = '', second = ''] = history.productIds;
const statusOf = async (name: string): Promise<ModelStatus> => {
  const { items } = await get<{ items: readonly ModelStatus[] }>('/api/admin/models', admin);
  const found = items.find((item) => item.name === name);
  if (found === undefined) throw new Error(`${name} is not told of`);
  return found;
};

await t.test('before anything is trained every answer is there, and says that it is degraded', async (t) => {
  const personalized = await get<RecommendedAnswer>('/api/recommendations/personalized', '');
  t.match(personalized, { degraded: true, model: 'none' });
  t.match(await get(`/api/recommendations?product_id=${first}`, ''), { degraded: true });
  const forecast = await get<DemandForecast>(
    `/api/analytics/demand-forecast?product_id=${first}&days=14`,
    admin,
  );
  t.match(forecast, { degraded: true, model: 'seasonal naive', grade: null });
  t.equal(forecast.points.length, 14);
  t.ok(forecast.points.every(({ mean }) => mean > 0));
  t.match(await get(`/api/pricing/suggest?product_id=${first}`, admin), {
    degraded: true,
    model: 'none',
    expectedGain: 0,
    elasticity: null,
  });
});

await t.test('what is for admins is refused to others, and wrong input names its field', async (t) => {
  for (const [method, path, body] of [
    ['GET', '/api/admin/models'],
    ['POST', '/api/admin/models/demand/trainings', {}],
    ['PUT', '/api/admin/models/demand', { enabled: false }],
    ['GET', '/api/admin/models/recommendations/outcomes'],
    ['GET', `/api/admin/products/${first}/price-outcomes`],
    ['GET', `/api/pricing/suggest?product_id=${first}`],
    ['GET', `/api/analytics/demand-forecast?product_id=${first}`],
  ] as const) {
    t.equal((await call(method, path, '', body)).status, 401, `${method} ${path} for guests`);
    t.equal((await call(method, path, shopper.token, body)).status, 403, `${method} ${path} for shoppers`);
  }
  for (const [path, token, field] of [
    ['/api/recommendations', '', 'product_id'],
    ['/api/recommendations/personalized?limit=0', '', 'limit'],
    [`/api/analytics/demand-forecast?product_id=${first}&days=91`, admin, 'days'],
    [`/api/analytics/demand-forecast?product_id=${first}&service_level=1`, admin, 'service_level'],
    ['/api/pricing/suggest', admin, 'product_id'],
    [`/api/pricing/suggest?product_id=${first}&competitor_cents=0`, admin, 'competitor_cents'],
  ] as const) {
    const answer = await call('GET', path, token);
    t.equal(answer.status, 400, path);
    t.ok((await answer.text()).includes(field), `${path} names ${field}`);
  }
  t.equal((await call('GET', '/api/recommendations?product_id=no-such', '')).status, 404);
  t.equal((await call('GET', '/api/pricing/suggest?product_id=no-such', admin)).status, 404);
  t.equal((await call('PUT', '/api/admin/models/vision', admin, { enabled: true })).status, 400);
  t.equal((await call('PUT', '/api/admin/models/demand', admin, { enabled: 1 })).status, 400);
  const standing = await call('POST', '/api/admin/models/search/trainings', admin, {});
  t.equal(standing.status, 409, 'what learns while it serves is not trained');
  t.match(await standing.json(), { code: 'nothing_to_train', detail: /^name: search / });
});

await t.test('an admin has models trained; the shop answers meanwhile', async (t) => {
  for (const name of ['recommendations', 'demand', 'pricing']) {
    t.equal((await call('POST', `/api/admin/models/${name}/trainings`, admin, {})).status, 202);
  }
  const slowest = { ms: 0 };
  const talk = { goesOn: true };
  const asked = (async () => {
    while (talk.goesOn) {
      const begun = performance.now();
      await get('/api/products?limit=5', '');
      slowest.ms = Math.max(slowest.ms, performance.now() - begun);
      await pause(100);
    }
  })();
  for (const name of ['recommendations', 'demand', 'pricing']) {
    const { training, live, versions } = await until(`${name} is trained`, async () => {
      const status = await statusOf(name);
      return status.training?.endedAt === null ? undefined : status;
    });
    t.equal(training?.problem, null, `${name} had no problem`);
    t.ok(live, `${name} went live: ${String(versions[0]?.reason)}`);
    const [grade] = live?.grades ?? [];
    t.comment(
      `${name}: ${JSON.stringify(live?.grades)}, ${String(live?.rows)} rows, ${String(live?.tookMs)} ms`,
    );
    t.ok(grade !== undefined && grade.baselineValue !== null);
    if (grade?.baselineValue !== undefined && grade.baselineValue !== null) {
      t.ok(grade.higherIsBetter ? grade.ours > grade.baselineValue : grade.ours < grade.baselineValue);
    }
  }
  talk.goesOn = false;
  await asked;
  t.comment(`the slowest list of products meanwhile took ${slowest.ms.toFixed(0)} ms`);
  t.ok(slowest.ms < 5_000);
});

await t.test('recommendations know what is bought together, and what a shopper buys', async (t) => {
  // One slot of twenty shows something further down, the first one too.
  const together = await until('the model serves its first choice', async () => {
    const answer = await get<RecommendedAnswer>(`/api/recommendations?product_id=${first}`, '');
    return answer.degraded || answer.items[0]?.id !== second ? undefined : answer;
  });
  t.match(together.items[0], { because: { kind: 'bought_together' }, reason: /Bought together in/ });
  t.ok(together.items.every(({ available, id }) => available > 0 && id !== first));
  t.match(
    (await get<RecommendedAnswer>('/api/recommendations/personalized', shopper.token)).items[0]?.because,
    { kind: 'popular' },
    'who has bought nothing gets what is popular',
  );
  // Her purchases from now on: those of one of the makers.
  await resources.database.query(`update orders.orders set user_id = $1 where user_id = $2`, [
    shopper.user.id,
    history.userIds[3],
  ]);
  const personal = await until('her purchases are seen', async () => {
    const answer = await get<RecommendedAnswer>('/api/recommendations/personalized', shopper.token);
    return answer.items.some(({ because }) => because.kind === 'bought_before') ? answer : undefined;
  });
  t.equal(personal.degraded, false);
  t.ok(personal.items.length > 0);
});

await t.test('forecasts have bounds and advice; prices have an elasticity and bounds', async (t) => {
  const forecast = await until('the model serves', async () => {
    const answer = await get<DemandForecast & { productId: string }>(
      `/api/analytics/demand-forecast?product_id=${first}&days=60`,
      admin,
    );
    return answer.degraded ? undefined : answer;
  });
  t.equal(forecast.points.length, 60);
  t.equal(forecast.points[0]?.date, new Date().toISOString().slice(0, 10));
  t.equal(new Set(forecast.points.map(({ date }) => date)).size, 60, 'each day once');
  t.ok(
    forecast.points.every(
      ({ lo95, lo80, mean, hi80, hi95 }) =>
        lo95 <= lo80 && lo80 <= mean && mean <= hi80 && hi80 <= hi95 && lo95 >= 0,
    ),
  );
  t.ok(forecast.repeatedFrom !== null, 'the model looks less far ahead than was asked, and says so');
  t.ok((forecast.shape?.weekdays[5] ?? 0) > (forecast.shape?.weekdays[1] ?? 0), 'weekends sell more');
  t.ok((forecast.grade?.wape ?? 9) < 1);
  const longer = await get<DemandForecast>(
    `/api/analytics/demand-forecast?product_id=${first}&days=7&lead_days=30&service_level=0.99`,
    admin,
  );
  t.equal(longer.points.length, 7);
  t.ok(longer.reorder.point > forecast.reorder.point, 'a longer wait and a higher level need more');

  const price = await get<SuggestedPrice>(`/api/pricing/suggest?product_id=${first}`, admin);
  t.equal(price.degraded, false);
  t.comment(`elasticity ${JSON.stringify(price.elasticity)}`);
  t.ok((price.elasticity?.high ?? 0) < 0, 'a higher price sells less, surely');
  t.ok(price.priceCents >= price.bounds.lowestCents && price.priceCents <= price.bounds.highestCents);
  t.ok(price.expectedGainLow <= price.expectedGain && price.expectedGain <= price.expectedGainHigh);
  t.ok(price.reason.length > 10);
  const rival = Math.floor(0.8 * price.priceCents);
  const beside = await get<SuggestedPrice>(
    `/api/pricing/suggest?product_id=${first}&competitor_cents=${String(rival)}`,
    admin,
  );
  t.ok(
    beside.priceCents <= 1.1 * rival,
    `${String(beside.priceCents)} beside a competitor's ${String(rival)}`,
  );
});

await t.test('answers come from memory: fifty of each at once, and none fails', async (t) => {
  for (const [path, token] of [
    [`/api/recommendations?product_id=${first}`, ''],
    ['/api/recommendations/personalized', shopper.token],
    [`/api/analytics/demand-forecast?product_id=${first}&days=28`, admin],
    [`/api/pricing/suggest?product_id=${first}`, admin],
  ] as const) {
    const answers = await Promise.all(
      Array.from({ length: 50 }, () => get<{ readonly degraded: boolean }>(path, token)),
    );
    t.ok(
      answers.every(({ degraded }) => !degraded),
      path,
    );
  }
});

await t.test('a price is applied by the audited change alone, and what came of it is told', async (t) => {
  const before = await get<{ priceCents: number }>(`/api/products/${first}`, '');
  const set = await call('POST', `/api/admin/products/${first}/prices`, admin, {
    priceCents: before.priceCents + 100,
  });
  t.equal(set.status, 201);
  const { items } = await get<{ items: readonly PriceOutcome[] }>(
    `/api/admin/products/${first}/price-outcomes`,
    admin,
  );
  t.match(items[0], {
    priceCents: before.priceCents + 100,
    previousCents: before.priceCents,
    daysBefore: 14,
    daysAfter: 0,
    unitsPerDayAfter: null,
  });
  t.ok((items[0]?.unitsPerDayBefore ?? 0) > 0);
});

await t.test('what was shown to whom is kept, and orders that follow are told to be theirs', async (t) => {
  const { items } = await get<RecommendedAnswer>('/api/recommendations/personalized', shopper.token);
  const bought = items[0]?.id ?? '';
  const outcomes = async () =>
    (
      await get<{ items: readonly ExposureOutcome[] }>('/api/admin/models/recommendations/outcomes', admin)
    ).items.filter(({ surface }) => surface === 'home');
  const sum = (all: readonly ExposureOutcome[], what: 'shown' | 'ordered') =>
    all.reduce((total, outcome) => total + outcome[what], 0);
  await until('exposures are written', async () =>
    sum(await outcomes(), 'shown') >= items.length ? true : undefined,
  );
  t.equal(sum(await outcomes(), 'ordered'), 0);
  await resources.database.query(
    `insert into orders.orders (id, user_id, customer_name, email, status, saga_state, total_cents, currency,
       shipping_address, payment, created_at, updated_at, version)
     values ('follows', $1, 'Ada', '', 'confirmed', 'confirmed', 1, 'USD', '{}', '{}', now(), now(), 1)`,
    [shopper.user.id],
  );
  await resources.database.query(
    `insert into orders.order_item (order_id, line, product_id, sku, name, quantity, price_cents, created_at)
     values ('follows', 1, $1, 's', 'n', 1, 1, now())`,
    [bought],
  );
  await until('the order is told to follow', async () =>
    sum(await outcomes(), 'ordered') === 1 ? true : undefined,
  );
  await resources.database.query(`update orders.orders set status = 'cancelled' where id = 'follows'`);
  t.equal(sum(await outcomes(), 'ordered'), 0, 'what was called off is no order');
});

await t.test('a model switched off answers as if it had never been trained, and comes back', async (t) => {
  t.equal((await call('PUT', '/api/admin/models/recommendations', admin, { enabled: false })).status, 200);
  await until('it is off', async () => {
    const answer = await get<RecommendedAnswer>('/api/recommendations/personalized', shopper.token);
    return answer.degraded ? answer : undefined;
  });
  t.equal((await call('PUT', '/api/admin/models/recommendations', admin, { enabled: true })).status, 200);
  await until('it is on', async () => {
    const answer = await get<RecommendedAnswer>('/api/recommendations/personalized', shopper.token);
    return answer.degraded ? undefined : answer;
  });
  for (const enabled of [false, true]) {
    t.equal((await call('PUT', '/api/admin/models/search', admin, { enabled })).status, 200);
    t.match(await statusOf('search'), { enabled, trained: false, live: null });
    await until(`search is ${enabled ? 'on' : 'off'}`, async () => {
      const found = await get<{ items: readonly unknown[]; degraded: boolean }>(
        '/api/products/search?q=mug',
        '',
      );
      t.ok(found.items.length > 0, 'there is an answer in either way');
      return found.degraded === enabled ? undefined : found;
    });
  }
  const audit = await get<{ items: readonly { action: string; detail?: object }[] }>(
    '/api/admin/audit?action=model.',
    admin,
  );
  t.same(
    audit.items.slice(2, 4).map(({ action, detail }) => ({ action, detail })),
    [
      { action: 'model.switch', detail: { enabled: true } },
      { action: 'model.switch', detail: { enabled: false } },
    ],
  );
});

await t.test('the second version is weighed against the first on the same held-out orders', async (t) => {
  await call('POST', '/api/admin/models/recommendations/trainings', admin, {});
  const status = await until('it is trained again', async () => {
    const now = await statusOf('recommendations');
    return now.versions.length > 1 && now.training?.endedAt !== null ? now : undefined;
  });
  t.match(status.versions[0], { version: 2, reason: /NDCG@10 .* against .* of version 1/ });
});
