import t from 'tap';
import { microBatch } from '../../core/engine/micro-batch.ts';
import { systemClock } from '../../core/kernel/clock.ts';
import { silentLogger } from '../../core/kernel/logger.ts';
import { withTestPglite } from '../embedded/testing.ts';
import { migrate } from '../postgres/migrate.ts';
import { simulatedGatewayMigrations } from '../postgres/payments/schema.ts';
import { openPartners, openPaymentWebhooks } from './partners.ts';
import { loadSettings } from './settings.ts';

const { signal } = new AbortController();
const order = { key: 'k', orderId: 'k', amountCents: 100, currency: 'USD', method: 'credit_card' };

t.test('Stripe takes the payments where its key is set, else the simulated gateway', async (t) => {
  await withTestPglite(async (database) => {
    await migrate(database, [simulatedGatewayMigrations]);
    const open = (environment: Readonly<Record<string, string>>) =>
      openPartners({
        settings: loadSettings(environment),
        database,
        microBatch,
        clock: systemClock,
        random: Math.random,
        logger: silentLogger,
      });
    const simulated = await open({ PAYMENT_FAILURE_RATE: '0' });
    t.match(await simulated.gateway.charge(order, signal), { kind: 'approved' });
    simulated.close();
    const stripe = await open({ PAYMENT_FAILURE_RATE: '0', STRIPE_SECRET_KEY: 'sk_test_1' });
    t.same(await stripe.gateway.charge(order, signal), {
      kind: 'declined',
      reason: 'payment_method_missing',
    });
    stripe.close();
  });
});

t.test('what Stripe tells is heard only with a secret to check it by', async (t) => {
  const open = (environment: Readonly<Record<string, string>>) =>
    openPaymentWebhooks({
      settings: loadSettings(environment),
      payments: { transactions: () => Promise.resolve([]) },
      send: () => Promise.resolve(),
      logger: silentLogger,
    });
  t.equal(await open({}), undefined);
  t.equal(await open({ STRIPE_SECRET_KEY: 'sk_test_1' }), undefined);
  const webhooks = await open({ STRIPE_SECRET_KEY: 'sk_test_1', STRIPE_WEBHOOK_SECRET: 'whsec_1' });
  t.equal(await webhooks?.take(Buffer.from('{}'), 't=1,v1=00'), 'refused');
});
