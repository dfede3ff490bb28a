import t, { type Test } from 'tap';
import { VECTOR_DIMENSIONS } from '../../core/models/search/embeddings.ts';
import { createGeminiEmbedder } from './embedder.ts';
import { type Embedded, startGeminiStandIn } from './testing-server.ts';

const vector = (at: number): number[] =>
  Array.from({ length: VECTOR_DIMENSIONS }, (_, place) => (place === at ? -0.5 : 0.001));

async function stage(t: Test, ...answers: readonly Embedded[]) {
  const server = await startGeminiStandIn(
    () => 500,
    () => answers[server.askedToEmbed.length - 1] ?? 500,
  );
  t.teardown(() => server.close());
  const embedder = createGeminiEmbedder({ apiKey: 'key-1', model: 'embedding-test', origin: server.origin });
  const embed = (texts: readonly string[], signal = new AbortController().signal) =>
    embedder.embed(texts, 'product', signal);
  return { server, embedder, embed };
}

t.test('texts become vectors of bytes, in their order', async (t) => {
  const { server, embedder, embed } = await stage(t, [vector(1), vector(2)], [vector(3)]);
  const made = await embed(['a lamp', 'x'.repeat(10_000)]);
  t.same(
    made.map((each) => each.indexOf(-127)),
    [1, 2],
  );
  t.equal(made[0]?.length, VECTOR_DIMENSIONS);
  await embedder.embed(['couch'], 'search', new AbortController().signal);
  const [products, search] = server.askedToEmbed;
  t.match(products?.path, 'models/embedding-test:batchEmbedContents');
  t.equal(products?.key, 'key-1');
  t.notMatch(products?.path, 'key-1');
  t.match(products?.requests[0], {
    model: 'models/embedding-test',
    content: { role: 'user', parts: [{ text: 'a lamp' }] },
    taskType: 'RETRIEVAL_DOCUMENT',
    outputDimensionality: VECTOR_DIMENSIONS,
  });
  t.equal(products?.texts[1]?.length, 4_000, 'a long text is cut');
  t.match(search?.requests, [{ taskType: 'RETRIEVAL_QUERY' }]);
});

t.test('what will not come later is told from what may', async (t) => {
  const wrongKey = { code: 400, message: 'API key not valid', details: [{ reason: 'API_KEY_INVALID' }] };
  const { embed } = await stage(t, 429, 503, 403, 400, {
    status: 400,
    body: JSON.stringify({ error: wrongKey }),
  });
  await t.rejects(embed(['a']), { code: 'embedding_away', retryable: true });
  await t.rejects(embed(['a']), { code: 'embedding_away', retryable: true });
  await t.rejects(embed(['a']), { code: 'embedding_refused', retryable: false });
  await t.rejects(embed(['a']), { code: 'embedding_text_refused', retryable: false });
  await t.rejects(embed(['a']), { code: 'embedding_refused', message: /API key not valid/ });
});

t.test('what are no vectors of the right length is refused, and says what it was', async (t) => {
  const refused: readonly (readonly [Embedded, RegExp])[] = [
    [[vector(1).slice(1)], /767 numbers in place of 768/],
    [[vector(1), vector(2)], /2 in place of 1 embeddings/],
    [[vector(1).map(() => 0)], /all zeros/],
    [{ body: JSON.stringify({ embeddings: [{ values: ['a'] }] }) }, /no list of numbers/],
    [{ body: JSON.stringify({ embeddings: [null] }) }, /no list of numbers/],
    [{ body: '{"embedding":' }, /JSON/],
    [{ body: 'null' }, /no list in place of 1/],
  ];
  const { embed } = await stage(t, ...refused.map(([answer]) => answer));
  for (const [, message] of refused) {
    await t.rejects(embed(['a']), { code: 'embedding_invalid', message });
  }
});

t.test('who stops waiting is let go, and where nobody listens the model is away', async (t) => {
  const { server, embed } = await stage(t, 'silence');
  await t.rejects(embed(['a'], AbortSignal.timeout(50)), { code: 'embedding_away' });
  await server.close();
  await t.rejects(embed(['a']), { code: 'embedding_away', retryable: true });
});
