import type { Reading, Taken } from './reading.ts';

/** Prices a search asks for, both ends included. In cents, or hundredths of whatever currency was named. */
export interface AskedPrices {
  readonly minCents?: number;
  readonly maxCents?: number;
  /** The currency that was named, if one was; ISO 4217. */
  readonly currency?: string;
  readonly bits: readonly Taken[];
}

const CURRENCIES: readonly (readonly [code: string, words: string])[] = [
  ['USD', String.raw`us\s?\$|\$|usd|dollars?|bucks`],
  ['EUR', '€|eur|euros?'],
  ['GBP', '£|gbp|quid|pounds? sterling'],
  ['JPY', '¥|jpy|yen'],
  ['CHF', 'chf|francs?|fr\\.'],
];
const MONEY = CURRENCIES.map(([, words]) => words).join('|');

/** What a number counts when it is no price: "under 50 cm", "over 2 years". */
const UNITS = String.raw`(?:[x×]\s?\d|[%°"'”″’′]|(?:mm|cm|m|km|meters?|metres?|ft|feet|foot|inch(?:es)?|yards?|g|kg|grams?|kilos?|lbs?|pounds?(?! sterling)|oz|ounces?|l|ml|liters?|litres?|gallons?|quarts?|w|watts?|v|volts?|amps?|mah|gb|tb|mb|hz|db|lumens?|years?|months?|weeks?|days?|hours?|hrs?|minutes?|mins?|people|persons?|pieces?|pcs|packs?|percent|degrees?|stars?|seats?|cups?|threads?|spf)\b)`;

const NUMBER = String.raw`\d{1,3}(?:,\d{3})+(?:\.\d{1,2})?|\d{1,7}(?:[.,]\d{1,2})?`;
/** Four groups: the currency before, the number, thousands, the currency behind. */
const AMOUNT = String.raw`(${MONEY})?\s?(${NUMBER})(?![\d.,]*\d)(k\b)?\s?((?:${MONEY})(?!\p{L}))?(?!\p{L}|\s?-?${UNITS})`;
/** The same with its currency: a number alone says too little where no word leads it. */
const SPAN = String.raw`(?:(?=(?:${MONEY}))|(?=[\d.,]+\s?(?:-|–|to)\s?(?:${MONEY})|[\d.,]+\s?(?:-|–|to)\s?[\d.,]+\s?(?:${MONEY})))`;

const between = (lead: string, link: string): RegExp =>
  new RegExp(`${lead}${AMOUNT}\\s*(?:${link})\\s*${AMOUNT}`, 'iu');
const led = (words: string): RegExp =>
  new RegExp(`(?<![\\p{L}\\p{N}])(?:${words})\\s*(?:the price of\\s|of\\s)?${AMOUNT}`, 'iu');

const BETWEEN = between(String.raw`(?<![\p{L}\p{N}])(?:between|from|priced)\s+`, 'and|to|-|–');
const DASH = between(String.raw`(?<![\p{L}\p{N}.,])${SPAN}`, '-|–|to');
const AT_MOST = led(
  String.raw`under|below|less than|lower than|cheaper than|up to|at most|no more than|not more than|not over|within|max(?:imum)?\.?|<=?|≤|budget(?: of)?`,
);
const AT_LEAST = led(
  String.raw`over|above|more than|higher than|at least|no less than|starting (?:at|from)|min(?:imum)?\.?|>=?|≥`,
);
const AROUND = led(String.raw`around|about|roughly|approximately|approx\.?|circa|~`);
const OR_LESS = new RegExp(
  String.raw`(?<![\p{L}\p{N}.,])${AMOUNT}\s*(?:or (?:less|under|below|cheaper)|max(?:imum)?\b)`,
  'iu',
);
const OR_MORE = new RegExp(
  String.raw`(?<![\p{L}\p{N}.,])${AMOUNT}\s*(?:\+|or (?:more|over|above)|and (?:up|over|above)|upwards?)`,
  'iu',
);

/** "About 50" is 50 give or take this share. */
const AROUND_SHARE = 0.2;

/** Reads prices out of a search. Where several are named, the first of each end counts. */
export function readPrices(reading: Reading): AskedPrices {
  const bits: Taken[] = [];
  let currency: string | undefined;
  const amounts = (pattern: RegExp): readonly number[] => {
    const found = reading.find(pattern);
    if (found === null) return [];
    bits.push(reading.take(found));
    const cents: number[] = [];
    for (let at = 1; at < found.length; at += 4) {
      const [before, number = '', thousands, behind] = found.slice(at, at + 4);
      currency ??= currencyOf(before ?? behind);
      cents.push(centsOf(number) * (thousands === undefined ? 1 : 1_000));
    }
    return cents;
  };
  const [low, high] = [BETWEEN, DASH]
    .map(amounts)
    .find(({ length }) => length > 0)
    ?.toSorted((one, other) => one - other) ?? [undefined, undefined];
  let max = high ?? amounts(AT_MOST)[0] ?? amounts(OR_LESS)[0];
  let min = low ?? amounts(AT_LEAST)[0] ?? amounts(OR_MORE)[0];
  if (min === undefined && max === undefined) {
    const [about] = amounts(AROUND);
    if (about !== undefined) {
      [min, max] = [Math.round(about * (1 - AROUND_SHARE)), Math.round(about * (1 + AROUND_SHARE))];
    }
  }
  return {
    ...(min === undefined ? {} : { minCents: min }),
    ...(max === undefined ? {} : { maxCents: max }),
    ...(currency === undefined ? {} : { currency }),
    bits,
  };
}

/** "1,299.50" and "19,99" alike. */
function centsOf(number: string): number {
  const plain = /,\d{1,2}$/.test(number) ? number.replace(',', '.') : number.replaceAll(',', '');
  return Math.round(Number(plain) * 100);
}

function currencyOf(words: string | undefined): string | undefined {
  if (words === undefined) return undefined;
  return CURRENCIES.find(([, known]) => new RegExp(`^(?:${known})$`, 'iu').test(words))?.[0];
}
