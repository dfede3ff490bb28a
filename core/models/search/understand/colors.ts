import { plainWordsOf } from '../words.ts';

/**
 * Colours by the words that shops write for them, the plain name first. Words that mostly mean something else in a
 * shop (rose, olive, copper, cream, chocolate) are colours of a product where it is asked for one, and never asked for.
 */
const COLORS: readonly (readonly [asked: string, alsoFound: string])[] = [
  ['red crimson scarlet burgundy maroon vermilion', 'ruby cherry brick poppy'],
  ['orange tangerine', 'apricot rust terracotta amber'],
  ['yellow', 'lemon mustard saffron ochre'],
  ['green emerald', 'olive sage moss forest mint pine khaki'],
  ['blue navy azure cobalt indigo', 'sapphire denim sky'],
  ['turquoise teal aqua cyan', ''],
  ['purple violet lilac lavender mauve', 'plum aubergine'],
  ['pink magenta fuchsia', 'rose blush coral salmon'],
  ['brown beige taupe', 'tan chestnut walnut chocolate camel sand khaki'],
  ['black', 'ebony jet onyx'],
  ['white', 'ivory cream snow'],
  ['grey gray', 'charcoal slate ash graphite'],
  ['gold golden', 'brass'],
  ['silver silvery', ''],
];

const ASKED = new Map(
  COLORS.flatMap(([asked]) => {
    const words = asked.split(' ');
    return words.map((word) => [word, words[0] ?? word] as const);
  }),
);

const FOUND = new Map(
  COLORS.map(([asked, alsoFound]) => [asked.split(' ')[0] ?? '', `${asked} ${alsoFound}`.trim().split(' ')]),
);

/** The colour a word asks for, by its plain name. */
export function colorOf(word: string): string | undefined {
  return ASKED.get(plainWordsOf(word)[0] ?? '');
}

/** Words by which a product is of this colour. */
export function wordsOfColor(color: string): readonly string[] {
  return FOUND.get(color) ?? [];
}
