import { DAY_MS, hadFailed, type PaymentAttempt, wasDecided } from './attempts.ts';

const HOUR_MS = 3_600_000;
const DAYS_PER_WEEK = 7;

/** What is asked of an attempt, by name, in the order of the model's features. Amounts, ages and counts are `ln(1 + x)`. */
export const PAYMENT_SIGNALS = [
  'amount',
  'amount against own payments',
  'same amount as before',
  'paid by paypal',
  'hour of day',
  'weekday',
  'account age',
  'own payments',
  'own payments in an hour',
  'own failures in an hour',
  'own failures in a day',
  'own failure share',
  'time since own payment',
  'last own payment failed',
  'payments from network in a day',
  'failures from network in a day',
  'failure share of late',
  'failure share of the method of late',
] as const;
export type PaymentSignal = (typeof PAYMENT_SIGNALS)[number];

/** Attempts before the one asked about, each list in the order of time. */
export interface PaymentPast {
  readonly own: readonly PaymentAttempt[];
  /** Of other shoppers. */
  readonly network: readonly PaymentAttempt[];
  /** Of everybody, the latest. */
  readonly recent: readonly PaymentAttempt[];
}

/** The values of an attempt's signals, NaN where nobody knows. Outcomes count only once they were known. */
export function paymentSignalsOf(
  attempt: PaymentAttempt,
  { own, network, recent }: PaymentPast,
): Float64Array {
  const now = attempt.atMs;
  const since = (attempts: readonly PaymentAttempt[], spanMs: number) =>
    attempts.filter(({ atMs }) => atMs > now - spanMs);
  const failures = (attempts: readonly PaymentAttempt[]) =>
    attempts.filter((one) => hadFailed(one, now)).length;
  const share = (attempts: readonly PaymentAttempt[]) => {
    const decided = attempts.filter((one) => wasDecided(one, now));
    return decided.length === 0 ? Number.NaN : failures(decided) / decided.length;
  };
  const last = own.at(-1);
  const known = attempt.network === null ? undefined : network;
  const age =
    attempt.accountCreatedAtMs === null ? Number.NaN : Math.max(0, now - attempt.accountCreatedAtMs);
  const values: Readonly<Record<PaymentSignal, number>> = {
    amount: Math.log1p(attempt.amountCents),
    'amount against own payments':
      own.length === 0 ? Number.NaN : Math.log1p(attempt.amountCents) - Math.log1p(meanCents(own)),
    'same amount as before':
      last === undefined ? Number.NaN : last.amountCents === attempt.amountCents ? 1 : 0,
    'paid by paypal': attempt.method === 'paypal' ? 1 : 0,
    'hour of day': (now % DAY_MS) / HOUR_MS,
    weekday: Math.floor(now / DAY_MS) % DAYS_PER_WEEK,
    'account age': Math.log1p(age / HOUR_MS),
    'own payments': Math.log1p(own.length),
    'own payments in an hour': since(own, HOUR_MS).length,
    'own failures in an hour': failures(since(own, HOUR_MS)),
    'own failures in a day': failures(since(own, DAY_MS)),
    'own failure share': share(own),
    'time since own payment': last === undefined ? Number.NaN : Math.log1p((now - last.atMs) / HOUR_MS),
    'last own payment failed':
      last === undefined || !wasDecided(last, now) ? Number.NaN : hadFailed(last, now) ? 1 : 0,
    'payments from network in a day': known === undefined ? Number.NaN : known.length,
    'failures from network in a day': known === undefined ? Number.NaN : failures(known),
    'failure share of late': share(recent),
    'failure share of the method of late': share(recent.filter(({ method }) => method === attempt.method)),
  };
  return Float64Array.from(PAYMENT_SIGNALS, (name) => values[name]);
}

function meanCents(attempts: readonly PaymentAttempt[]): number {
  return attempts.reduce((sum, { amountCents }) => sum + amountCents, 0) / attempts.length;
}
