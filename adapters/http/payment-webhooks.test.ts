import t from 'tap';
import { OrreryError } from '../../core/kernel/errors.ts';
import type { PaymentWebhooks } from './routes/payment-webhooks.ts';
import { withGateway } from './testing.ts';

const URL = '/api/payments/webhooks/stripe';
const BODY = { id: 'evt_1', note: 'äöü', nested: { spaces: true } };

t.test('a signed call is handed on byte by byte, whoever sends it', async (t) => {
  const calls: { readonly body: string; readonly signature: string | undefined }[] = [];
  const paymentWebhooks: PaymentWebhooks = {
    take: (body, signature) => {
      calls.push({ body: Buffer.from(body).toString('utf8'), signature });
      return Promise.resolve(signature === 'good' ? 'taken' : 'refused');
    },
  };
  await withGateway({ paymentWebhooks }, async (rig) => {
    const good = await rig.call('POST', URL, { body: BODY, headers: { 'stripe-signature': 'good' } });
    t.equal(good.statusCode, 200);
    t.same(good.json(), { received: true });
    t.same(calls, [{ body: JSON.stringify(BODY), signature: 'good' }]);

    for (const headers of [{}, { 'stripe-signature': 'bad' }]) {
      const refused = await rig.call('POST', URL, { body: BODY, headers });
      t.equal(refused.statusCode, 400);
      t.match(refused.json(), { code: 'webhook_signature', errors: [{ path: 'stripe-signature' }] });
    }
    const long = await rig.call('POST', URL, { body: { text: 'x'.repeat(100_000) } });
    t.equal(long.statusCode, 400, 'an event may be longer than a request of a shopper');
    const tooLong = await rig.call('POST', URL, { body: { text: 'x'.repeat(600_000) } });
    t.equal(tooLong.statusCode, 413);
  });
});

t.test('a call that could not be handled is answered 503, so that it comes again', async (t) => {
  const paymentWebhooks: PaymentWebhooks = {
    take: () => Promise.reject(new OrreryError('store_unavailable', 'away', { retryable: true })),
  };
  await withGateway({ paymentWebhooks }, async (rig) => {
    const answer = await rig.call('POST', URL, { body: BODY, headers: { 'stripe-signature': 'good' } });
    t.equal(answer.statusCode, 503);
  });
});

t.test('without a secret there is no such address', async (t) => {
  await withGateway({}, async (rig) => {
    const answer = await rig.call('POST', URL, { body: BODY, headers: { 'stripe-signature': 'good' } });
    t.equal(answer.statusCode, 404);
    t.match(answer.headers['content-type'], /problem\+json/);
  });
});
