/**
 * The stem of an English word, so that "lamps" finds "lamp" and "folding" finds "folded".
 *
 * Source: Porter 1980, An algorithm for suffix stripping, with the additions of English (Porter2) for a final e, y and
 * doubled letters that matter in names of goods. Words of other scripts, with digits or of up to two letters stay.
 */
export function stemOf(word: string): string {
  let stem = KNOWN.get(word);
  if (stem !== undefined) return stem;
  const regular = IRREGULAR.get(word) ?? word;
  stem =
    word.length <= 2 || !/^[a-z]+$/.test(word)
      ? word
      : STEPS.reduce((shorter, step) => step(shorter), regular);
  if (KNOWN.size >= KNOWN_MAX) KNOWN.clear();
  KNOWN.set(word, stem);
  return stem;
}

/** Texts repeat their words: most stems are known, and one text stands for all that are alike. */
const KNOWN = new Map<string, string>();
const KNOWN_MAX = 100_000;

/** Plurals that no rule finds, each before its singular. */
const IRREGULAR: ReadonlyMap<string, string> = new Map(
  `men man women woman children child feet foot teeth tooth mice mouse geese goose cacti cactus knives knife
   shelves shelf bookshelves bookshelf scarves scarf leaves leaf loaves loaf halves half wolves wolf calves calf`
    .split(/\s+/)
    .flatMap((word, at, words) => (at % 2 === 0 ? [[word, words[at + 1] ?? word] as const] : [])),
);

const VOWELS = 'aeiouy';

/** Whether there is a vowel in the first `length` letters; y is one behind a consonant. */
function hasVowel(word: string, length = word.length): boolean {
  for (let at = 0; at < length; at += 1) if (isVowel(word, at)) return true;
  return false;
}

function isVowel(word: string, at: number): boolean {
  const letter = word[at] ?? '';
  return letter === 'y' ? at > 0 && !isVowel(word, at - 1) : VOWELS.includes(letter);
}

/** Porter's measure: how often a vowel is followed by a consonant. */
function measure(word: string): number {
  let count = 0;
  for (let at = 1; at < word.length; at += 1) if (isVowel(word, at - 1) && !isVowel(word, at)) count += 1;
  return count;
}

/** Consonant, vowel, consonant at the end, the last not w, x or y: "fil", "hop". */
function endsShort(word: string): boolean {
  const last = word.length - 1;
  if (last < 2) return last === 1 && isVowel(word, 0) && !isVowel(word, 1);
  return (
    !isVowel(word, last) &&
    isVowel(word, last - 1) &&
    !isVowel(word, last - 2) &&
    !'wxy'.includes(word[last] ?? '')
  );
}

function without(word: string, suffix: string): string {
  return word.slice(0, word.length - suffix.length);
}

function plural(word: string): string {
  if (word.endsWith('sses')) return without(word, 'es');
  if (word.endsWith('ies')) return word.length > 4 ? `${without(word, 'ies')}i` : without(word, 's');
  if (word.endsWith('ss') || word.endsWith('us')) return word;
  if (word.endsWith('s') && hasVowel(word, word.length - 2)) return without(word, 's');
  return word;
}

function past(word: string): string {
  if (word.endsWith('eed')) return measure(without(word, 'eed')) > 0 ? without(word, 'd') : word;
  const suffix = ['ed', 'ing'].find(
    (each) => word.endsWith(each) && hasVowel(word, word.length - each.length),
  );
  if (suffix === undefined) return word;
  const stem = without(word, suffix);
  if (/(at|bl|iz)$/.test(stem)) return `${stem}e`;
  if (/([bdfgmnprt])\1$/.test(stem)) return stem.slice(0, -1);
  return measure(stem) === 1 && endsShort(stem) ? `${stem}e` : stem;
}

function finalY(word: string): string {
  const last = word.length - 1;
  return word[last] === 'y' && last > 1 && !isVowel(word, last - 1) ? `${word.slice(0, last)}i` : word;
}

type Endings = readonly (readonly [string, string])[];

const DOUBLE: Endings = [
  ['ational', 'ate'],
  ['tional', 'tion'],
  ['enci', 'ence'],
  ['anci', 'ance'],
  ['izer', 'ize'],
  ['bli', 'ble'],
  ['alli', 'al'],
  ['entli', 'ent'],
  ['eli', 'e'],
  ['ousli', 'ous'],
  ['ization', 'ize'],
  ['ation', 'ate'],
  ['ator', 'ate'],
  ['alism', 'al'],
  ['iveness', 'ive'],
  ['fulness', 'ful'],
  ['ousness', 'ous'],
  ['aliti', 'al'],
  ['iviti', 'ive'],
  ['biliti', 'ble'],
];

const SINGLE: Endings = [
  ['icate', 'ic'],
  ['ative', ''],
  ['alize', 'al'],
  ['iciti', 'ic'],
  ['ical', 'ic'],
  ['ful', ''],
  ['ness', ''],
];

const LAST: Endings = 'al ance ence er ic able ible ant ement ment ent sion tion ou ism ate iti ous ive ize'
  .split(' ')
  .map((ending) => [ending, ending === 'sion' ? 's' : ending === 'tion' ? 't' : '']);

/** Replaces the longest ending that fits, if what stays before it has more than `above` measures. */
function replacing(endings: Endings, above: number): (word: string) => string {
  const longestFirst = [...endings].sort(([a], [b]) => b.length - a.length);
  return (word) => {
    const found = longestFirst.find(([ending]) => word.endsWith(ending));
    if (found === undefined) return word;
    const stem = without(word, found[0]);
    return measure(stem) > above ? stem + found[1] : word;
  };
}

function finalE(word: string): string {
  const stem = word.slice(0, -1);
  if (word.endsWith('e') && (measure(stem) > 1 || (measure(stem) === 1 && !endsShort(stem)))) return stem;
  return word.endsWith('ll') && measure(stem) > 1 ? stem : word;
}

const STEPS = [plural, past, finalY, replacing(DOUBLE, 0), replacing(SINGLE, 0), replacing(LAST, 1), finalE];
