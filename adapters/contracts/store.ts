import type { TapTest } from '../postgres/testing.ts';
import { commitContract } from './store-commit.ts';
import type { StoreUnderTest } from './store-fixture.ts';
import { leaseContract } from './store-leases.ts';
import { messageContract } from './store-messages.ts';

/** Opens a store under test on an empty database, hands it to the test, and clears up. */
export type WithStore = (
  t: TapTest,
  run: (t: TapTest, under: StoreUnderTest) => Promise<void>,
) => Promise<void>;

/** Everything that core/engine/ports.ts promises of an EngineStore; each adapter's tests run it. */
export async function storeContract(t: TapTest, withStore: WithStore): Promise<void> {
  await t.test('leases and members', (t) => withStore(t, leaseContract));
  await t.test('commits', (t) => withStore(t, commitContract));
  await t.test('messages and wake-ups', (t) => withStore(t, messageContract));
}
