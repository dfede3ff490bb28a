import t from 'tap';
import { transientContract } from '../contracts/transient.ts';
import { EmbeddedTransientState } from './transient.ts';

await t.test('short-lived state in process', async (t) => {
  const state = new EmbeddedTransientState();
  t.teardown(() => state.close());
  await transientContract(t, state, (name) => name);
});
