import { readFileSync } from 'node:fs';
import { parseEnv } from 'node:util';
import t from 'tap';
import { loadSettings, SERVICE_NAMES, SettingsError, settingsSchema } from './settings.ts';

function refused(environment: Record<string, string>): string[] {
  try {
    loadSettings(environment);
  } catch (error) {
    if (error instanceof SettingsError) return error.message.split('\n');
    throw error;
  }
  return [];
}

t.test('nothing set gives the embedded default', (t) => {
  const settings = loadSettings({ PATH: '/bin' });
  t.match(settings, { port: 8000, host: '127.0.0.1', dataDir: '.data', partitions: 16, logLevel: 'info' });
  t.match(settings, { databaseUrl: undefined, amqpUrl: undefined, redisUrl: undefined, smtpUrl: undefined });
  t.match(settings, { paymentFailureRate: 0.2, paymentTimeoutMs: 30_000, reservationHoldSeconds: 600 });
  t.match(settings, { shippingTimeScale: 10_000, fraudReviewAbove: 80, checkoutLimitPerMinute: 3 });
  t.same(settings.services, SERVICE_NAMES);
  t.end();
});

t.test('empty is unset, and blanks around a value do not count', (t) => {
  t.equal(loadSettings({ PORT: '', DATABASE_URL: '' }).port, 8000);
  t.equal(loadSettings({ PORT: ' 9000 ' }).port, 9000);
  t.end();
});

t.test('values are read as what they are', (t) => {
  const settings = loadSettings({
    PORT: '0',
    SERVICES: 'gateway, orders',
    DATABASE_URL: 'postgresql://me:pw@db:5432/shop',
    AMQP_URL: 'amqps://rabbit',
    REDIS_URL: 'redis://cache:6379/2',
    PAYMENT_FAILURE_RATE: '0.35',
    FRAUD_REVIEW_ABOVE: '100',
  });
  t.match(settings, {
    port: 0,
    services: ['gateway', 'orders'],
    paymentFailureRate: 0.35,
    fraudReviewAbove: 100,
  });
  t.match(settings, { databaseUrl: 'postgresql://me:pw@db:5432/shop', redisUrl: 'redis://cache:6379/2' });
  t.same(loadSettings({ SERVICES: 'all' }).services, SERVICE_NAMES);
  t.end();
});

t.test('a wrong value is told with its name, the value and what is allowed, one line each', (t) => {
  const lines = refused({ PORT: '80x', LOG_LEVEL: 'loud', SHIPPING_TIME_SCALE: '0' });
  t.same(lines, [
    'PORT is "80x": must be a whole number from 0 to 65,535',
    'SHIPPING_TIME_SCALE is "0": must be a whole number from 1 to 1,000,000',
    'LOG_LEVEL is "loud": must be one of trace, debug, info, warn, error, fatal, silent',
  ]);
  t.end();
});

t.test('each value beyond its range is refused', (t) => {
  const beyond: readonly (readonly [string, string])[] = [
    ['PORT', '65536'],
    ['PORT', '-1'],
    ['PORT', '1.5'],
    ['PORT', '1e3'],
    ['HOST', 'a b'],
    ['PARTITIONS', '0'],
    ['PARTITIONS', '101'],
    ['PAYMENT_FAILURE_RATE', '1.01'],
    ['PAYMENT_FAILURE_RATE', 'NaN'],
    ['FRAUD_REVIEW_ABOVE', '100.5'],
    ['SHIPPING_TIME_SCALE', '1000001'],
    ['DATABASE_URL', 'mysql://db'],
    ['DATABASE_URL', 'postgres://host:port'],
    ['AMQP_URL', 'http://rabbit'],
    ['LOCAL_HOPS', 'maybe'],
    ['REDIS_URL', 'localhost:6379'],
    ['SMTP_URL', 'mail.example'],
    ['ADMIN_EMAIL', 'root'],
    ['ADMIN_PASSWORD', 'short'],
    ['SESSION_SECRET', 'too short'],
    ['STRIPE_SECRET_KEY', 'pk_live_1'],
    ['STRIPE_WEBHOOK_SECRET', 'secret'],
    ['STRIPE_PUBLISHABLE_KEY', 'sk_live_1'],
    ['PUBLIC_URL', 'shop.example'],
    ['PUBLIC_URL', 'ftp://shop.example'],
    ['PUBLIC_URL', 'https://shop.example/shop'],
    ['PUBLIC_URL', 'https://me@shop.example'],
    ['PUBLIC_URL', 'https://shop.example?'],
  ];
  for (const [name, value] of beyond) {
    const lines = refused({ [name]: value });
    t.equal(lines.length, 1, `${name}=${value} is one line`);
    t.match(lines[0], new RegExp(`^${name} is .*: must `), `${name}=${value} is told`);
  }
  t.end();
});

t.test('what Stripe tells is heard only where Stripe takes the payments', (t) => {
  const key = { STRIPE_SECRET_KEY: 'sk_test_1' };
  const secret = { STRIPE_WEBHOOK_SECRET: 'whsec_1' };
  t.match(loadSettings({ ...key, ...secret }), {
    stripeSecretKey: 'sk_test_1',
    stripeWebhookSecret: 'whsec_1',
  });
  t.same(refused(key), []);
  t.match(refused(secret), [/^STRIPE_SECRET_KEY is unset: must be set when STRIPE_WEBHOOK_SECRET is$/]);
  const page = { STRIPE_PUBLISHABLE_KEY: 'pk_test_1' };
  t.match(loadSettings({ ...key, ...page }), { stripePublishableKey: 'pk_test_1' });
  t.match(refused(page), [/^STRIPE_SECRET_KEY is unset: must be set when STRIPE_PUBLISHABLE_KEY is$/]);
  t.end();
});

t.test('the address of the shop is an origin', (t) => {
  t.equal(loadSettings({ PUBLIC_URL: 'https://Shop.example:443/' }).publicUrl, 'https://shop.example');
  t.equal(loadSettings({ PUBLIC_URL: 'http://10.0.0.7:8000' }).publicUrl, 'http://10.0.0.7:8000');
  t.end();
});

t.test('secrets are never told', (t) => {
  const text = refused({
    ADMIN_PASSWORD: 'hunter2',
    SESSION_SECRET: 'hunter2',
    STRIPE_SECRET_KEY: 'hunter2',
    STRIPE_WEBHOOK_SECRET: 'hunter2',
    DATABASE_URL: 'mysql://me:hunter2@db/shop',
    AMQP_URL: 'http://me:hunter2@db/shop',
  }).join('\n');
  t.equal(text.split('\n').length, 6);
  t.notMatch(text, /hunter2/);
  t.end();
});

t.test('an unknown service, one named twice or none at all is refused', (t) => {
  for (const value of ['gateway,warehouse', 'orders,orders', 'orders,', ',', 'ALL']) {
    t.match(
      refused({ SERVICES: value }),
      [/^SERVICES is .*must be "all" or a list of gateway, accounts/],
      value,
    );
  }
  t.end();
});

t.test('a subset of the services needs a database and a broker to share', (t) => {
  t.match(refused({ SERVICES: 'gateway' }), [/^DATABASE_URL is unset/, /^AMQP_URL is unset/]);
  t.match(refused({ SERVICES: 'gateway', DATABASE_URL: 'postgres://db' }), [/^AMQP_URL is unset/]);
  t.same(refused({ SERVICES: 'gateway', DATABASE_URL: 'postgres://db', AMQP_URL: 'amqp://rabbit' }), []);
  t.same(refused({ SERVICES: SERVICE_NAMES.join(',') }), [], 'all of them by name is no subset');
  t.end();
});

t.test('an order never waits longer for its payment than its stock is held', (t) => {
  t.match(refused({ PAYMENT_TIMEOUT_MS: '2000', RESERVATION_HOLD_SECONDS: '2' }), [
    /^PAYMENT_TIMEOUT_MS is 2000: must be shorter than RESERVATION_HOLD_SECONDS, which is 2 \(2000 ms\)/,
  ]);
  t.same(refused({ PAYMENT_TIMEOUT_MS: '1999', RESERVATION_HOLD_SECONDS: '2' }), []);
  t.end();
});

t.test('.env.example has every setting, with its default and its description', (t) => {
  const text = readFileSync('.env.example', 'utf8');
  t.same(parseEnv(text), {}, 'copied as it is, it sets nothing');
  const lines = text.split('\n');
  const told = Object.entries(parseEnv(lines.map((line) => line.replace(/^#(?=[A-Z])/, '')).join('\n')));
  t.same(told.map(([name]) => name).sort(), Object.keys(settingsSchema.shape).sort());
  t.same(loadSettings(Object.fromEntries(told)), loadSettings({}), 'its values are the defaults');
  for (const [name, schema] of Object.entries(settingsSchema.shape)) {
    const at = lines.findIndex((line) => line.startsWith(`#${name}=`));
    t.equal(lines[at - 1], `# ${schema.description ?? ''}`, `${name} is described`);
  }
  t.end();
});

t.test("the README's table has every setting", (t) => {
  const readme = readFileSync('README.md', 'utf8');
  for (const name of Object.keys(settingsSchema.shape)) {
    t.match(readme, new RegExp(`\\| \`${name}\``), `${name} is in the table`);
  }
  t.end();
});
