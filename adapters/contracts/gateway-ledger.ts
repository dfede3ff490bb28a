import type { Test } from 'tap';
import type { GatewayLedger, LedgerEntry } from '../../core/services/payments/gateway-ledger.ts';

const entry = (key: string, transactionId: string | null): LedgerEntry => ({
  key,
  amountCents: 100,
  currency: 'USD',
  transactionId,
  reason: transactionId === null ? 'declined' : null,
  refundId: null,
});

/** What the simulated gateway's memory must keep. */
export async function gatewayLedgerContract(t: Test, ledger: GatewayLedger): Promise<void> {
  await t.test('the first entry under a key stays, in one group and over many', async (t) => {
    const first = await ledger.record([entry('k1', 'a'), entry('k2', null), entry('k1', 'b')]);
    t.same(
      first.map(({ transactionId }) => transactionId),
      ['a', null, 'a'],
    );
    const again = await ledger.record([entry('k2', 'c'), entry('k3', 'd')]);
    t.same(
      again.map(({ transactionId }) => transactionId),
      [null, 'd'],
    );
    t.same(await ledger.find(['k3', 'nobody', 'k1']), [entry('k3', 'd'), undefined, entry('k1', 'a')]);
  });

  await t.test('writers at the same moment agree on what stands', async (t) => {
    const answers = await Promise.all(
      ['x', 'y', 'z'].map((transactionId) => ledger.record([entry('raced', transactionId)])),
    );
    t.equal(new Set(answers.flat().map(({ transactionId }) => transactionId)).size, 1);
  });

  await t.test('only what was charged is refunded, and once', async (t) => {
    await ledger.record([entry('r1', 'a'), entry('r2', null)]);
    await ledger.refund([{ key: 'r1', refundId: 'first' }]);
    const after = await ledger.refund([
      { key: 'r1', refundId: 'second' },
      { key: 'r2', refundId: 'third' },
      { key: 'r3', refundId: 'fourth' },
    ]);
    t.same(
      after.map((found) => found?.refundId),
      ['first', null, undefined],
    );
  });
}
