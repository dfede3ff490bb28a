import t, { type Test } from 'tap';
import { silentLogger } from '../../core/kernel/logger.ts';
import type { Message } from '../../core/kernel/message.ts';
import type { TransactionView } from '../../core/services/payments/ports.ts';
import { createStage } from '../contracts/participant-stage.ts';
import { createStripeClient } from './client.ts';
import { signatureOf, StripeServer } from './testing-server.ts';
import { createStripeWebhooks, type StripeWebhooks } from './webhooks.ts';

const SECRET = 'whsec_orrery';

interface Rig {
  readonly stripe: StripeServer;
  readonly webhooks: StripeWebhooks;
  readonly sent: Message[];
  /** Texts of logged errors. */
  readonly alarms: string[];
  readonly books: Map<string, TransactionView['status']>;
  readonly nowMs: () => number;
  /** Lets time pass. */
  readonly pass: (ms: number) => void;
  failing: boolean;
  /** As Stripe sends it. */
  readonly tell: (event: object) => Promise<'taken' | 'refused'>;
}

async function rig(t: Test): Promise<Rig> {
  const stripe = new StripeServer();
  const client = createStripeClient({ secretKey: stripe.secretKey, origin: await stripe.start() });
  t.teardown(async () => {
    client.close();
    await stripe.stop();
  });
  const { clock } = createStage();
  const sent: Message[] = [];
  const alarms: string[] = [];
  const books: Rig['books'] = new Map();
  const webhooks = createStripeWebhooks({
    api: client.api,
    secret: SECRET,
    charges: { transactions: (orderId) => Promise.resolve(viewsOf(orderId, books.get(orderId))) },
    send: (message) => {
      if (made.failing) return Promise.reject(new Error('the database is away'));
      sent.push(message);
      return Promise.resolve();
    },
    clock,
    logger: { ...silentLogger, error: (_fields, text) => alarms.push(text) },
  });
  const made: Rig = {
    stripe,
    webhooks,
    sent,
    alarms,
    books,
    nowMs: () => clock.now(),
    pass: (ms) => {
      clock.advance(ms);
    },
    failing: false,
    tell: (event) => {
      const body = JSON.stringify(event);
      return webhooks.take(Buffer.from(body), signatureOf(body, SECRET, clock.now()));
    },
  };
  return made;
}

function viewsOf(orderId: string, status: TransactionView['status'] | undefined): readonly TransactionView[] {
  if (status === undefined) return [];
  const view = { id: orderId, orderId, kind: 'charge' as const, status, amountCents: 4_200, currency: 'USD' };
  return [{ ...view, method: 'credit_card', reason: null, createdAt: '', updatedAt: '' }];
}

const intentOf = (metadata: Readonly<Record<string, string>>, status = 'succeeded') => ({
  id: 'pi_paid',
  object: 'payment_intent' as const,
  amount: 4_200,
  currency: 'usd',
  metadata,
  status,
  amount_received: 4_200,
  last_payment_error: null,
  cancellation_reason: null,
  next_action: null,
});
const ours = { orderId: 'o1', chargeKey: 'o1' };
const eventOf = (type: string, object: object) => ({ id: 'evt_1', object: 'event', type, data: { object } });
const dispute = eventOf('charge.dispute.created', {
  id: 'dp_1',
  object: 'dispute',
  amount: 4_200,
  currency: 'usd',
  reason: 'product_not_received',
  payment_intent: 'pi_paid',
});

t.test('a dispute is told to its order, a repeat under the same id', async (t) => {
  const { stripe, books, sent, tell, nowMs } = await rig(t);
  stripe.intents.set('pi_paid', intentOf(ours));
  books.set('o1', 'processed');
  t.equal(await tell(dispute), 'taken');
  t.equal(await tell(dispute), 'taken');
  t.match(sent[0], {
    id: 'stripe/dp_1',
    type: 'payment.disputed',
    subject: 'o1',
    to: 'o1',
    time: new Date(nowMs()).toISOString(),
    data: { ...ours, amountCents: 4_200, currency: 'USD', reason: 'product_not_received' },
  });
  t.same(sent[1], sent[0], 'the inbox of the order knows it');
});

t.test('what was not signed by Stripe, or not now, has no effect', async (t) => {
  const { stripe, books, sent, webhooks, nowMs, pass } = await rig(t);
  stripe.intents.set('pi_paid', intentOf(ours));
  books.set('o1', 'processed');
  const body = JSON.stringify(dispute);
  const good = signatureOf(body, SECRET, nowMs());
  for (const [what, text, signature] of [
    ['no signature', body, undefined],
    ['an empty one', body, ''],
    ['no signature at all in it', body, 'gibberish'],
    ['another secret', body, signatureOf(body, 'whsec_other', nowMs())],
    ['another body', body.replace('4200', '9900'), good],
    ['another time', body, good.replace(/^t=\d+/, `t=${String(Math.floor(nowMs() / 1_000) + 60)}`)],
    ['no event', 'null', signatureOf(body, SECRET, nowMs())],
  ] as const) {
    t.equal(await webhooks.take(Buffer.from(text), signature), 'refused', what);
  }
  pass(301_000);
  t.equal(await webhooks.take(Buffer.from(body), good), 'refused', 'replayed after five minutes');
  t.same(sent, []);
});

t.test('until it is durable, Stripe is asked to tell it again', async (t) => {
  const told = await rig(t);
  told.stripe.intents.set('pi_paid', intentOf(ours));
  told.books.set('o1', 'processed');
  told.failing = true;
  await t.rejects(told.tell(dispute), { message: 'the database is away' });
  told.failing = false;
  told.stripe.next(/GET/, { at: 'before', status: 500 });
  await t.rejects(told.tell(dispute), { code: 'gateway_unavailable', retryable: true });
  t.equal(await told.tell(dispute), 'taken');
  t.equal(told.sent.length, 1);
});

t.test('disputes about payments of someone else are taken and left alone', async (t) => {
  const { stripe, sent, tell } = await rig(t);
  stripe.intents.set('pi_paid', intentOf({}));
  t.equal(await tell(dispute), 'taken');
  stripe.intents.set('pi_paid', intentOf(ours));
  t.equal(await tell(dispute), 'taken', 'our books have no such order');
  const { object } = dispute.data;
  t.equal(await tell(eventOf('charge.dispute.created', { ...object, payment_intent: null })), 'taken');
  t.same(sent, []);
});

t.test('money that our books do not have is an alarm; everything else about payments is not', async (t) => {
  const { books, alarms, sent, tell } = await rig(t);
  const paid = eventOf('payment_intent.succeeded', intentOf(ours));
  for (const status of ['requested', 'processed', 'refunded', 'unsettled'] as const) {
    books.set('o1', status);
    t.equal(await tell(paid), 'taken');
  }
  t.equal(
    await tell(eventOf('payment_intent.payment_failed', intentOf(ours, 'requires_payment_method'))),
    'taken',
  );
  t.equal(await tell(eventOf('payment_intent.canceled', intentOf(ours, 'canceled'))), 'taken');
  t.equal(await tell(eventOf('payment_intent.succeeded', intentOf({}))), 'taken', 'not ours');
  t.equal(await tell(eventOf('customer.created', {})), 'taken');
  t.same(alarms, []);
  for (const status of ['failed', 'void', undefined] as const) {
    if (status === undefined) books.delete('o1');
    else books.set('o1', status);
    await tell(paid);
  }
  t.equal(alarms.length, 3);
  t.same(sent, [], 'the books are changed by nobody but the payments service');
});
