import t from 'tap';
import { withGateway } from './testing.ts';

const LIMITS = { rateLimitPerMinute: 0, checkoutLimitPerMinute: 0 };

await t.test(
  'a checkout page learns who takes the payments, and the policy opens for Stripe only then',
  async (t) => {
    const cases = [
      [LIMITS, { gateway: 'simulated' }, false],
      [{ ...LIMITS, payment: { gateway: 'stripe' } }, { gateway: 'stripe' }, false],
      [
        { ...LIMITS, payment: { gateway: 'stripe', publishableKey: 'pk_test_1' } },
        { gateway: 'stripe', publishableKey: 'pk_test_1' },
        true,
      ],
    ] as const;
    for (const [settings, told, open] of cases) {
      await withGateway({ settings }, async (rig) => {
        const answer = await rig.call('GET', '/api/payments/config');
        t.strictSame(answer.json(), told);
        const policy = String(answer.headers['content-security-policy']);
        t.equal(policy.includes('stripe.com'), open, policy);
        t.match(policy, open ? /script-src 'self' https:\/\/js\.stripe\.com/ : /script-src 'self';/);
      });
    }
  },
);
