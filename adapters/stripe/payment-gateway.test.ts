import t, { type Test } from 'tap';
import { systemClock } from '../../core/kernel/clock.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import { silentLogger } from '../../core/kernel/logger.ts';
import type { PaymentGateway } from '../../core/services/payments/gateway.ts';
import { createPayments } from '../../core/services/payments/payments.ts';
import { createStage, messageOf } from '../contracts/participant-stage.ts';
import { MemoryDatabase } from '../simulated/stores/database.ts';
import { MemoryPaymentStore } from '../simulated/stores/payments.ts';
import { createStripeClient } from './client.ts';
import { createStripeGateway } from './payment-gateway.ts';
import { StripeServer } from './testing-server.ts';

const { signal } = new AbortController();
const money = (key: string, amountCents = 4_200) => ({
  key,
  orderId: `order-${key}`,
  amountCents,
  currency: 'USD',
});
const order = (key: string, token?: string) => ({
  ...money(key),
  method: 'credit_card',
  ...(token === undefined ? {} : { token }),
});
const card = 'pm_card_visa';

interface Rig {
  readonly stripe: StripeServer;
  readonly gateway: PaymentGateway;
  /** Requests to confirm an intent: each might move money. */
  readonly confirmations: () => number;
}

async function rig(t: Test, options: { secretKey?: string; logger?: Logger } = {}): Promise<Rig> {
  const stripe = new StripeServer();
  const origin = await stripe.start();
  const { secretKey = stripe.secretKey, logger = silentLogger } = options;
  const client = createStripeClient({ secretKey, origin, requestTimeoutMs: 400 });
  t.teardown(async () => {
    client.close();
    await stripe.stop();
  });
  return {
    stripe,
    gateway: createStripeGateway({ api: client.api, logger }),
    confirmations: () => stripe.requests.filter((name) => name.endsWith('/confirm')).length,
  };
}

t.test('a card is charged once, however often it is asked', async (t) => {
  const { stripe, gateway } = await rig(t);
  const first = await gateway.charge(order('a', card), signal);
  t.match(first, { kind: 'approved', transactionId: /^pi_/ });
  t.same(await gateway.charge(order('a', card), signal), first);
  t.same(await gateway.lookup(money('a'), signal), first);
  t.match(await gateway.charge(order('b', 'tok_visa'), signal), { kind: 'approved' }, 'card tokens pay too');
  t.equal(stripe.intents.size, 2);
  t.equal(stripe.heldCents, 8_400);
  const [intent] = stripe.intents.values();
  t.match(intent, { amount: 4_200, currency: 'usd', metadata: { chargeKey: 'a', orderId: 'order-a' } });
});

t.test('two charges of one key at the same moment take the money once', async (t) => {
  const { stripe, gateway } = await rig(t);
  stripe.bankMs = 50;
  const both = await Promise.allSettled([
    gateway.charge(order('a', card), signal),
    gateway.charge(order('a', card), signal),
  ]);
  t.ok(both.some(({ status }) => status === 'fulfilled'));
  for (const outcome of both) {
    if (outcome.status === 'rejected')
      t.match(outcome.reason, { code: 'gateway_unavailable', retryable: true });
  }
  t.match(await gateway.charge(order('a', card), signal), { kind: 'approved' });
  t.equal(stripe.heldCents, 4_200);
});

t.test("a decline has the bank's reason, again and again", async (t) => {
  const { stripe, gateway } = await rig(t);
  for (const [token, reason] of [
    ['pm_card_chargeDeclined', 'generic_decline'],
    ['tok_chargeDeclinedInsufficientFunds', 'insufficient_funds'],
    ['pm_card_chargeDeclinedExpiredCard', 'expired_card'],
    ['pm_card_authenticationRequired', 'authentication_required'],
  ] as const) {
    const declined = { kind: 'declined' as const, reason };
    t.same(await gateway.charge(order(token, token), signal), declined);
    t.same(await gateway.charge(order(token, token), signal), declined);
    t.same(await gateway.lookup(money(token), signal), declined);
  }
  t.equal(stripe.heldCents, 0);
});

t.test('what can not be charged is declined: no token, a wrong one, too little money', async (t) => {
  const { stripe, gateway } = await rig(t);
  t.same(await gateway.charge(order('a'), signal), { kind: 'declined', reason: 'payment_method_missing' });
  t.same(await gateway.charge(order('b', 'card 4242'), signal), {
    kind: 'declined',
    reason: 'payment_method_invalid',
  });
  t.equal(stripe.requests.length, 0, 'Stripe is not asked about those');
  for (const token of ['tok_ok', 'pm_nobody']) {
    t.same(await gateway.charge(order(token, token), signal), {
      kind: 'declined',
      reason: 'payment_method_invalid',
    });
  }
  t.same(await gateway.charge({ ...order('c', card), amountCents: 20 }, signal), {
    kind: 'declined',
    reason: 'amount_too_small',
  });
});

t.test('an intent that waits for the shopper is given up and declined', async (t) => {
  const { stripe, gateway } = await rig(t);
  await t.rejects(gateway.charge(order('a', 'pm_then_requires_action'), signal), {
    code: 'gateway_undecided',
  });
  const declined = { kind: 'declined' as const, reason: 'authentication_required' };
  t.same(await gateway.lookup(money('a'), signal), declined);
  t.equal([...stripe.intents.values()][0]?.status, 'canceled', 'nobody can pay it any more');
});

t.test('an intent under way is pending, for a charge, an inquiry and a refund', async (t) => {
  const { gateway } = await rig(t);
  const undecided = { code: 'gateway_undecided', retryable: true };
  await t.rejects(gateway.charge(order('a', 'pm_then_processing'), signal), undecided);
  t.same(await gateway.lookup(money('a'), signal), { kind: 'pending' });
  await t.rejects(gateway.refund(money('a'), signal), undecided);
});

t.test('an inquiry moves no money and says absent only when nothing is under way', async (t) => {
  const { stripe, gateway, confirmations } = await rig(t);
  t.same(await gateway.lookup(money('never'), signal), { kind: 'absent' });
  t.equal(confirmations(), 0);

  stripe.bankMs = 300;
  const charge = gateway.charge(order('slow', card), signal);
  while (confirmations() === 0) await new Promise((resolve) => setTimeout(resolve, 5));
  await t.rejects(gateway.lookup(money('slow'), signal), { code: 'gateway_unavailable', retryable: true });
  t.match(await charge, { kind: 'approved' });
  t.match(await gateway.lookup(money('slow'), signal), { kind: 'approved' });
});

t.test('lost answers are found by key, and asking again charges nobody twice', async (t) => {
  const { stripe, gateway } = await rig(t);
  const unknown = { code: 'gateway_unavailable', retryable: true };
  for (const [key, path] of [
    ['intent lost', /payment_intents$/],
    ['confirmation lost', /confirm$/],
  ] as const) {
    stripe.next(path, { at: 'after' });
    await t.rejects(gateway.charge(order(key, card), signal), unknown, key);
    await gateway.lookup(money(key), signal);
    t.match(await gateway.charge(order(key, card), signal), { kind: 'approved' }, key);
  }
  stripe.next(/confirm$/, { at: 'before' });
  await t.rejects(gateway.charge(order('never arrived', card), signal), unknown);
  t.same(await gateway.lookup(money('never arrived'), signal), { kind: 'absent' });
  t.match(await gateway.charge(order('never arrived', card), signal), { kind: 'approved' });
  stripe.next(/confirm$/, { at: 'late', delayMs: 600 });
  await t.rejects(gateway.charge(order('too slow', card), signal), unknown);
  t.match(await gateway.lookup(money('too slow'), signal), { kind: 'approved' });
  t.equal(stripe.heldCents, 4 * 4_200);
});

t.test('a failure that Stripe remembers under a key does not block the order for a day', async (t) => {
  const { stripe, gateway } = await rig(t);
  for (const [key, path, at] of [
    ['intent', /payment_intents$/, 'before'],
    ['confirmation', /confirm$/, 'before'],
    ['confirmed all the same', /confirm$/, 'after'],
  ] as const) {
    stripe.next(path, { at, status: 500 });
    await t.rejects(gateway.charge(order(key, card), signal), { code: 'gateway_unavailable' }, key);
    const found = await gateway.lookup(money(key), signal);
    t.equal(found.kind, at === 'after' ? 'approved' : 'absent', key);
    t.match(await gateway.charge(order(key, card), signal), { kind: 'approved' }, key);
    t.match(await gateway.lookup(money(key), signal), { kind: 'approved' }, key);
  }
  t.equal(stripe.heldCents, 3 * 4_200);
});

t.test('busy or broken, Stripe says nothing about the money', async (t) => {
  const { stripe, gateway } = await rig(t);
  for (const status of [429, 500, 502, 503]) {
    stripe.next(/payment_intents$/, { at: 'before', status });
    await t.rejects(gateway.charge(order(String(status), card), signal), {
      code: 'gateway_unavailable',
      retryable: true,
    });
  }
  t.equal(stripe.heldCents, 0);
});

t.test('after a day, when the keys are forgotten, a charge is still found', async (t) => {
  const { stripe, gateway } = await rig(t);
  const first = await gateway.charge(order("o'hara\\1", card), signal);
  await gateway.charge(order('declined', 'pm_card_chargeDeclined'), signal);
  stripe.forgetKeys();
  t.same(await gateway.lookup(money("o'hara\\1"), signal), first);
  t.same(await gateway.lookup(money("o'hara\\1"), signal), first, 'and again, from the same search');
  t.same(await gateway.lookup(money('declined'), signal), { kind: 'declined', reason: 'generic_decline' });
  t.match(await gateway.refund(money("o'hara\\1"), signal), { kind: 'refunded' });
  t.equal(stripe.heldCents, 0);
});

t.test('a key that stands for other money is refused, and an operator is told', async (t) => {
  const told: string[] = [];
  const { stripe, gateway } = await rig(t, {
    logger: { ...silentLogger, error: (_fields, text) => told.push(text) },
  });
  await gateway.charge(order('a', card), signal);
  await t.rejects(gateway.lookup({ ...money('a'), amountCents: 1_000 }, signal), { code: 'key_reused' });
  for (const id of stripe.intents.keys()) stripe.unsearchable.add(id);
  await t.rejects(gateway.lookup({ ...money('a'), amountCents: 1_000 }, signal), {
    code: 'gateway_refuses_us',
  });
  t.match(told, [/an operator must look/]);
});

t.test('a wrong secret key says nothing about the money, and an operator is told each time', async (t) => {
  const told: object[] = [];
  const { gateway } = await rig(t, {
    secretKey: 'sk_test_wrong',
    logger: { ...silentLogger, error: (fields) => told.push(fields) },
  });
  const refused = { code: 'gateway_refuses_us', retryable: true };
  await t.rejects(gateway.charge(order('a', card), signal), refused);
  await t.rejects(gateway.lookup(money('a'), signal), refused);
  t.equal(told.length, 2);
  t.notMatch(JSON.stringify(told), /sk_test_wrong/);
});

t.test('no confirmation begins after the caller stopped waiting', async (t) => {
  const { stripe, gateway, confirmations } = await rig(t);
  const waiting = new AbortController();
  stripe.next(/payment_intents$/, { at: 'late', delayMs: 50 });
  const charge = gateway.charge(order('a', card), waiting.signal);
  while (stripe.requests.length === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  waiting.abort();
  await t.rejects(charge, { code: 'gateway_unavailable' });
  t.equal(confirmations(), 0);
});

t.test('money is given back once, whoever asks how often', async (t) => {
  const { stripe, gateway } = await rig(t);
  await gateway.charge(order('a', card), signal);
  const back = await gateway.refund(money('a'), signal);
  t.match(back, { kind: 'refunded', refundId: /^re_/ });
  t.same(await gateway.refund(money('a'), signal), back);
  stripe.forgetKeys();
  t.same(await gateway.refund(money('a'), signal), back, 'also a day later');
  t.equal(stripe.refunds.size, 1);
  t.equal(stripe.heldCents, 0);
});

t.test('a refund whose answer was lost is found', async (t) => {
  const { stripe, gateway } = await rig(t);
  for (const fault of [{ at: 'after' }, { at: 'before' }, { at: 'before', status: 500 }] as const) {
    const key = JSON.stringify(fault);
    await gateway.charge(order(key, card), signal);
    stripe.next(/POST \/v1\/refunds$/, fault);
    await t.rejects(gateway.refund(money(key), signal), { code: 'gateway_unavailable', retryable: true });
    t.match(await gateway.refund(money(key), signal), { kind: 'refunded' }, key);
  }
  t.equal(stripe.refunds.size, 3);
  t.equal(stripe.heldCents, 0);
});

t.test('a refund on its way is waited for; one that failed is refused and can be made again', async (t) => {
  const { stripe, gateway } = await rig(t);
  await gateway.charge(order('a', card), signal);
  stripe.refundStatus = 'pending';
  await t.rejects(gateway.refund(money('a'), signal), { code: 'gateway_undecided', retryable: true });
  await t.rejects(gateway.refund(money('a'), signal), { code: 'gateway_undecided', retryable: true });
  const [pending] = stripe.refunds.values();
  t.equal(stripe.refunds.size, 1);
  if (pending !== undefined) pending.status = 'failed';

  stripe.refundStatus = 'failed';
  t.same(await gateway.refund(money('a'), signal), { kind: 'refundRefused', reason: 'lost_or_stolen_card' });
  stripe.refundStatus = 'succeeded';
  t.match(await gateway.refund(money('a'), signal), { kind: 'refunded' });
  t.equal(stripe.heldCents, 0);
});

t.test('there is nothing to give back where nothing was charged', async (t) => {
  const { gateway } = await rig(t);
  const refused = { kind: 'refundRefused' as const, reason: 'nothing was charged' };
  t.same(await gateway.refund(money('never'), signal), refused);
  await gateway.charge(order('declined', 'pm_card_chargeDeclined'), signal);
  t.same(await gateway.refund(money('declined'), signal), refused);
});

t.test('the payments service on Stripe: each order is told once what became of its money', async (t) => {
  const { stripe, gateway } = await rig(t);
  const stage = createStage();
  const payments = createPayments({
    tools: { ...stage.tools, clock: systemClock },
    store: new MemoryPaymentStore(new MemoryDatabase({ services: { payments: [] }, now: Date.now })),
    gateway,
    callTimeoutMs: 2_000,
  });
  const base = (name: string) => ({ orderId: name, chargeKey: name, amountCents: 4_200, currency: 'USD' });
  const ask = (name: string, token: string) =>
    messageOf(`${name}/ask`, 'payment.requested', {
      ...base(name),
      userId: 'ann',
      method: { type: 'credit_card', token },
    });
  const handled = async (message: ReturnType<typeof ask>): Promise<void> => {
    for (let attempt = 0; attempt < 5; attempt += 1) {
      try {
        await payments.handle(message);
        return;
      } catch (error) {
        t.match(error, { code: 'payment_unknown', retryable: true });
      }
    }
  };
  stripe.next(/payment_intents$/, { at: 'after' });
  stripe.next(/confirm$/, { at: 'before', status: 500 });
  stripe.next(/confirm$/, { at: 'after' });
  await handled(ask('paid', card));
  await handled(ask('refused', 'pm_card_chargeDeclined'));
  stripe.next(/POST \/v1\/refunds$/, { at: 'after' });
  await handled(messageOf('paid/back', 'payment.refund.requested', { ...base('paid'), reason: 'cancelled' }));
  t.match(stage.sent, [
    { type: 'payment.processed', data: { orderId: 'paid', transactionId: /^pi_/ } },
    { type: 'payment.failed', data: { orderId: 'refused', reason: 'generic_decline' } },
    { type: 'payment.refunded', data: { amountCents: 4_200, refundId: /^re_/ } },
  ]);
  t.equal(stage.sent.length, 3);
  t.equal(stripe.heldCents, 0);
});
