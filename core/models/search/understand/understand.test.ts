import t from 'tap';
import { sizesIn } from './sizes.ts';
import { understand } from './understand.ts';

const CATEGORIES = [
  { id: 'audio', name: 'Headphones & Speakers' },
  { id: 'bags', name: 'Bags & Backpacks' },
  { id: 'chairs', name: 'Chairs' },
  { id: 'odd', name: 'C++ (and more)' },
];

/** What was understood, without the parts. */
function ask(query: string): object {
  const { parts: _parts, ...rest } = understand(query, {
    categories: CATEGORIES,
    currency: 'USD',
  }).understood;
  return rest;
}

const price = (text: string, min: number | undefined, max: number | undefined) => ({
  text,
  ...(min === undefined ? {} : { priceMinCents: min }),
  ...(max === undefined ? {} : { priceMaxCents: max }),
});

await t.test('prices are read out of a search, however they are written', async (t) => {
  for (const [query, text, min, max] of [
    ['mug under $20', 'mug', undefined, 2_000],
    ['below 19.5 dollars mug', 'mug', undefined, 1_950],
    ['mug for less than 20 bucks', 'mug for', undefined, 2_000],
    ['mug < 20', 'mug', undefined, 2_000],
    ['mug $20 or less', 'mug', undefined, 2_000],
    ['mug 20$ max', 'mug', undefined, 2_000],
    ['mug under US$20', 'mug', undefined, 2_000],
    ['sofa under 1,299.50', 'sofa', undefined, 129_950],
    ['sofa under 1k', 'sofa', undefined, 100_000],
    ['mug under 19,99', 'mug', undefined, 1_999],
    ['lamp over 100', 'lamp', 10_000, undefined],
    ['lamp $100+', 'lamp', 10_000, undefined],
    ['lamp 100 dollars and up', 'lamp', 10_000, undefined],
    ['tents between 200 and $90', 'tents', 9_000, 20_000],
    ['tents from $90 to $200', 'tents', 9_000, 20_000],
    ['watch $50-$80', 'watch', 5_000, 8_000],
    ['watch 50 to 80 dollars', 'watch', 5_000, 8_000],
    ['chair over 50 under 200', 'chair', 5_000, 20_000],
    ['gift around $50', 'gift', 4_000, 6_000],
    ['under $50', '', undefined, 5_000],
    ['UNDER  $50   Mug', 'Mug', undefined, 5_000],
  ] as const) {
    t.strictSame(ask(query), price(text, min, max), query);
  }
});

await t.test('prices in another currency are taken as the shop’s, and told', async (t) => {
  t.strictSame(ask('mug under €20'), { ...price('mug', undefined, 2_000), currency: 'EUR' });
  t.strictSame(ask('mug under 20 euros'), { ...price('mug', undefined, 2_000), currency: 'EUR' });
  t.strictSame(ask('mug over £20'), { ...price('mug', 2_000, undefined), currency: 'GBP' });
});

await t.test('a number that is no price stays a word', async (t) => {
  for (const query of [
    '5 year diary',
    'table under 120 cm',
    'bottle over 1 l',
    'dumbbells up to 20 kg',
    'toys for over 3 years',
    'ladder under 6 ft',
    'tent 2-3 persons',
    'under armour',
    'over 9000x',
    '2 to 3 seats sofa',
  ]) {
    t.strictSame(ask(query), { text: query }, query);
  }
});

await t.test('a category counts when it is named as a whole, behind “in”, or alone', async (t) => {
  t.strictSame(ask('wireless in headphones and speakers'), { text: 'wireless', category: 'audio' });
  t.strictSame(ask('bags & backpacks canvas'), { text: 'canvas', category: 'bags' });
  t.strictSame(ask('bags under 50'), { ...price('', undefined, 5_000), category: 'bags' });
  t.strictSame(ask('red in audio'), { text: '', category: 'audio', color: 'red' });
  t.strictSame(ask('camping chairs'), { text: 'camping chairs' });
  t.strictSame(ask('backpacks'), { text: 'backpacks' });
  t.strictSame(ask('c++ (and more)'), { text: '', category: 'odd' });
});

await t.test('colours and sizes are read as what they mean', async (t) => {
  t.strictSame(ask('red summer dress under $50'), {
    ...price('summer dress', undefined, 5_000),
    color: 'red',
  });
  t.strictSame(ask('crimson scarf'), { text: 'scarf', color: 'red' });
  t.strictSame(ask('shirt in Navy'), { text: 'shirt', color: 'blue' });
  t.strictSame(ask('gray-coloured rug'), { text: 'rug', color: 'grey' });
  t.strictSame(ask('olive oil'), { text: 'olive oil' }, 'what mostly is something else is no colour');
  t.strictSame(ask('black and white print'), { text: 'and white print', color: 'black' });
  t.strictSame(ask('sneakers size 42'), { text: 'sneakers', size: '42' });
  t.strictSame(ask('sneakers UK 9'), { text: 'sneakers', size: 'UK 9' });
  t.strictSame(ask('t-shirt xl'), { text: 't-shirt', size: 'XL' });
  t.strictSame(ask('shirt in size extra large'), { text: 'shirt', size: 'XL' });
  t.strictSame(ask('shirt size m'), { text: 'shirt', size: 'M' });
  t.strictSame(ask('large mug'), { text: 'large mug' });
  t.strictSame(ask('men’s m shirt'), { text: 'men’s m shirt' });
});

await t.test('what people say around it is left out', async (t) => {
  t.strictSame(ask('show me a lamp'), { text: 'lamp' });
  t.strictSame(ask("I'm looking for blue mugs"), { text: 'mugs', color: 'blue' });
  t.strictSame(ask('find'), { text: 'find' });
});

await t.test('each part can be taken out of the search as it was written', async (t) => {
  const { parts } = understand('Red dress  in bags, size M under $50', {
    categories: CATEGORIES,
    currency: 'USD',
  }).understood;
  t.strictSame(parts, [
    { kind: 'category', without: 'Red dress , size M under $50' },
    { kind: 'color', without: 'dress in bags, size M under $50' },
    { kind: 'size', without: 'Red dress in bags, under $50' },
    { kind: 'price', without: 'Red dress in bags, size M' },
  ]);
  const both = understand('chair over 50 under 200', { categories: [], currency: 'USD' }).understood;
  t.strictSame(both.parts, [{ kind: 'price', without: 'chair' }], 'both ends are one part');
});

await t.test('whatever is typed is understood somehow, and quickly', async (t) => {
  const odd = [
    '',
    ' ',
    '$',
    'under',
    'under $',
    '(((',
    '\\',
    '[a-z]*',
    '😀 under 😀',
    '\u0001',
    'ß'.repeat(200),
  ];
  const long = [
    'under 1,'.repeat(25),
    'a in '.repeat(40),
    '1'.repeat(200),
    '$ '.repeat(100),
    'x-'.repeat(100),
  ];
  for (const query of [...odd, ...long]) {
    const begun = performance.now();
    t.type(understand(query, { categories: CATEGORIES, currency: 'USD' }).understood.text, 'string');
    t.ok(performance.now() - begun < 2_000, `${query.slice(0, 12)}…`);
  }
});

await t.test('sizes in a product’s texts', async (t) => {
  const sizes = (text: string) => [...sizesIn(text)];
  t.strictSame(sizes('Sizes S to XL.'), ['S', 'M', 'L', 'XL']);
  t.strictSame(sizes('Comes in sizes 40, 41 and 42.'), ['40', '41', '42']);
  t.strictSame(sizes('Size 42'), ['42']);
  t.strictSame(sizes('Sizes 38–40'), ['38', '38.5', '39', '39.5', '40']);
  t.strictSame(sizes('Linen Shirt XL'), ['XL']);
  t.strictSame(sizes('A large bag for small things, M. Smith'), []);
});
