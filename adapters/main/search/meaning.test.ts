import { setTimeout as pause } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { OrreryError } from '../../../core/kernel/errors.ts';
import { type Logger, silentLogger } from '../../../core/kernel/logger.ts';
import type {
  EmbeddingStore,
  TextEmbedder,
  UnembeddedProduct,
} from '../../../core/services/catalog/embeddings.ts';
import { startEmbeddingProducts } from './embed-products.ts';
import { startEmbeddingQueries } from './embed-queries.ts';
import { until } from '../../../core/kernel/testing-until.ts';

const VECTOR = new Int8Array([1, 2, 3]);
const QUICK = { batchMs: 1, lookMs: 1, restMs: 1 };

/** Vectors in memory: a product is unembedded while the hash of its text is not the one it was embedded with. */
class Vectors implements Pick<
  EmbeddingStore,
  'lease' | 'release' | 'unembedded' | 'keep' | 'mark' | 'queries' | 'keepQueries'
> {
  readonly products = new Map<string, string>();
  readonly embedded = new Map<string, string>();
  readonly searches = new Map<string, Int8Array>();
  owner: string | undefined;

  lease = (owner: string) => {
    this.owner ??= owner;
    return Promise.resolve(this.owner === owner);
  };
  release = (owner: string) => {
    if (this.owner === owner) this.owner = undefined;
    return Promise.resolve();
  };
  mark = () => Promise.resolve('1');
  unembedded = ({ after, limit }: { after: string; limit: number }): Promise<UnembeddedProduct[]> =>
    Promise.resolve(
      [...this.products]
        .filter(([id, text]) => id > after && this.embedded.get(id) !== text)
        .sort(([one], [other]) => (one < other ? -1 : 1))
        .slice(0, limit)
        .map(([id, text]) => ({ id, text, textHash: text })),
    );
  keep = (made: readonly { id: string; textHash: string }[]) => {
    for (const { id, textHash } of made) this.embedded.set(id, textHash);
    return Promise.resolve();
  };
  queries = (words: readonly string[]) =>
    Promise.resolve(new Map([...this.searches].filter(([each]) => words.includes(each))));
  keepQueries = (made: ReadonlyMap<string, Int8Array>) => {
    for (const [words, vector] of made) this.searches.set(words, vector);
    return Promise.resolve();
  };
}

/** Answers what `refuses` lets through, and counts. */
function countingEmbedder(refuses: (texts: readonly string[]) => string | undefined = () => undefined) {
  const asked: (readonly string[])[] = [];
  const embedder: TextEmbedder = {
    embed: (texts) => {
      asked.push(texts);
      const code = refuses(texts);
      return code === undefined
        ? Promise.resolve(texts.map(() => VECTOR))
        : Promise.reject(new OrreryError(code, 'the stand-in refuses'));
    },
  };
  return { asked, embedder };
}

function listening(): { readonly logger: Logger; readonly warned: string[] } {
  const warned: string[] = [];
  const warn = (fields: object, text: string) => {
    warned.push(`${text}: ${'error' in fields ? String(fields.error) : ''}`);
  };
  return { warned, logger: { ...silentLogger, warn } };
}

function embedding(t: Test, store: Vectors, embedder: TextEmbedder, logger = silentLogger, owner = 'one') {
  const work = startEmbeddingProducts({
    embedder,
    store: store as unknown as EmbeddingStore,
    owner,
    logger,
    pace: QUICK,
  });
  t.teardown(() => work.stop());
  return work;
}

t.test('each product is embedded once by one process, and anew when its text changes', async (t) => {
  const store = new Vectors();
  for (let at = 100; at < 220; at += 1) store.products.set(`p${String(at)}`, `lamp ${String(at)}`);
  const { asked, embedder } = countingEmbedder();
  const first = embedding(t, store, embedder);
  const other = countingEmbedder();
  embedding(t, store, other.embedder, silentLogger, 'two');
  await until('all are embedded', () => store.embedded.size === 120);
  t.same(
    asked.map(({ length }) => length),
    [50, 50, 20],
  );
  store.products.set('p105', 'vase');
  await until('the new text is embedded', () => store.embedded.get('p105') === 'vase');
  t.same(asked.at(-1), ['vase']);
  t.equal(other.asked.length, 0);
  await first.stop();
  store.products.set('p106', 'mug');
  await until('the other process goes on', () => store.embedded.get('p106') === 'mug');
  t.same(other.asked, [['mug']]);
});

t.test('a text that is refused keeps no other from being embedded', async (t) => {
  const store = new Vectors();
  for (let at = 10; at < 40; at += 1) store.products.set(`p${String(at)}`, `lamp ${String(at)}`);
  const { embedder } = countingEmbedder((texts) =>
    texts.includes('lamp 23') ? 'embedding_text_refused' : undefined,
  );
  const { logger, warned } = listening();
  embedding(t, store, embedder, logger);
  await until('the others are embedded', () => store.embedded.size === 29);
  t.notOk(store.embedded.has('p23'));
  t.ok(warned.includes('products could not be embedded: the stand-in refuses'));
});

t.test('while the model is away products wait, asked for less and less', async (t) => {
  const store = new Vectors();
  store.products.set('p1', 'lamp');
  let away = true;
  const { asked, embedder } = countingEmbedder(() => (away ? 'embedding_away' : undefined));
  const begun = performance.now();
  embedding(t, store, embedder);
  await until('it is asked again', () => asked.length === 4);
  t.ok(performance.now() - begun >= 4, 'after rests of 1, 2 and 4 ms');
  away = false;
  await until('it is embedded', () => store.embedded.has('p1'));
});

t.test('searches are embedded together, once, and the store is asked first', async (t) => {
  const store = new Vectors();
  store.searches.set('known', VECTOR);
  const { asked, embedder } = countingEmbedder();
  const given = new Set<string>();
  const queries = startEmbeddingQueries({
    embedder,
    store,
    give: (words) => {
      given.add(words);
      return Promise.resolve();
    },
    logger: silentLogger,
    callMs: 20,
  });
  t.teardown(() => queries.stop());
  for (const words of ['known', 'des', 'desk', 'desk la', 'desk lamp', 'sofa', 'sofa']) queries.want(words);
  await until('all have theirs', () => given.size === 3);
  t.same(asked, [['desk lamp', 'sofa']], 'what was being typed is not embedded');
  await until('they are stored', () => store.searches.has('sofa'));

  for (let at = 0; at < 100; at += 1) queries.want(`query ${String(at)}.`);
  await until('some have theirs', () => given.has('query 59.'));
  await pause(60);
  t.notOk(given.has('query 60.'), 'what finds no room is let go');
  t.same(
    asked.slice(1).map(({ length }) => length),
    [20, 20, 20],
  );
});

t.test('a model that fails is told of once and left alone, and asked again later', async (t) => {
  let away = true;
  const { asked, embedder } = countingEmbedder(() => (away ? 'embedding_away' : undefined));
  const { logger, warned } = listening();
  const given: string[] = [];
  const queries = startEmbeddingQueries({
    embedder,
    store: new Vectors(),
    give: (words) => {
      given.push(words);
      return Promise.resolve();
    },
    logger,
    callMs: 1,
    restMs: 40,
  });
  t.teardown(() => queries.stop());
  const asking = setInterval(() => {
    queries.want('sofa');
  }, 1);
  t.teardown(() => {
    clearInterval(asking);
  });
  const begun = performance.now();
  await until('it is asked again', () => asked.length === 3);
  t.ok(performance.now() - begun >= 2 * 39, 'after a rest each');
  t.same(warned, ['searches could not be embedded: the stand-in refuses']);
  away = false;
  await until('it answers', () => given.includes('sofa'));
});
