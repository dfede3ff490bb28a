import { oneOf, whole } from '../../core/kernel/seeded-random.ts';
import { CATEGORIES, COLORS, KINDS } from './many-products.ts';

type Random = () => number;

/** One question to the search: its words and its filters, as they stand in the address. */
export type Question = Readonly<Record<string, string>> & { readonly q: string };

const thing = (random: Random): string => oneOf(random, oneOf(random, KINDS).names);
const described = (random: Random): string => {
  const kind = oneOf(random, KINDS);
  return `${oneOf(random, kind.uses)} ${oneOf(random, kind.names)}`;
};
const dollars = (random: Random): string => String(whole(random, 2, 60) * 5);

/** A letter left out, doubled, or two changed over. */
function mistyped(random: Random, word: string): string {
  const at = whole(random, 1, Math.max(1, word.length - 2));
  const [before, here, after] = [word.slice(0, at), word.charAt(at), word.slice(at + 1)];
  return oneOf(random, [
    before + after,
    before + here + here + after,
    `${before}${after.charAt(0)}${here}${after.slice(1)}`,
  ]);
}

/** What shoppers ask, in the shares in which they are here; each draws its own words. */
const WAYS: readonly ((random: Random) => Question)[] = [
  (random) => ({ q: thing(random) }),
  (random) => ({ q: described(random) }),
  (random) => ({ q: `${oneOf(random, COLORS)} ${described(random)}` }),
  (random) => ({ q: `${oneOf(random, COLORS)} ${described(random)} under $${dollars(random)}` }),
  (random) => ({ q: `${thing(random)} between ${dollars(random)} and ${dollars(random)} dollars` }),
  (random) => ({ q: mistyped(random, thing(random)) }),
  (random) => ({
    q: `${mistyped(random, thing(random))} ${mistyped(random, oneOf(random, KINDS).uses[0] ?? '')}`,
  }),
  (random) => ({ q: thing(random).slice(0, 4) }),
  (random) => ({ q: `dress size ${oneOf(random, ['S', 'M', 'XL'])}`, sort: 'price' }),
  (random) => ({
    q: oneOf(random, ['couch', 'rucksack', 'cup', 'pullover', 'torch', 'telly', 'pants']),
  }),
  (random) => ({ q: described(random), in_stock: 'true', price_max: `${dollars(random)}00` }),
  (random) => ({ q: thing(random), category: oneOf(random, CATEGORIES)[0], sort: '-price' }),
  (random) => ({
    q: `${thing(random)} in ${oneOf(random, CATEGORIES)[1]}`,
    page: String(whole(random, 1, 5)),
  }),
  (random) => ({ q: `under $${dollars(random)}`, sort: oneOf(random, ['relevance', 'name', 'newest']) }),
  (random) => ({ q: `${described(random)} with a spare and a bag to keep it in for small rooms` }),
  (random) => ({ q: oneOf(random, ['???', '日本', 'xyzzyq', "'; drop table", '.*', 'a']) }),
];

/** As far as a question and its answer's prices can tell, whether the answer is right. */
export function priceMaxCents({ q }: Question): number {
  const most = /under \$(\d+)/.exec(q)?.[1];
  return most === undefined ? Infinity : Number(most) * 100;
}

export function questionOf(random: Random): Question {
  return oneOf(random, WAYS)(random);
}
