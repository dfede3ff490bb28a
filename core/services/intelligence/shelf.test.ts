import t from 'tap';
import { Shelf, type ShelfProduct } from './shelf.ts';

const product = (id: string, name: string, category = 'lighting', description = ''): ShelfProduct => ({
  id,
  sku: id.toUpperCase(),
  name,
  description,
  category,
});

function shelfOf(...products: readonly ShelfProduct[]): Shelf {
  const shelf = new Shelf();
  for (const each of products) shelf.put(each);
  return shelf;
}

t.test('what sold of late comes first, then the rest; what is not for sale is not told of', (t) => {
  const shelf = shelfOf(product('a', 'Lamp'), product('b', 'Mug'), product('c', 'Vase'));
  t.same(shelf.popular(2), ['a', 'b']);
  shelf.setSold(['c', 'gone', 'gone', 'gone', 'b', 'c']);
  t.same(shelf.popular(5), ['c', 'b', 'a']);
  t.same(shelf.popular(1), ['c']);
  shelf.remove('c');
  t.notOk(shelf.has('c'));
  t.same([shelf.skuOf('b'), shelf.skuOf('c')], ['B', undefined]);
  t.same(shelf.popular(5), ['b', 'a']);
  t.end();
});

t.test(
  'alike are products of the category that share words, above all of the name; then what sells there',
  (t) => {
    const shelf = shelfOf(
      product('desk', 'Brass Desk Lamp', 'lighting', 'For reading.'),
      product('floor', 'Brass Floor Lamp'),
      product('other', 'Candle', 'lighting', 'Goes with a brass lamp.'),
      product('chain', 'Fairy Chain'),
      product('moon', 'Moon'),
      product('table', 'Brass Desk', 'furniture'),
    );
    shelf.setSold(['moon', 'chain', 'moon']);
    t.same(shelf.alike('desk', 2), ['floor', 'other']);
    t.same(shelf.alike('desk', 9), ['floor', 'other', 'moon', 'chain'], 'those without a word by what sells');
    t.same(shelf.alike('unknown', 9), []);
    t.same(shelf.alike('table', 9), [], 'it is alone in its category');
    t.end();
  },
);

t.test('a change is seen at once: another name, another category, gone and there again', (t) => {
  const shelf = shelfOf(
    product('one', 'Copper Kettle', 'kitchen'),
    product('two', 'Copper Kettle', 'kitchen'),
    product('three', 'Steel Knife', 'kitchen'),
  );
  t.same(shelf.alike('one', 1), ['two']);
  shelf.put(product('two', 'Steel Knife', 'kitchen'));
  t.same(shelf.alike('three', 1), ['two']);
  shelf.put(product('one', 'Copper Lamp'));
  t.same(shelf.alike('two', 9), ['three']);
  t.same(shelf.alike('one', 9), []);
  shelf.remove('three');
  shelf.remove('three');
  t.same(shelf.alike('two', 9), []);
  shelf.put(product('four', 'Knife', 'kitchen'));
  shelf.put(product('three', 'Steel Knife', 'kitchen'));
  t.same(shelf.alike('two', 9), ['three', 'four'], 'the number of one that went is used again');
  t.end();
});
