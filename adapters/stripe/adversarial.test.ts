import t from 'tap';
import { silentLogger } from '../../core/kernel/logger.ts';
import type { Message } from '../../core/kernel/message.ts';
import { createPayments } from '../../core/services/payments/payments.ts';
import { createStage, messageOf } from '../contracts/participant-stage.ts';
import { MemoryDatabase } from '../simulated/stores/database.ts';
import { MemoryPaymentStore } from '../simulated/stores/payments.ts';
import { createStripeClient } from './client.ts';
import { createStripeGateway } from './payment-gateway.ts';
import { type Fault, StripeServer } from './testing-server.ts';

const SEED = Number(process.env['STRIPE_SEED'] ?? Date.now() % 1_000_000);
const ORDERS = 80;
const ATTEMPTS_MAX = 60;
const REQUEST_TIMEOUT_MS = 80;

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of the requests that a charge, an inquiry or a refund is made of. */
function pathOf(random: () => number): RegExp {
  return [/payment_intents$/, /confirm$/, /GET/, /POST .*refunds$/][Math.floor(random() * 4)] ?? /./;
}

function faultOf(random: () => number): Fault {
  const at = random() < 0.5 ? 'before' : 'after';
  const kind = random();
  if (kind < 0.4) return { at };
  if (kind < 0.7) return { at, status: 500 };
  return kind < 0.85 ? { at: 'before', status: 429 } : { at: 'late', delayMs: 2 * REQUEST_TIMEOUT_MS };
}

t.test(
  `what orders were told is what Stripe holds, whatever got lost (STRIPE_SEED=${String(SEED)})`,
  async (t) => {
    const random = randomOf(SEED);
    const stripe = new StripeServer();
    const origin = await stripe.start();
    const client = createStripeClient({
      secretKey: stripe.secretKey,
      origin,
      requestTimeoutMs: REQUEST_TIMEOUT_MS,
    });
    const { tools, sent, clock } = createStage();
    const payments = createPayments({
      tools,
      store: new MemoryPaymentStore(
        new MemoryDatabase({ services: { payments: [] }, now: () => clock.now() }),
      ),
      gateway: createStripeGateway({ api: client.api, logger: silentLogger }),
    });

    for (let number = 0; number < ORDERS; number += 1) {
      const orderId = `order-${String(number)}`;
      const base = { orderId, chargeKey: orderId, amountCents: 4_200, currency: 'USD' };
      const token = random() < 0.7 ? 'pm_card_visa' : 'pm_card_chargeDeclined';
      const charge = messageOf(`${orderId}/ask`, 'payment.requested', {
        ...base,
        userId: 'ann',
        method: { type: 'credit_card', token },
      });
      const refund = messageOf(`${orderId}/back`, 'payment.refund.requested', {
        ...base,
        reason: 'cancelled',
      });
      const waiting: Message[] =
        random() < 0.5 ? [charge] : random() < 0.8 ? [charge, refund] : [refund, charge];
      let attempts = 0;
      while (waiting.length > 0 && attempts < ATTEMPTS_MAX) {
        attempts += 1;
        if (random() < 0.6) stripe.next(pathOf(random), faultOf(random));
        const message = waiting.splice(Math.floor(random() * waiting.length), 1)[0] ?? charge;
        try {
          await payments.handle(message);
          // Whatever was told may be asked again.
          if (random() < 0.2) waiting.push(message);
        } catch (error) {
          t.match(error, { code: 'payment_unknown', retryable: true });
          waiting.push(message);
          clock.advance(Math.floor(random() * 20_000));
        }
      }
      t.equal(waiting.length, 0, `${orderId} comes to an end`);
    }

    for (let number = 0; number < ORDERS; number += 1) {
      const orderId = `order-${String(number)}`;
      const told = sent.filter(({ subject }) => subject === orderId).map(({ type }) => type);
      const kept = told.includes('payment.processed') && !told.includes('payment.refunded');
      const held = stripe.heldCentsOf(orderId);
      t.equal(held, kept ? 4_200 : 0, `${orderId}: ${told.join(', ')}`);
      t.notOk(told.includes('payment.processed') && told.includes('payment.failed'), 'one verdict');
    }
    client.close();
    await stripe.stop();
  },
);
