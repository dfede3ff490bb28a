import { stemOf } from './stem.ts';

/** Words of a text as they are: lower case, accents off, letters and digits. What plain BM25 counts. */
export function plainWordsOf(text: string): readonly string[] {
  return folded(text).match(/[\p{L}\p{N}]+/gu) ?? [];
}

/**
 * Words of a text as they are looked for: stemmed, measures written one way ("5-foot", "5 ft." and "5'" are all
 * `5`, `ft`, `5ft`), fractions and decimals whole, words that say nothing left out.
 */
export function stemsOf(text: string): readonly string[] {
  const stems: string[] = [];
  const words = measuresOf(folded(text)).match(/\d+(?:[./]\d+)*|[\p{L}]+/gu) ?? [];
  for (const word of words) {
    if (STOP_WORDS.has(word)) continue;
    const unit = UNITS.get(word);
    const before = stems.at(-1);
    if (unit !== undefined && before !== undefined && /^\d/.test(before)) stems.push(unit, before + unit);
    else stems.push(/^\d/.test(word) ? word : stemOf(word));
  }
  return stems;
}

/** The words that say what a thing is not, or is for, begin what only qualifies it: "lamp for a desk". */
const QUALIFIERS = /\s(?:for|with|without|in|from|under|over|to|by|that|on|of)\s/;

/** The stem of what a search is for: the last word before "for", "with" and the like; undefined where nothing is left. */
export function headOf(query: string): string | undefined {
  const [main = ''] = folded(query).split(QUALIFIERS);
  return stemsOf(main).findLast((stem) => !/^\d/.test(stem)) ?? stemsOf(query).at(-1);
}

function folded(text: string): string {
  return text
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[’']s\b/g, 's');
}

/** Feet and inches written as marks behind a digit; words joined by an apostrophe are one. */
function measuresOf(text: string): string {
  return text
    .replace(/(\d)\s?(?:''|”|″|")/g, '$1 in ')
    .replace(/(\d)\s?['’′]/g, '$1 ft ')
    .replace(/(\d)\s?%/g, '$1 percent ')
    .replace(/(\p{L})['’](\p{L})/gu, '$1$2');
}

const UNITS: ReadonlyMap<string, string> = new Map(
  [
    ['ft', 'foot', 'feet'],
    ['in', 'inch', 'inches'],
    ['cm', 'centimeter', 'centimeters', 'centimetre', 'centimetres'],
    ['mm', 'millimeter', 'millimeters', 'millimetre', 'millimetres'],
    ['m', 'meter', 'meters', 'metre', 'metres'],
    ['yd', 'yard', 'yards'],
    ['lb', 'lbs', 'pound', 'pounds'],
    ['oz', 'ounce', 'ounces'],
    ['kg', 'kilogram', 'kilograms', 'kilo', 'kilos'],
    ['g', 'gram', 'grams'],
    ['l', 'liter', 'liters', 'litre', 'litres'],
    ['ml', 'milliliter', 'milliliters', 'millilitre', 'millilitres'],
    ['gal', 'gallon', 'gallons'],
    ['qt', 'quart', 'quarts'],
    ['v', 'volt', 'volts'],
    ['w', 'watt', 'watts'],
    ['a', 'amp', 'amps', 'ampere', 'amperes'],
    ['gb', 'gigabyte', 'gigabytes'],
    ['tb', 'terabyte', 'terabytes'],
    ['pk', 'pack', 'packs'],
    ['pc', 'pcs', 'piece', 'pieces'],
    ['ct', 'count'],
  ].flatMap((names) => names.map((name) => [name, names[0] ?? name] as const)),
);

const STOP_WORDS: ReadonlySet<string> = new Set(
  'the and or of for with to by from is are be it its this that these those your our an as at on i my'.split(
    ' ',
  ),
);
