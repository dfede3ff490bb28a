import t from 'tap';
import type { SearchedProduct } from '../../../core/models/search/product-search.ts';
import { Shelf } from '../../../core/services/intelligence/shelf.ts';
import { createShelfFeed } from './shelf-feed.ts';

const COUNT = 1_203;

const product = (at: number, name = 'Lamp'): SearchedProduct => ({
  id: `p${String(at).padStart(5, '0')}`,
  sku: `SKU-${String(at)}`,
  name,
  description: '',
  category: 'lighting',
  priceCents: 100,
  createdAtMs: 0,
});

t.test('the whole catalogue at first, changes from then on, and what failed is done again', async (t) => {
  const products = Array.from({ length: COUNT }, (_, at) => product(at));
  const asked: string[] = [];
  let fails = true;
  const shelf = new Shelf();
  const feed = createShelfFeed(shelf, {
    mark: () => Promise.resolve('7'),
    slice: (after, limit) => {
      asked.push(after);
      if (fails && after !== '') return Promise.reject(new Error('away'));
      return Promise.resolve(products.filter(({ id }) => id > after).slice(0, limit));
    },
    changedSince: (mark) => {
      asked.push(`since ${mark}`);
      return Promise.resolve({ mark: '9', products: [product(3, 'Vase'), product(9_999)], gone: ['p00001'] });
    },
  });
  await t.rejects(feed(), /away/);
  t.equal(shelf.popular(COUNT).length, 500, 'what was read is there');
  fails = false;
  await feed();
  t.equal(shelf.popular(2 * COUNT).length, COUNT);
  await feed();
  t.ok(shelf.has('p09999'));
  t.notOk(shelf.has('p00001'));
  await feed();
  t.same(asked.slice(2), ['', 'p00499', 'p00999', 'since 7', 'since 9']);
});
