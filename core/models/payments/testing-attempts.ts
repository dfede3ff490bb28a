import { chance, streamOf, whole } from '../../kernel/seeded-random.ts';
import type { PaymentAttempt } from './attempts.ts';

const START_MS = Date.UTC(2026, 0, 5);
const MINUTE_MS = 60_000;
const SHOPPERS = 300;

/**
 * Attempts, ten minutes apart, of shoppers of whom every tenth has a card that fails most of the time; the gateway has bad hours,
 * and dear payments fail a little more often. For tests.
 */
export function drawnAttempts(count: number, seed = 5): PaymentAttempt[] {
  const random = streamOf(seed, 'payment attempts');
  return Array.from({ length: count }, (_, index) => {
    const shopper = whole(random, 0, SHOPPERS - 1);
    const amountCents = whole(random, 500, 50_000);
    const badHours = Math.floor(index / 60) % 10 === 0;
    const failure = shopper % 10 === 0 ? 0.7 : badHours ? 0.4 : 0.03 + amountCents / 1_000_000;
    return {
      chargeKey: `charge ${String(index)}`,
      orderId: `order ${String(index)}`,
      userId: `shopper ${String(shopper)}`,
      network: `line ${String(shopper)}`,
      atMs: START_MS + 10 * MINUTE_MS * index,
      amountCents,
      method: chance(random, 0.2) ? 'paypal' : 'credit_card',
      accountCreatedAtMs: START_MS - shopper * 86_400_000,
      succeeded: !chance(random, failure),
    };
  });
}
