import t from 'tap';
import { DEMO_CATEGORIES, DEMO_PRODUCTS, demoStock } from './demo.ts';
import { productSvg } from './picture.ts';

await t.test('the demo shop has 240 different products on twelve shelves', async (t) => {
  t.equal(DEMO_CATEGORIES.length, 12);
  t.equal(DEMO_PRODUCTS.length, 240);
  for (const field of ['id', 'sku', 'name', 'imageUrl'] as const) {
    t.equal(new Set(DEMO_PRODUCTS.map((product) => product[field])).size, 240, `every ${field} is used once`);
  }
  t.ok(
    DEMO_PRODUCTS.every(({ id }) =>
      /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-a[0-9a-f]{3}-[0-9a-f]{12}$/.test(id),
    ),
  );
  t.ok(DEMO_PRODUCTS.every(({ priceCents }) => priceCents >= 500 && priceCents <= 50_000));
  t.ok(DEMO_PRODUCTS.every(({ priceCents, costCents }) => costCents > 0 && costCents < priceCents));
});

await t.test('70 % have 50 to 500 units, 20 % have 10 to 50, 10 % have none', async (t) => {
  const units = demoStock(['a', 'b', 'c']).map(({ warehouses }) =>
    warehouses.reduce((sum, { onHand }) => sum + onHand, 0),
  );
  t.equal(units.filter((each) => each === 0).length, 24);
  t.equal(units.filter((each) => each >= 10 && each < 50).length, 48);
  t.equal(units.filter((each) => each >= 50 && each <= 500).length, 168);
  t.ok(demoStock(['a', 'b', 'c']).every(({ warehouses }) => warehouses.every(({ onHand }) => onHand >= 0)));
});

await t.test('every product has a picture of its own that stays the same', async (t) => {
  const pictures = DEMO_PRODUCTS.map(productSvg);
  t.equal(new Set(pictures.map((picture) => picture.replace(/aria-label="[^"]*"/, ''))).size, 240);
  t.strictSame(DEMO_PRODUCTS.map(productSvg), pictures);
  t.notOk(pictures.some((picture) => /NaN|undefined|Infinity/.test(picture)));
});

await t.test('a picture carries any name safely', async (t) => {
  const picture = productSvg({ sku: 'X', name: '"><script>alert(1)</script> & Mug' });
  t.notMatch(picture, /<script/);
});
