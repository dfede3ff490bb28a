import t from 'tap';
import { silentLogger } from '../../core/kernel/logger.ts';
import { createBreaker } from './breaker.ts';
import { guardGateway } from './partners.ts';

const fails = () => Promise.reject(new Error('down'));
const settle = async (call: Promise<unknown>): Promise<void> => {
  await call.catch(() => undefined);
};

t.test('after too many failures calls are refused at once, and later let through again', async (t) => {
  const breaker = createBreaker({ name: 'partner', logger: silentLogger, restMs: 50, callsMin: 5 });
  t.equal(await breaker.guard(() => Promise.resolve(1)), 1);
  for (let call = 0; call < 6; call += 1) await settle(breaker.guard(fails));
  t.ok(breaker.open());
  let asked = false;
  const refused = breaker.guard(() => {
    asked = true;
    return Promise.resolve(2);
  });
  await t.rejects(refused, { code: 'circuit_open', retryable: true });
  t.notOk(asked, 'the partner is left alone');
  await new Promise((resolve) => setTimeout(resolve, 80));
  t.equal(await breaker.guard(() => Promise.resolve(3)), 3);
  t.notOk(breaker.open());
  breaker.close();
});

t.test('an error of the call itself comes through as it is', async (t) => {
  const breaker = createBreaker({ name: 'partner', logger: silentLogger });
  await t.rejects(breaker.guard(fails), { message: 'down' });
  breaker.close();
});

t.test('charges that stay silent do not keep us from asking by key', async (t) => {
  const charges = createBreaker({ name: 'charges', logger: silentLogger, callsMin: 2 });
  const inquiries = createBreaker({ name: 'inquiries', logger: silentLogger, callsMin: 2 });
  const gateway = guardGateway(
    {
      charge: fails,
      lookup: () => Promise.resolve({ kind: 'absent' }),
      refund: () => Promise.resolve({ kind: 'refunded', refundId: 'r' }),
    },
    { charges, inquiries },
  );
  const { signal } = new AbortController();
  const order = { key: 'k', orderId: 'k', amountCents: 1, currency: 'USD', method: 'paypal' };
  for (let call = 0; call < 4; call += 1) await settle(gateway.charge(order, signal));
  await t.rejects(gateway.charge(order, signal), { code: 'circuit_open' });
  t.same(await gateway.lookup(order, signal), { kind: 'absent' });
  t.match(await gateway.refund(order, signal), { kind: 'refunded' });
  charges.close();
  inquiries.close();
});
