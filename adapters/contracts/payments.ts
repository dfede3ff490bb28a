import type { Test } from 'tap';
import type { Participant } from '../../core/engine/participant-port.ts';
import { StoreUnavailable } from '../../core/kernel/errors.ts';
import type { Message } from '../../core/kernel/message.ts';
import type { ChargeOutcome } from '../../core/services/payments/gateway.ts';
import type { PaymentQueries } from '../../core/services/payments/ports.ts';
import { createPayments } from '../../core/services/payments/payments.ts';
import type { PaymentStore } from '../../core/services/payments/store.ts';
import { createStage, messageOf, type Stage } from './participant-stage.ts';
import { ScriptedGateway } from './scripted-gateway.ts';
import { eventually } from '../../core/kernel/testing-until.ts';

interface Scene extends Stage {
  readonly gateway: ScriptedGateway;
  readonly payments: Participant;
  readonly key: string;
  readonly orderId: string;
  readonly charge: Message;
  readonly refund: Message;
  /** Types sent, in order. */
  readonly types: () => string[];
}

/** What the payments service must do whatever its store is made of (P14, P15). */
export async function paymentsContract(
  t: Test,
  adapter: { readonly store: PaymentStore; readonly queries: PaymentQueries },
): Promise<void> {
  let scenes = 0;
  const scene = (store: PaymentStore = adapter.store): Scene => {
    scenes += 1;
    const stage = createStage();
    const gateway = new ScriptedGateway();
    const key = `charge-${String(scenes)}`;
    const orderId = `order-${String(scenes)}`;
    const money = { orderId, chargeKey: key, amountCents: 4200, currency: 'USD' };
    const method = { type: 'credit_card' as const };
    return {
      ...stage,
      gateway,
      key,
      orderId,
      payments: createPayments({ tools: stage.tools, store, gateway, callTimeoutMs: 5_000 }),
      charge: messageOf(`${orderId}/ask`, 'payment.requested', { ...money, userId: 'ann', method }),
      refund: messageOf(`${orderId}/back`, 'payment.refund.requested', { ...money, reason: 'cancelled' }),
      types: () => stage.sent.map(({ type }) => type),
    };
  };
  const statuses = async (orderId: string): Promise<string[]> =>
    (await adapter.queries.transactions(orderId)).map(({ kind, status }) => `${kind} ${status}`);

  await t.test(
    'an approved charge is told once, and a repeat is answered again with the same id',
    async (t) => {
      const { payments, charge, sent, gateway, orderId } = scene();
      await payments.handle(charge);
      await payments.handle(charge);
      t.equal(gateway.charges, 1);
      t.equal(sent.length, 2);
      t.same(sent[0], sent[1]);
      t.match(sent[0], {
        id: `${charge.id}/a0`,
        type: 'payment.processed',
        to: orderId,
        subject: orderId,
        causationId: charge.id,
        data: { amountCents: 4200, transactionId: /^tx_/ },
      });
      t.same(await statuses(orderId), ['charge processed']);
    },
  );

  await t.test('a decline is told with its reason, again and again', async (t) => {
    const { payments, charge, sent, gateway, orderId } = scene();
    gateway.onCharge = () => Promise.resolve({ kind: 'declined', reason: 'expired_card' });
    await payments.handle(charge);
    await payments.handle(charge);
    t.equal(gateway.charges, 1);
    t.match(sent, [
      { type: 'payment.failed', data: { reason: 'expired_card' } },
      { id: sent[0]?.id, type: 'payment.failed', data: { reason: 'expired_card' } },
    ]);
    t.same(await statuses(orderId), ['charge failed']);
  });

  await t.test('a refund that comes first leaves a void mark that refuses the charge (P15)', async (t) => {
    const { payments, charge, refund, sent, gateway, orderId } = scene();
    await payments.handle(refund);
    await payments.handle(charge);
    await payments.handle(refund);
    t.equal(gateway.charges, 0);
    t.match(sent, [
      { type: 'payment.refunded', data: { amountCents: 0, refundId: null } },
      { type: 'payment.failed', data: { reason: 'void' } },
      { type: 'payment.refunded', data: { amountCents: 0, refundId: null } },
    ]);
    t.same(await statuses(orderId), ['charge void']);
  });

  await t.test('a refund of a processed charge moves the money back once', async (t) => {
    const { payments, charge, refund, sent, gateway, orderId } = scene();
    await payments.handle(charge);
    await Promise.all([payments.handle(refund), payments.handle(refund)]);
    t.equal(gateway.refunds, 1);
    t.match(sent.slice(1), [
      { id: `${refund.id}/a0`, type: 'payment.refunded', data: { amountCents: 4200, refundId: /^re_/ } },
      { id: `${refund.id}/a0`, type: 'payment.refunded', data: { amountCents: 4200, refundId: /^re_/ } },
    ]);
    t.same(await statuses(orderId), ['charge refunded', 'refund refunded']);
  });

  await t.test('two handlers of one request at the same moment give one verdict', async (t) => {
    const first = scene();
    const rival = createPayments({ tools: first.tools, store: adapter.store, gateway: first.gateway });
    await Promise.all([first.payments.handle(first.charge), rival.handle(first.charge)]);
    t.equal(first.gateway.held, 1);
    t.same(first.types(), ['payment.processed', 'payment.processed']);
    t.same(first.sent[0]?.id, first.sent[1]?.id);
  });

  await t.test('silence is no verdict: the gateway is asked by key until it is definite (P15)', async (t) => {
    const { payments, charge, gateway, clock, types, orderId } = scene();
    let arrive: () => unknown = () => undefined;
    gateway.onCharge = (approve) => {
      arrive = approve;
      return new Promise(() => undefined);
    };
    const attempt = payments.handle(charge);
    await eventually(() => gateway.charges === 1);
    clock.advance(5_000);
    await t.rejects(attempt, { code: 'payment_unknown', retryable: true });
    t.same(types(), [], 'nothing is told');
    t.same(await statuses(orderId), ['charge requested']);

    arrive();
    await payments.handle(charge);
    t.equal(gateway.charges, 1, 'found by key, not charged again');
    t.same(types(), ['payment.processed']);
  });

  await t.test('an answer that was lost is found by key at once', async (t) => {
    const { payments, charge, gateway, types } = scene();
    gateway.onCharge = (approve) => {
      approve();
      return Promise.reject(new Error('connection reset'));
    };
    await payments.handle(charge);
    t.equal(gateway.charges, 1);
    t.same(types(), ['payment.processed']);
  });

  await t.test('a crash between the gateway and the row charges nobody twice', async (t) => {
    let calls = 0;
    const { payments, charge, gateway, types, orderId } = scene({
      transact: (keys, decide) => {
        calls += 1;
        if (calls === 2) return Promise.reject(new StoreUnavailable('gone'));
        return adapter.store.transact(keys, decide);
      },
    });
    await t.rejects(payments.handle(charge), { code: 'store_unavailable' });
    t.equal(gateway.held, 1, 'the money moved');
    t.same(types(), []);
    await payments.handle(charge);
    t.equal(gateway.charges, 1);
    t.same(types(), ['payment.processed']);
    t.same(await statuses(orderId), ['charge processed']);
  });

  await t.test('a process that paused after claiming does not charge any more', async (t) => {
    let pause: () => void = () => undefined;
    const { payments, charge, gateway, clock, types } = scene({
      transact: async (keys, decide) => {
        const result = await adapter.store.transact(keys, decide);
        pause();
        return result;
      },
    });
    pause = () => {
      clock.advance(30_000);
    };
    await t.rejects(payments.handle(charge), { code: 'payment_unknown', retryable: true });
    t.equal(gateway.charges, 0);
    pause = () => undefined;
    await payments.handle(charge);
    t.equal(gateway.charges, 1);
    t.same(types(), ['payment.processed']);
  });

  await t.test('a commit whose answer was lost is answered from the row', async (t) => {
    let calls = 0;
    const { payments, charge, gateway, types } = scene({
      transact: async (keys, decide) => {
        calls += 1;
        const result = await adapter.store.transact(keys, decide);
        if (calls === 2) throw new StoreUnavailable('answer lost');
        return result;
      },
    });
    await t.rejects(payments.handle(charge), { code: 'store_unavailable' });
    await payments.handle(charge);
    t.equal(gateway.charges, 1);
    t.same(types(), ['payment.processed']);
  });

  await t.test('a charge that lands after the void mark is given back', async (t) => {
    const { payments, charge, refund, gateway, clock, sent, types, orderId } = scene();
    let land: () => void = () => undefined;
    gateway.onCharge = (approve) =>
      new Promise((resolve) => {
        land = () => {
          resolve(approve());
        };
      });
    const attempt = payments.handle(charge);
    await eventually(() => gateway.charges === 1);
    await t.rejects(
      payments.handle(refund),
      { code: 'payment_unknown', retryable: true },
      'the charge may be on its way',
    );
    t.same(types(), []);
    land();
    await attempt;
    t.equal(gateway.held, 0, 'given back');
    t.match(sent, [{ type: 'payment.failed', data: { reason: 'void' } }]);
    clock.advance(1_000);
    await payments.handle(refund);
    t.match(sent[1], { type: 'payment.refunded', data: { amountCents: 4200 } });
    t.equal(gateway.refunds, 1);
    t.same(await statuses(orderId), ['charge refunded', 'refund refunded']);
  });

  await t.test(
    'a refund while the charge is silent waits, then voids; a late landing is undone',
    async (t) => {
      const { payments, charge, refund, gateway, clock, sent, types, orderId } = scene();
      let land: () => unknown = () => undefined;
      gateway.onCharge = (approve) => {
        land = approve;
        return new Promise(() => undefined);
      };
      const attempt = payments.handle(charge);
      await eventually(() => gateway.charges === 1);
      clock.advance(5_000);
      await t.rejects(attempt, { code: 'payment_unknown' });
      await t.rejects(payments.handle(refund), { code: 'payment_unknown' }, 'may still be in the network');
      clock.advance(10_000);
      await payments.handle(refund);
      t.match(sent, [{ type: 'payment.refunded', data: { amountCents: 0 } }]);

      land();
      await payments.handle(charge);
      t.equal(gateway.charges, 1, 'no charge begins after the void mark');
      t.equal(gateway.held, 0, 'what landed all the same is given back');
      t.same(types(), ['payment.refunded', 'payment.failed']);
      await payments.handle(refund);
      t.same(sent[2], { ...sent[0], time: sent[2]?.time }, 'the refund is answered as before');
      t.same(await statuses(orderId), ['charge refunded', 'refund refunded']);
    },
  );

  await t.test(
    "the gateway's word outranks an earlier verdict: money after a decline is given back",
    async (t) => {
      const { payments, charge, gateway, sent } = scene();
      const rivals: ((outcome: ChargeOutcome) => void)[] = [];
      gateway.onCharge = (approve) =>
        new Promise((resolve) => {
          rivals.push((outcome) => {
            if (outcome.kind === 'approved') approve();
            resolve(outcome);
          });
        });
      const first = payments.handle(charge);
      await eventually(() => rivals.length === 1);
      const second = payments.handle(charge);
      await eventually(() => rivals.length === 2);
      rivals[0]?.({ kind: 'declined', reason: 'declined' });
      await first;
      rivals[1]?.({ kind: 'approved', transactionId: 'tx_late' });
      await second;
      t.equal(gateway.held, 0);
      t.same(
        sent.map(({ type }) => type),
        ['payment.failed', 'payment.failed'],
      );
    },
  );

  await t.test('what stays unknown waits visibly, tells nobody, and can still be refunded', async (t) => {
    const { payments, charge, refund, gateway, clock, types, orderId } = scene();
    gateway.onCharge = () => Promise.reject(new Error('down'));
    gateway.onLookup = () => Promise.reject(new Error('down'));
    await t.rejects(payments.handle(charge), { code: 'payment_unknown', retryable: true });
    await payments.giveUp?.(charge, new Error('tried ten times'));
    t.same(types(), []);
    t.same(await statuses(orderId), ['charge unsettled']);
    clock.advance(60_000);
    gateway.onLookup = (found) => Promise.resolve(found);
    await payments.handle(refund);
    t.same(types(), ['payment.refunded']);
    t.same(await statuses(orderId), ['charge void']);
  });

  await t.test('a refund that keeps failing is told, and may be sent again by an operator', async (t) => {
    const { payments, charge, refund, gateway, sent, orderId } = scene();
    await payments.handle(charge);
    gateway.refundError = new Error('down');
    await t.rejects(payments.handle(refund), { code: 'payment_unknown', retryable: true });
    t.same(await statuses(orderId), ['charge processed', 'refund requested']);
    await payments.giveUp?.(refund, new Error('tried ten times'));
    t.match(sent[1], { type: 'payment.refund.failed', data: { reason: 'tried ten times' } });
    t.same(await statuses(orderId), ['charge unsettled', 'refund failed']);

    gateway.refundError = undefined;
    await payments.handle(refund);
    t.match(sent[2], { type: 'payment.refunded', data: { amountCents: 4200 } });
    t.not(sent[2]?.id, sent[1]?.id, 'the success is news');
    t.equal(gateway.held, 0);
  });

  await t.test('a key that is used for other money is a bad message, and sinks no neighbour', async (t) => {
    const one = scene();
    const two = scene();
    await one.payments.handle(one.charge);
    const forged = messageOf('forged', 'payment.requested', {
      orderId: one.orderId,
      chargeKey: one.key,
      userId: 'ann',
      amountCents: 1,
      currency: 'USD',
      method: { type: 'credit_card' },
    });
    const [bad, good] = await Promise.allSettled([
      one.payments.handle(forged),
      one.payments.handle(two.charge),
    ]);
    t.match(bad, { status: 'rejected', reason: { code: 'charge_mismatch', retryable: false } });
    t.equal(good.status, 'fulfilled');
    t.equal(one.gateway.charges, 2);
  });

  await t.test('a surge is decided in groups, each charge once', async (t) => {
    const { payments, gateway, sent } = scene();
    const many = Array.from({ length: 300 }, (_, index) =>
      messageOf(`surge-${String(index)}`, 'payment.requested', {
        orderId: `surge-${String(index)}`,
        chargeKey: `surge-charge-${String(index)}`,
        amountCents: index,
        currency: 'USD',
        userId: 'ann',
        method: { type: 'paypal' },
      }),
    );
    await Promise.all(many.map((message) => payments.handle(message)));
    t.equal(gateway.charges, 300);
    t.equal(new Set(sent.map(({ id }) => id)).size, 300);
    t.ok(sent.every(({ type }) => type === 'payment.processed'));
  });
}
