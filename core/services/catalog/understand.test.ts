import t from 'tap';
import { understand } from './understand.ts';

const CATEGORIES = [
  { id: 'audio', name: 'Headphones & Speakers' },
  { id: 'bags', name: 'Bags & Backpacks' },
];
const ask = (query: string): unknown => understand(query, CATEGORIES);

await t.test('prices are read out of a search', async (t) => {
  t.strictSame(ask('mug under $20'), { text: 'mug', priceMaxCents: 2_000 });
  t.strictSame(ask('below 19.5 dollars mug'), { text: 'mug', priceMaxCents: 1_950 });
  t.strictSame(ask('lamp over 100'), { text: 'lamp', priceMinCents: 10_000 });
  t.strictSame(ask('tents between 200 and $90'), {
    text: 'tents',
    priceMinCents: 9_000,
    priceMaxCents: 20_000,
  });
  t.strictSame(ask('watch $50-$80'), { text: 'watch', priceMinCents: 5_000, priceMaxCents: 8_000 });
  t.strictSame(ask('chair over 50 under 200'), {
    text: 'chair',
    priceMinCents: 5_000,
    priceMaxCents: 20_000,
  });
});

await t.test('a number that is no price stays a word', async (t) => {
  t.strictSame(ask('5 year diary'), { text: '5 year diary' });
});

await t.test('a category counts when it is named as a whole', async (t) => {
  t.strictSame(ask('wireless in headphones and speakers'), { text: 'wireless', category: 'audio' });
  t.strictSame(ask('bags under 50'), { text: '', category: 'bags', priceMaxCents: 5_000 });
  t.strictSame(ask('backpacks'), { text: 'backpacks' });
});
