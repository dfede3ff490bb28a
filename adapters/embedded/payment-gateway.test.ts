import t from 'tap';
import { microBatch } from '../../core/engine/micro-batch.ts';
import { systemClock } from '../../core/kernel/clock.ts';
import { gatewayLedgerContract } from '../contracts/gateway-ledger.ts';
import { MemoryGatewayLedger } from '../simulated/stores/payments.ts';
import { createSimulatedGateway } from './payment-gateway.ts';

const signal = new AbortController().signal;
const fresh = (failureRate = 0.2, ledger = new MemoryGatewayLedger(), latencyMs = 0) =>
  createSimulatedGateway({
    ledger,
    microBatch,
    clock: systemClock,
    random: () => 0.5,
    failureRate,
    latencyMs,
  });
const order = (key: string, token?: string) => ({
  key,
  orderId: key,
  amountCents: 100,
  currency: 'USD',
  method: 'credit_card',
  ...(token === undefined ? {} : { token }),
});

await gatewayLedgerContract(t, new MemoryGatewayLedger());

t.test('test tokens decide, whatever the failure rate', async (t) => {
  const strict = fresh(1);
  t.match(await strict.charge(order('ok', 'tok_ok'), signal), { kind: 'approved' });
  const lenient = fresh(0);
  for (const [token, reason] of [
    ['tok_declined', 'declined'],
    ['tok_insufficient_funds', 'insufficient_funds'],
    ['tok_expired_card', 'expired_card'],
    ['tok_from_elsewhere', 'invalid_token'],
    ['constructor', 'invalid_token'],
  ] as const) {
    t.same(await lenient.charge(order(token, token), signal), { kind: 'declined', reason });
  }
});

t.test('without a token the failure rate applies, by key: a repeat has the same verdict', async (t) => {
  const keys = Array.from({ length: 2_000 }, (_, index) => `order-${String(index)}`);
  const one = fresh();
  const other = fresh();
  const verdicts = await Promise.all(keys.map((key) => one.charge(order(key), signal)));
  const again = await Promise.all(keys.map((key) => other.charge(order(key), signal)));
  t.same(again, verdicts);
  const share = verdicts.filter(({ kind }) => kind === 'declined').length / keys.length;
  t.ok(share > 0.17 && share < 0.23, `share declined: ${String(share)}`);
});

t.test('tok_timeout never answers and never moves money', async (t) => {
  const gateway = fresh();
  const controller = new AbortController();
  const call = gateway.charge(order('slow', 'tok_timeout'), controller.signal);
  controller.abort();
  await t.rejects(call, { code: 'gateway_silent', retryable: true });
  t.same(await gateway.lookup(order('slow'), signal), { kind: 'absent' });
});

t.test('the gateway remembers across restarts what it was told', async (t) => {
  const ledger = new MemoryGatewayLedger();
  await fresh(0, ledger).charge(order('kept'), signal);
  const restarted = fresh(1, ledger);
  t.match(await restarted.charge(order('kept'), signal), { kind: 'approved' }, 'the first verdict stands');
  t.match(await restarted.lookup(order('kept'), signal), { kind: 'approved' });
  t.same(
    await restarted.refund(order('kept'), signal),
    await restarted.refund(order('kept'), signal),
    'refunded once',
  );
  t.same(await restarted.refund(order('never charged'), signal), {
    kind: 'refundRefused',
    reason: 'nothing was charged',
  });
  await t.rejects(restarted.charge({ ...order('kept'), amountCents: 1 }, signal), { code: 'key_reused' });
});

t.test('an answer takes as long as the latency says', async (t) => {
  const before = Date.now();
  await fresh(0, new MemoryGatewayLedger(), 40).charge(order('slowly'), signal);
  t.ok(Date.now() - before >= 35);
});
