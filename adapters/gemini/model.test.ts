import t, { type Test } from 'tap';
import type { LanguageModel } from '../../core/services/assistant/ports.ts';
import { createGeminiModel } from './model.ts';
import { type Reply, startGeminiStandIn } from './testing-server.ts';

const SALES = {
  name: 'sales',
  description: 'what was sold',
  parameters: {
    type: 'object',
    properties: { period: { type: 'string', maxLength: 40, description: 'a span' } },
    required: ['period'],
  },
};
const HEALTH = {
  name: 'health',
  description: 'what is wrong',
  parameters: { type: 'object', properties: {} },
};

async function stage(t: Test, ...replies: readonly Reply[]) {
  const server = await startGeminiStandIn(() => replies[server.asked.length - 1] ?? 500);
  t.teardown(() => server.close());
  const model = createGeminiModel({ apiKey: 'key-1', model: 'gemini-test', origin: server.origin });
  const step = (
    request: Partial<Parameters<LanguageModel['step']>[0]> = {},
    signal = new AbortController().signal,
  ) =>
    model.step(
      {
        instructions: 'be brief',
        turns: [{ role: 'user', text: 'sales today?' }],
        tools: [SALES, HEALTH],
        exchanges: [],
        ...request,
      },
      signal,
    );
  return { server, step };
}

t.test('tools are declared, called, and their results handed back', async (t) => {
  const { server, step } = await stage(
    t,
    [{ functionCall: { name: 'sales', args: { period: 'today' } } }],
    [{ text: 'thinking', thought: true }, { text: '100 ' }, { text: 'orders.' }],
  );
  const first = await step();
  t.match(first, { kind: 'calls', calls: [{ name: 'sales', arguments: { period: 'today' } }] });
  if (first.kind !== 'calls') return;
  const exchange = { said: first.said, results: [{ name: 'sales', result: { orders: 100 } }] };
  t.same(await step({ exchanges: [exchange] }), { kind: 'text', text: '100 orders.' });
  const [asked, again] = server.asked;
  t.equal(asked?.key, 'key-1');
  t.match(asked?.path, 'models/gemini-test:generateContent');
  t.notMatch(asked?.path, 'key-1');
  t.strictSame(asked?.body.tools?.[0]?.functionDeclarations, [
    {
      name: 'sales',
      description: 'what was sold',
      parameters: {
        type: 'object',
        properties: { period: { type: 'string', description: 'a span' } },
        required: ['period'],
      },
    },
    { name: 'health', description: 'what is wrong' },
  ]);
  t.match(again?.body.contents, [
    { role: 'user', parts: [{ text: 'sales today?' }] },
    { role: 'model', parts: [{ functionCall: { name: 'sales' } }] },
    { role: 'function', parts: [{ functionResponse: { name: 'sales', response: { orders: 100 } } }] },
  ]);
});

t.test('a refused key is no reason to try again, a failure of theirs is', async (t) => {
  const { step } = await stage(t, 403, 503);
  await t.rejects(step(), { code: 'model_refused', retryable: false });
  await t.rejects(step(), { code: 'model_away', retryable: true });
});

t.test('who stops waiting is let go', async (t) => {
  const { step } = await stage(t, 'silence');
  await t.rejects(step({}, AbortSignal.timeout(50)), { code: 'model_away' });
});

t.test('where nobody listens the model is away', async (t) => {
  const { server, step } = await stage(t);
  await server.close();
  await t.rejects(step(), { code: 'model_away', retryable: true });
});
