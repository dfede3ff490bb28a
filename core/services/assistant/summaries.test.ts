import t from 'tap';
import { systemClock } from '../../kernel/clock.ts';
import { silentLogger } from '../../kernel/logger.ts';
import type { LanguageModel, OrderSummary } from './ports.ts';
import { createSummaries, factsOf } from './summaries.ts';
import { testOrder, testSources } from './testing-sources.ts';

function stage(step: LanguageModel['step']) {
  const kept = new Map<string, OrderSummary>();
  const summaries = createSummaries({
    model: { step },
    store: {
      find: (id) => {
        const known = kept.get(id);
        return Promise.resolve(
          known === undefined ? undefined : { ...known, at: '2026-03-18T12:00:00.000Z' },
        );
      },
      keep: (id, summary) => {
        kept.set(id, summary);
        return Promise.resolve();
      },
    },
    orders: testSources().orders,
    clock: systemClock,
    logger: silentLogger,
  });
  return { summaries, kept };
}

t.test('nobody waits: the text is there when one looks again', async (t) => {
  let answer: (text: string) => void = () => undefined;
  const { summaries } = stage(
    () =>
      new Promise((resolve) => {
        answer = (text) => {
          resolve({ kind: 'text', text });
        };
      }),
  );
  const order = testOrder();
  t.equal(await summaries.of(order), null);
  await new Promise((resolve) => setTimeout(resolve, 5));
  answer('Two mugs, paid, waits for a parcel.');
  await new Promise((resolve) => setTimeout(resolve, 5));
  t.match(await summaries.of(order), { text: 'Two mugs, paid, waits for a parcel.', current: true });
  t.match(await summaries.of(testOrder({ version: 5 })), { current: false }, 'the order went on since');
  answer('later');
  await summaries.stop();
});

t.test('a model that fails leaves no text and no trouble', async (t) => {
  const { summaries, kept } = stage(() => Promise.reject(new Error('away')));
  t.equal(await summaries.of(testOrder()), null);
  await summaries.stop();
  t.equal(kept.size, 0);
});

t.test('no person is told to the model', (t) => {
  const order = testOrder({ reason: 'Ada from Springfield called and wants it cancelled' });
  const told = JSON.stringify(factsOf(order, []));
  for (const personal of ['Ada', 'ada@example.com', 'Springfield', '62701', 'u1']) t.notMatch(told, personal);
  t.match(told, 'Morning Fog Mug');
  t.end();
});
