import t from 'tap';
import { firstOf } from './first-of.ts';
import {
  ProductSearch,
  type ProductsFound,
  type SearchedProduct,
  type SearchFilter,
} from './product-search.ts';

const GOODS: readonly (readonly [name: string, description: string, category: string, dollars: number])[] = [
  ['Harbor Stoneware Mug', 'Holds soup, too.', 'drinkware', 18],
  ['Saltbox Camp Mug', 'Enamel, for every campfire.', 'drinkware', 16.5],
  ['Morning Soup Mug', 'With a lid.', 'drinkware', 24],
  ['Alder Sofa', 'Three seats, grey.', 'furniture', 900],
  ['Oak Dining Chair', 'Solid oak.', 'furniture', 120],
  ['Crimson Summer Dress', 'Linen. Sizes S to L.', 'clothing', 45],
  ['Sky Summer Dress', 'Blue cotton. Sizes M to XL.', 'clothing', 60],
  ['Plain Winter Dress', 'Wool, black.', 'clothing', 80],
  ['Quiet Headphones', 'Wireless.', 'audio', 249],
  ['Kitchen Nightstand', 'For the night.', 'furniture', 99],
];
const FILTER: SearchFilter = { inStock: false, sort: 'relevance', page: 1, limit: 20 };

const product = (at: number, more: Partial<SearchedProduct> = {}): SearchedProduct => {
  const [name = '', description = '', category = '', dollars = 0] = GOODS[at] ?? [];
  const facts = { name, description, category, priceCents: dollars * 100, createdAtMs: at };
  return { id: `p${String(at)}`, sku: `SKU-${String(at)}`, ...facts, ...more };
};

function shop(): ProductSearch {
  const search = new ProductSearch('USD');
  search.setCategories([
    { id: 'drinkware', name: 'Mugs & Drinkware' },
    { id: 'furniture', name: 'Furniture' },
    { id: 'clothing', name: 'Clothing' },
    { id: 'audio', name: 'Headphones & Speakers' },
  ]);
  for (const at of GOODS.keys()) search.put(product(at));
  for (const _step of search.renewSpace(1)) continue;
  return search;
}

const namesOf = ({ ids }: ProductsFound): readonly string[] =>
  ids.map((id) => GOODS[Number(id.slice(1))]?.[0] ?? id);
const ask = (search: ProductSearch, query: string, more: Partial<SearchFilter> = {}): ProductsFound =>
  search.search(query, { ...FILTER, ...more });

t.test('a search is understood, and what it asks for holds', async (t) => {
  const search = shop();
  const dress = ask(search, 'red summer dress under $50');
  t.strictSame(namesOf(dress), ['Crimson Summer Dress'], 'crimson is a red');
  t.match(dress.understood, { text: 'summer dress', color: 'red', priceMaxCents: 5_000, relaxed: [] });
  t.strictSame(namesOf(ask(search, 'mug in drinkware under 20')).toSorted(), [
    'Harbor Stoneware Mug',
    'Saltbox Camp Mug',
  ]);
  t.strictSame(
    namesOf(ask(search, 'summer dress size XL')),
    ['Sky Summer Dress', 'Plain Winter Dress'],
    'what names other sizes is out',
  );
  t.equal(ask(search, 'drinkware').total, 3, 'a category’s word that no product has');
  t.equal(ask(search, 'under $20').total, 2, 'no words at all');
});

t.test('a colour or size that nothing has is told, and not held to', async (t) => {
  const search = shop();
  const mugs = ask(search, 'purple mug');
  t.equal(mugs.total, 3);
  t.strictSame(mugs.understood.relaxed, ['color']);
  const chairs = ask(search, 'dress size 44');
  t.strictSame(namesOf(chairs), ['Plain Winter Dress'], 'its texts name no sizes: it may come in this one');
});

t.test('typing errors, beginnings, synonyms, compounds and stems are found', async (t) => {
  const search = shop();
  const wrong = ask(search, 'headphnoes');
  t.equal(namesOf(wrong)[0], 'Quiet Headphones');
  t.strictSame(wrong.understood.corrected, [{ from: 'headphnoes', to: 'headphones' }]);
  for (const [query, name] of [
    ['couch', 'Alder Sofa'],
    ['sof', 'Alder Sofa'],
    ['chairs', 'Oak Dining Chair'],
    ['night stand', 'Kitchen Nightstand'],
    ['drinking cup', 'Harbor Stoneware Mug'],
    ['sku-4', 'Oak Dining Chair'],
  ] as const) {
    const found = ask(search, query);
    t.ok(namesOf(found).includes(name), query);
    t.strictSame(found.understood.corrected, [], `${query} is no error`);
  }
});

t.test('what has every word comes first, then what is the same kind of thing', async (t) => {
  const found = ask(shop(), 'soup mug');
  t.strictSame(namesOf(found).slice(0, 2), ['Morning Soup Mug', 'Harbor Stoneware Mug']);
  t.strictSame([found.exact, found.total], [2, 3]);
  t.equal(ask(shop(), 'glass mug').exact, 0);
});

t.test('what sells, and what can be had, come first among what answers as well', async (t) => {
  const search = shop();
  const first = () => namesOf(ask(search, 'summer dress'))[0];
  const before = first();
  const [other = ''] = ['p5', 'p6'].filter((id) => GOODS[Number(id.slice(1))]?.[0] !== before);
  search.setSold(new Map([[other, 40]]));
  t.not(first(), before, 'bought often');
  search.setSoldOut([`SKU-${other.slice(1)}`]);
  t.equal(first(), before, 'sold out');
  t.equal(ask(search, 'summer dress', { inStock: true }).ids.includes(other), false);
  search.setSoldOut([]);
  search.setSold(new Map());
  t.equal(namesOf(ask(search, 'crimson summer dress'))[0], 'Crimson Summer Dress', 'the text decides first');
  search.setSold(new Map([['p6', 1_000]]));
  t.equal(namesOf(ask(search, 'crimson summer dress'))[0], 'Crimson Summer Dress');
});

t.test('filters narrow, orders sort, pages hold together', async (t) => {
  const search = shop();
  const all = ask(search, 'dress');
  t.equal(all.total, 3);
  t.strictSame(namesOf(ask(search, 'dress', { sort: 'price' })), [
    'Crimson Summer Dress',
    'Sky Summer Dress',
    'Plain Winter Dress',
  ]);
  t.strictSame(ask(search, 'dress', { sort: '-price' }).ids, ['p7', 'p6', 'p5']);
  t.strictSame(ask(search, 'dress', { sort: 'newest' }).ids, ['p7', 'p6', 'p5']);
  t.strictSame(ask(search, 'dress', { sort: '-name' }).ids, ['p6', 'p7', 'p5']);
  const pages = [1, 2, 3, 4].flatMap((page) => ask(search, 'dress', { page, limit: 1 }).ids);
  t.strictSame(pages, all.ids);
  t.strictSame(ask(search, 'dress', { priceMinCents: 6_000, priceMaxCents: 6_000 }).ids, ['p6']);
  t.equal(ask(search, 'dress', { category: 'audio' }).total, 0);
  const narrowed = new Set(ask(search, 'soup mug', { priceMaxCents: 1_700 }).ids);
  t.ok(
    [...narrowed].every((id) => ask(search, 'soup mug').ids.includes(id)),
    'nothing the search alone did not show',
  );
});

t.test('changes are found at once, and what was is not', async (t) => {
  const search = shop();
  search.put(product(4, { name: 'Walnut Bench', description: 'Solid walnut.' }));
  t.strictSame(ask(search, 'walnut bench').ids, ['p4']);
  t.equal(ask(search, 'dining chair').exact, 0);
  search.put(product(3, { priceCents: 1_000 }));
  t.ok(ask(search, 'sofa under $20').ids.includes('p3'));
  search.remove('p3');
  t.notOk(ask(search, 'sofa').ids.includes('p3'));
  search.put(product(3, { id: 'new', sku: 'NEW-1', name: 'Red Lantern', description: '' }));
  t.strictSame(ask(search, 'lantern').ids, ['new'], 'a number that was free is used again');
  t.equal(ask(search, 'NEW-1').total, 1);
  t.equal(search.size, GOODS.length);
  for (let turn = 0; turn < 50; turn += 1)
    search.put(product(0, { name: turn % 2 === 0 ? 'Odd Vase' : 'Even Urn' }));
  t.strictSame([ask(search, 'odd vase').exact, ask(search, 'even urn').exact], [0, 1]);
});

t.test('products that come while a space is learnt have their place in it', async (t) => {
  const search = shop();
  const steps = search.renewSpace(2);
  steps.next();
  search.put(product(0, { id: 'late', sku: 'LATE', name: 'Late Sofa', description: 'Grey seats.' }));
  while (steps.next().done !== true) continue;
  t.ok(ask(search, 'grey sofa').ids.includes('late'));
});

t.test('whatever is typed is answered', async (t) => {
  const search = shop();
  for (const query of ['???', '😀', '日本', '$', "'; drop table", '.*', '\\', '\u0001', '%', 'the', '((('])
    t.type(ask(search, query).total, 'number', query);
  for (const query of ['???', '😀', '日本', '.*']) t.strictSame(ask(search, query).ids, [], query);
  t.equal(ask(search, 'x '.repeat(5_000)).total, 0);
  t.type(ask(search, 'mug '.repeat(2_500)).total, 'number');
  t.type(ask(search, 'a'.repeat(10_000)).total, 'number');
  t.strictSame(new ProductSearch('USD').search('mug', FILTER).ids, [], 'an empty shop');
});

t.test('the first of many are those that sorting all brings first', async (t) => {
  const numbers = Int32Array.from({ length: 500 }, (_, at) => (at * 7_919) % 503);
  const rising = (one: number, other: number): number => one - other;
  for (const count of [0, 1, 10, 249, 250, 500, 900]) {
    t.strictSame(firstOf(numbers, count, rising), [...numbers].sort(rising).slice(0, count), String(count));
  }
});
