import { createHash } from 'node:crypto';
import t from 'tap';
import { SIGNALS, type Signal } from '../../core/models/fraud/signals.ts';
import { isDemoMail } from '../../core/services/demo/ports.ts';
import { createFraudScoring, type FraudScorer } from '../../core/services/intelligence/fraud/scoring.ts';
import type { FraudRow } from '../../core/services/intelligence/fraud/rows.ts';
import type { DataOf } from '../../core/messages/catalogue.ts';
import { createFraudRows } from '../postgres/intelligence/fraud-rows.ts';
import { createFraudStore, forgetOldOrders, forgetShopper } from '../postgres/intelligence/fraud-store.ts';
import { intelligenceMigrations } from '../postgres/intelligence/migrations.ts';
import { migrate } from '../postgres/migrate.ts';
import { bothDatabases } from './databases.ts';
import { createStage, messageOf } from './participant-stage.ts';
import { eventually } from '../../core/kernel/testing-until.ts';

const ADDRESS = { street: '1 Main St', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' };
const PLACED_AT = Date.UTC(2026, 0, 5);
const hash = (text: string) => createHash('sha256').update(text).digest('base64url').slice(0, 22);

type Placed = DataOf<'order.placed'>;

function placed(orderId: string, changes: Partial<Placed> = {}) {
  return messageOf(`${orderId}/placed`, 'order.placed', {
    orderId,
    userId: 'ann',
    email: 'ann@example.org',
    customerName: 'Ann Lee',
    totalCents: 2_000,
    currency: 'USD',
    items: [{ productId: 'p', sku: 's', name: 'thing', quantity: 2, priceCents: 1_000 }],
    shippingAddress: ADDRESS,
    paymentMethod: 'credit_card',
    placedAt: new Date(PLACED_AT).toISOString(),
    ...changes,
  });
}

function at(minutes: number): string {
  return new Date(PLACED_AT + minutes * 60_000).toISOString();
}

/** Keeps what it was asked, by signal. */
class ScriptedScorer implements FraudScorer {
  readonly asked: Record<Signal, number>[] = [];
  mood: 'well' | 'off' | 'hangs' | 'broken' = 'well';

  score(rows: readonly Float64Array[]): ReturnType<FraudScorer['score']> {
    if (this.mood === 'off') return Promise.resolve(undefined);
    if (this.mood === 'hangs') return new Promise(() => undefined);
    if (this.mood === 'broken') return Promise.reject(new Error('no such leaf'));
    for (const row of rows) {
      this.asked.push(
        Object.fromEntries(SIGNALS.map((name, at) => [name, row[at] ?? 0])) as Record<Signal, number>,
      );
    }
    const verdicts = rows.map(() => ({
      score: 90 + this.asked.length,
      reasons: ['4 "h" old', 'back\\slash'],
    }));
    return Promise.resolve({ modelVersion: 3, verdicts });
  }
}

await t.test('fraud scoring', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [intelligenceMigrations]);
    const store = createFraudStore(db);
    const scene = () => {
      const stage = createStage(PLACED_AT);
      const scorer = new ScriptedScorer();
      return {
        ...stage,
        scorer,
        scoring: createFraudScoring({ tools: stage.tools, store, scorer, hash, isPassedOver: isDemoMail }),
      };
    };

    await t.test(
      'an order has one score, told again under the same id when its message comes again',
      async (t) => {
        const { scoring, sent, scorer } = scene();
        await scoring.handle(placed('once'));
        await scoring.handle(placed('once'));
        t.equal(scorer.asked.length, 1);
        t.equal(sent.length, 2);
        t.strictSame(sent[0], sent[1]);
        t.match(sent[0], {
          type: 'fraud.scored',
          subject: 'once',
          causationId: 'once/placed',
          data: { orderId: 'once', score: 91, reasons: ['4 "h" old', 'back\\slash'] },
        });
      },
    );

    await t.test("the demo's shoppers are neither judged nor remembered", async (t) => {
      const { scoring, sent, scorer } = scene();
      await scoring.handle(placed('demo', { email: 'shopper-1@demo.invalid' }));
      t.strictSame([scorer.asked.length, sent.length], [0, 0]);
      t.strictSame(await db.query(`select from intelligence.seen_order where order_id = 'demo'`), []);
    });

    await t.test('two handlers at the same moment send one id, and one row stays', async (t) => {
      const [one, other] = [scene(), scene()];
      const message = placed('twice', { userId: 'twin' });
      await Promise.all([one.scoring.handle(message), other.scoring.handle(message)]);
      t.equal(new Set([...one.sent, ...other.sent].map(({ id }) => id)).size, 1);
      const rows = await db.query(`select from intelligence.seen_order where order_id = 'twice'`);
      t.equal(rows.length, 1);
    });

    await t.test('orders see those before them: in the store, and in their own group', async (t) => {
      const { scoring, scorer } = scene();
      const user = { userId: 'bo' };
      const origin = { network: 'net', device: 'dev' };
      await scoring.handle(placed('bo-1', { ...user, origin }));
      await Promise.all(
        [2, 3, 4].map((index) =>
          scoring.handle(
            placed(`bo-${String(index)}`, {
              ...user,
              origin,
              placedAt: at(index),
              totalCents: 4_000,
              shippingAddress: { ...ADDRESS, street: `${String(index)} Elm St` },
            }),
          ),
        ),
      );
      const orders = (count: number) => scorer.asked[count - 1];
      t.match(orders(1), { 'own orders in an hour': 0, 'own addresses in a week': 1 });
      t.ok(Number.isNaN(orders(1)?.['new address']), 'a first order has nothing to differ from');
      t.match(orders(4), {
        'own orders in an hour': 3,
        'own addresses in a week': 4,
        'new address': 1,
        'new device': 0,
        'new network': 0,
        'new at once': 1,
      });
      await scoring.handle(
        placed('cy-1', {
          userId: 'cy',
          origin,
          placedAt: at(10),
          shippingAddress: { ...ADDRESS, street: '2, elm st.' },
        }),
      );
      t.match(
        scorer.asked.at(-1),
        {
          'own orders': 0,
          'others on device in a month': 1,
          'orders from network in an hour': 4,
          'others at address in a month': 1,
        },
        'others share the device, the network, and an address that is written in another way',
      );
    });

    await t.test('what became of orders counts, also when it is told before the order', async (t) => {
      const { scoring, scorer } = scene();
      const user = { userId: 'di' };
      const failed = messageOf('di-1/failed', 'payment.failed', {
        orderId: 'di-1',
        chargeKey: 'di-1',
        amountCents: 2_000,
        currency: 'USD',
        reason: 'declined',
      });
      await scoring.handle(failed);
      await scoring.handle(failed);
      await scoring.handle(placed('di-1', user));
      await scoring.handle(placed('di-2', { ...user, placedAt: at(1) }));
      const wish = { orderId: 'di-2', requestedBy: 'admin', reason: 'never came' };
      await scoring.handle(messageOf('di-2/refund', 'order.refund.requested', wish));
      await scoring.handle(
        messageOf('di-2/review', 'order.review.decided', {
          orderId: 'di-2',
          decision: 'approve',
          decidedBy: 'admin',
          reason: 'known',
        }),
      );
      await scoring.handle(placed('di-3', { ...user, placedAt: at(2) }));
      t.match(scorer.asked.at(-1), { 'own declines in a day': 1, 'own refunds': 1, 'own refund share': 0.5 });
      const kinds = await db.query<{ kind: string }>(
        `select kind from intelligence.order_outcome where order_id = 'di-2' order by kind`,
      );
      t.same(kinds, [{ kind: 'approved' }, { kind: 'refund_asked' }]);
    });

    await t.test(
      'a model that is off, hangs or is broken gives no score, and the order still counts',
      async (t) => {
        const { scoring, scorer, sent, clock } = scene();
        for (const mood of ['off', 'hangs', 'broken'] as const) {
          scorer.mood = mood;
          let handled = false;
          void scoring.handle(placed(`ed-${mood}`, { userId: 'ed' })).then(() => {
            handled = true;
          });
          await eventually(() => {
            clock.advance(10);
            return handled;
          });
        }
        t.equal(sent.length, 0);
        scorer.mood = 'well';
        await scoring.handle(placed('ed-off', { userId: 'ed' }));
        t.equal(sent.length, 0, 'an order that had no score stays without one');
        await scoring.handle(placed('ed-later', { userId: 'ed', placedAt: at(5) }));
        t.match(scorer.asked.at(-1), { 'own orders in an hour': 3 });
      },
    );

    await t.test('an order that the store refuses fails alone', async (t) => {
      const { scoring, sent } = scene();
      const outcomes = await Promise.allSettled(
        ['first', 'bad\u0000', 'last'].map((userId, index) =>
          scoring.handle(placed(`nul-${String(index)}`, { userId })),
        ),
      );
      t.same(
        outcomes.map(({ status }) => status),
        ['fulfilled', 'rejected', 'fulfilled'],
      );
      t.same(sent.map(({ subject }) => subject).sort(), ['nul-0', 'nul-2']);
    });

    await t.test('rows to learn from come newest first, with what people and banks said', async (t) => {
      const rows: FraudRow[] = [];
      for await (const slice of createFraudRows(db).newest(1_000)) rows.push(...slice);
      const times = rows.map(({ placedAtMs }) => placedAtMs);
      t.strictSame(
        times,
        [...times].sort((one, other) => other - one),
      );
      t.ok(
        rows.every(
          ({ values }) =>
            values.length === SIGNALS.length && Number.isNaN(values[SIGNALS.indexOf('account age')]),
        ),
      );
      t.equal(rows.filter(({ review }) => review === 'approved').length, 1);
      t.equal(rows.filter(({ score }) => score === null).length, 3);
      const few: FraudRow[] = [];
      for await (const slice of createFraudRows(db).newest(2)) few.push(...slice);
      t.strictSame(few, rows.slice(0, 2));
    });

    await t.test('keeps hashes alone, and forgets a person, or what is too old', async (t) => {
      const { scoring } = scene();
      await scoring.handle(placed('fay-1', { userId: 'fay' }));
      const everything = async (): Promise<string> => {
        const rows = await db.query<{ text: string }>(
          `select row_to_json(s)::text as text from intelligence.seen_order s
           union all select row_to_json(o)::text from intelligence.order_outcome o`,
        );
        return rows.map(({ text }) => text).join('\n');
      };
      t.notMatch(await everything(), /Main St|Elm St|elmst|62701|Ann Lee|example/);
      t.match(await everything(), /"fay"/);
      await forgetShopper(db, 'fay');
      await forgetShopper(db, 'di');
      t.notMatch(await everything(), /fay|"di/);
      t.match(await everything(), /"bo"/);
      await forgetOldOrders(db, PLACED_AT + 366 * 86_400_000);
      t.equal(await everything(), '');
    });
  }),
);
