import t from 'tap';
import type { PaymentAttempt } from './attempts.ts';
import { PaymentHistory } from './history.ts';
import { failureProbabilities, isPaymentModel, paymentRowsOf, trainPayments } from './model.ts';
import { PAYMENT_SIGNALS, type PaymentSignal, paymentSignalsOf } from './signals.ts';
import { drawnAttempts } from './testing-attempts.ts';

const MINUTE_MS = 60_000;
const NOW = Date.UTC(2026, 0, 5, 12);

function attempt(changes: Partial<PaymentAttempt> = {}): PaymentAttempt {
  return {
    chargeKey: 'now',
    orderId: 'order',
    userId: 'ann',
    network: 'line',
    atMs: NOW,
    amountCents: 5_000,
    method: 'credit_card',
    accountCreatedAtMs: NOW - 60 * MINUTE_MS,
    succeeded: null,
    ...changes,
  };
}

function signals(of: PaymentAttempt, earlier: readonly PaymentAttempt[]): Record<PaymentSignal, number> {
  const history = new PaymentHistory();
  for (const one of earlier) history.add(one);
  const values = paymentSignalsOf(of, history.before(of));
  return Object.fromEntries(PAYMENT_SIGNALS.map((name, at) => [name, values[at]])) as Record<
    PaymentSignal,
    number
  >;
}

t.test('an attempt is seen with what was known before it', async (t) => {
  const found = signals(attempt(), [
    attempt({ atMs: NOW - 30 * MINUTE_MS, succeeded: true, amountCents: 1_000 }),
    attempt({ atMs: NOW - 6 * MINUTE_MS, userId: 'bob', succeeded: false, method: 'paypal' }),
    attempt({ atMs: NOW - 5 * MINUTE_MS, succeeded: false }),
  ]);
  t.match(found, {
    'own payments in an hour': 2,
    'own failures in an hour': 1,
    'own failure share': 0.5,
    'same amount as before': 1,
    'last own payment failed': 1,
    'payments from network in a day': 1,
    'failures from network in a day': 1,
    'failure share of the method of late': 0.5,
  });
  t.ok(Math.abs(found['failure share of late'] - 2 / 3) < 1e-9);
  t.equal(found['account age'], Math.log1p(1));
});

t.test('an outcome counts only once the gateway can have told it', async (t) => {
  const found = signals(attempt(), [attempt({ atMs: NOW - 5_000, succeeded: false })]);
  t.equal(found['own failures in an hour'], 0);
  t.equal(found['own payments in an hour'], 1);
  t.ok(Number.isNaN(found['last own payment failed']) && Number.isNaN(found['failure share of late']));
});

t.test('nothing is known of a first attempt from nowhere', async (t) => {
  const found = signals(attempt({ network: null, accountCreatedAtMs: null }), []);
  t.equal(found['own payments'], 0);
  for (const name of ['own failure share', 'failures from network in a day', 'account age'] as const) {
    t.ok(Number.isNaN(found[name]), name);
  }
});

t.test('probabilities are calibrated, and higher for who failed before', async (t) => {
  const rows = paymentRowsOf(drawnAttempts(6_000));
  const { model } = trainPayments(rows, 1);
  t.ok(isPaymentModel(JSON.parse(JSON.stringify(model))), 'it survives being stored');
  t.notOk(isPaymentModel({ ...model, signals: ['others'] }));
  const later = paymentRowsOf(drawnAttempts(4_000, 6));
  const failure = failureProbabilities(model, later.values);
  const mean = (of: ArrayLike<number>) => Array.from(of).reduce((sum, one) => sum + one, 0) / of.length;
  t.ok(Math.abs(mean(failure) - mean(later.failed)) < 0.02, 'as many fail as foretold');
  const share = PAYMENT_SIGNALS.indexOf('own failure share');
  const often = failure.filter((_, row) => (later.values[row]?.[share] ?? 0) > 0.5);
  const never = failure.filter((_, row) => (later.values[row]?.[share] ?? 1) === 0);
  t.ok(mean(often) > 3 * mean(never), `${String(mean(often))} against ${String(mean(never))}`);
  t.throws(() => trainPayments({ ...rows, failed: new Uint8Array(rows.failed.length) }, 1), {
    code: 'bad_input',
    message: /at least 20 that failed/,
  });
});
