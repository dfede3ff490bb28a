import t from 'tap';
import { Embeddings, inBytes, NEAR_COSINE, VECTOR_DIMENSIONS } from './embeddings.ts';
import { ProductSearch, type SearchedProduct, type SearchFilter } from './product-search.ts';

/** Between two directions: the cosine with the first is `cosine`. */
function towards(first: number, cosine: number, second: number): Int8Array {
  const values = Array.from({ length: VECTOR_DIMENSIONS }, () => 0);
  values[first] = cosine;
  values[second] = Math.sqrt(1 - cosine ** 2);
  return inBytes(values);
}

const SOFA = 0;
const product = (id: string, name: string, description = ''): SearchedProduct => ({
  id,
  sku: id.toUpperCase(),
  name,
  description,
  category: 'home',
  priceCents: 1_000,
  createdAtMs: 0,
});
const FILTER: SearchFilter = { inStock: false, sort: 'relevance', page: 1, limit: 10 };

function shop(): ProductSearch {
  const search = new ProductSearch('USD');
  search.put(product('a', 'Velvet Settee'));
  search.put(product('b', 'Oak Bookcase'));
  search.put(product('c', 'Chaise Longue'));
  search.put(product('d', 'Steel Lamp'));
  return search;
}
const ids = (search: ProductSearch, query: string, more: Partial<SearchFilter> = {}) =>
  search.search(query, { ...FILTER, ...more }).ids;

t.test('what shares no word with a search is found by its vector, once the search has one', (t) => {
  const search = shop();
  t.equal(search.search('xyzzyx', FILTER).unembedded, undefined, 'without vectors nothing is wanted');
  search.putVector('a', towards(SOFA, 0.9, 100));
  search.putVector('b', towards(SOFA, NEAR_COSINE - 0.05, 200));
  search.putVector('c', towards(SOFA, 0.8, 300));
  search.putVector('none', towards(SOFA, 0.8, 300));
  t.equal(search.embedded, 3);
  const first = search.search('  Xyzzyx ', FILTER);
  t.match(first, { ids: [], unembedded: 'xyzzyx' });
  search.putQueryVector('xyzzyx', towards(SOFA, 1, 1));
  const found = search.search('Xyzzyx', FILTER);
  t.strictSame(found.ids, ['a', 'c'], 'nearest first, none below the bound');
  t.match(found, { total: 2, exact: 0 });
  t.equal(found.unembedded, undefined);
  t.strictSame(ids(search, 'xyzzyx', { sort: 'name' }), ['c', 'a']);
  t.strictSame(ids(search, 'xyzzyx', { category: 'garden' }), []);
  t.end();
});

t.test('a new text has no vector, a new price keeps it, and a number that goes to another has none', (t) => {
  const search = shop();
  search.putVector('a', towards(SOFA, 0.9, 100));
  search.putQueryVector('xyzzyx', towards(SOFA, 1, 1));
  search.put({ ...product('a', 'Velvet Settee'), priceCents: 5 });
  t.strictSame(ids(search, 'xyzzyx'), ['a']);
  search.put(product('a', 'Velvet Curtain'));
  search.putVector('b', towards(SOFA, 0.1, 100));
  t.strictSame(ids(search, 'xyzzyx'), []);
  search.putVector('a', towards(SOFA, 0.9, 100));
  search.remove('a');
  search.put(product('e', 'Garden Gnome'));
  t.strictSame(ids(search, 'xyzzyx'), []);
  t.equal(search.embedded, 1);
  t.end();
});

t.test('nearness moves what has the words, and adds to it without taking away', (t) => {
  const search = new ProductSearch('USD');
  search.put(product('a', 'Red Lamp'));
  search.put(product('b', 'Red Lamp'));
  search.put(product('c', 'Garden Gnome'));
  t.strictSame(ids(search, 'lamp'), ['a', 'b']);
  search.putVector('a', towards(SOFA, 0.2, 100));
  search.putVector('b', towards(SOFA, 0.9, 100));
  search.putVector('c', towards(SOFA, 0.8, 100));
  t.strictSame(ids(search, 'lamp'), ['a', 'b'], 'as before while the search has no vector');
  search.putQueryVector('lamp', towards(SOFA, 1, 1));
  const found = search.search('lamp', FILTER);
  t.strictSame(found.ids, ['b', 'a', 'c']);
  t.match(found, { total: 3, exact: 2 });
  t.end();
});

t.test('beginnings of words and whole texts are not embedded, and old searches make room', (t) => {
  const embeddings = new Embeddings();
  const vector = towards(SOFA, 1, 1);
  embeddings.put(0, vector);
  t.same(embeddings.query('ab'), {});
  t.same(embeddings.query('a'.repeat(201)), {});
  embeddings.putQuery('kept', vector);
  for (let at = 0; at < 5_000; at += 1) {
    embeddings.putQuery(`query ${String(at)}`, vector);
    if (at === 2_500) t.ok(embeddings.query('kept').query, 'what is asked again stays');
  }
  t.ok(embeddings.query('kept').query);
  t.equal(embeddings.query('query 0').missing, 'query 0');
  t.throws(() => {
    embeddings.put(1, new Int8Array(5));
  }, /5 numbers in place of 768/);
  t.equal(embeddings.size, 1);
  t.end();
});
