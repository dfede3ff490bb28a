import t from 'tap';
import { createStage, messageOf } from '../../contracts/participant-stage.ts';
import { paymentsContract } from '../../contracts/payments.ts';
import { gatewayLedgerContract } from '../../contracts/gateway-ledger.ts';
import { createPayments } from '../../../core/services/payments/payments.ts';
import { withTestPglite } from '../../embedded/testing.ts';
import type { Database } from '../database.ts';
import { migrate } from '../migrate.ts';
import { withTestDatabase } from '../testing.ts';
import { createGatewayLedger } from './gateway-ledger.ts';
import { createPaymentQueries } from './queries.ts';
import { paymentsMigrations, simulatedGatewayMigrations } from './schema.ts';
import { createPaymentStore } from './store.ts';

async function suite(t: Parameters<typeof paymentsContract>[0], db: Database): Promise<void> {
  await migrate(db, [paymentsMigrations, simulatedGatewayMigrations]);
  const store = createPaymentStore(db);
  await paymentsContract(t, { store, queries: createPaymentQueries(db) });
  await gatewayLedgerContract(t, createGatewayLedger(db));

  await t.test('what a charge sends lies in the outbox of the same transaction (P9)', async (t) => {
    await db.query('delete from payments.outbox');
    const stage = createStage();
    const charge = () => Promise.resolve({ kind: 'approved' as const, transactionId: 'tx' });
    const never = () => Promise.reject(new Error('not asked'));
    const payments = createPayments({
      tools: stage.tools,
      store,
      gateway: { charge, lookup: never, refund: never },
    });
    const data = { orderId: 'o', chargeKey: 'outboxed', amountCents: 5, currency: 'USD', userId: 'ann' };
    await payments.handle(
      messageOf('outboxed', 'payment.requested', { ...data, method: { type: 'credit_card' } }),
    );
    const rows = await db.query<{ messages: unknown }>('select messages from payments.outbox');
    t.match(rows, [{ messages: [{ id: 'outboxed/a0', type: 'payment.processed' }] }]);
  });

  await t.test('a value that the database refuses fails its own message only (P8)', async (t) => {
    const stage = createStage();
    const charge = ({ key }: { key: string }) =>
      Promise.resolve({ kind: 'approved' as const, transactionId: `tx_${key}` });
    const never = () => Promise.reject(new Error('not asked'));
    const payments = createPayments({
      tools: stage.tools,
      store,
      gateway: { charge, lookup: never, refund: never },
    });
    const ask = (chargeKey: string) =>
      payments.handle(
        messageOf(chargeKey, 'payment.requested', {
          orderId: 'poison',
          chargeKey,
          amountCents: 5,
          currency: 'USD',
          userId: 'ann',
          method: { type: 'credit_card' },
        }),
      );
    const [first, poison, last] = await Promise.allSettled([ask('good-1'), ask('bad-\u0000'), ask('good-2')]);
    t.equal(first.status, 'fulfilled');
    t.match(poison, { status: 'rejected', reason: { code: 'value_refused', retryable: false } });
    t.equal(last.status, 'fulfilled');
  });
}

t.test('on a Postgres server', (t) => withTestDatabase(t, (db) => suite(t, db)));
t.test('on Postgres in process', (t) => withTestPglite((db) => suite(t, db)));
