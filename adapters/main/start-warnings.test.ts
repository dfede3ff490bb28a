import t from 'tap';
import { loadSettings } from './settings.ts';
import { isPrivate, startWarnings } from './start-warnings.ts';

const told = (environment: Record<string, string>) => startWarnings(loadSettings(environment));
const SUBSET = { DATABASE_URL: 'postgres://db', AMQP_URL: 'amqp://rabbit' };
const MAIL = { SMTP_URL: 'smtp://mail' };

t.test('on one machine, and behind TLS, there is nothing to warn of', (t) => {
  t.same(told({}), []);
  t.same(told({ HOST: '::1' }), []);
  t.same(told({ PUBLIC_URL: 'http://localhost:8000', ...MAIL }), []);
  t.same(told({ HOST: '0.0.0.0', PUBLIC_URL: 'https://shop.example', ...MAIL }), []);
  t.end();
});

t.test('a session over plain http is warned of, with what to do', (t) => {
  const what = /session cookie.*TLS.*PUBLIC_URL=https/;
  for (const open of [{ HOST: '0.0.0.0' }, { HOST: '10.0.0.7' }, { PUBLIC_URL: 'http://shop.example' }]) {
    const lines = told({ ...open, ...MAIL });
    t.equal(lines.length, 1, JSON.stringify(open));
    t.match(lines[0], what);
  }
  t.same(told({ HOST: '0.0.0.0', SERVICES: 'orders', ...SUBSET }), [], 'a worker has no sessions');
  t.end();
});

t.test('letters that reach nobody are warned of, unless the outbox is theirs who run it', (t) => {
  t.match(told({ PUBLIC_URL: 'https://shop.example' }), [/^SMTP_URL is unset: .*passwords reach nobody/]);
  t.match(told({ SERVICES: 'notifications', ...SUBSET }), [/^SMTP_URL is unset/]);
  t.equal(isPrivate(loadSettings({})), true);
  for (const open of [
    { HOST: '0.0.0.0' },
    { PUBLIC_URL: 'http://localhost' },
    { SERVICES: 'gateway', ...SUBSET },
  ]) {
    t.equal(isPrivate(loadSettings(open)), false, JSON.stringify(open));
  }
  t.end();
});

t.test('a checkout that can not take cards is warned of', (t) => {
  const key = { STRIPE_SECRET_KEY: 'sk_test_1' };
  t.match(told(key), [/^STRIPE_PUBLISHABLE_KEY is unset/]);
  t.same(told({ ...key, STRIPE_PUBLISHABLE_KEY: 'pk_test_1' }), []);
  t.end();
});
