/** What a search asks for, as far as its words say. Money in integer cents. */
export interface Understood {
  /** The words that are left to look for; empty when everything was understood otherwise. */
  readonly text: string;
  readonly priceMinCents?: number;
  readonly priceMaxCents?: number;
  /** Id of a category. */
  readonly category?: string;
}

const AMOUNT = String.raw`\$?\s*(\d{1,7}(?:\.\d{1,2})?)\s*(?:\$|dollars?|usd)?`;
const BETWEEN = new RegExp(String.raw`\b(?:between|from)\s+${AMOUNT}\s*(?:and|to|-|–)\s*${AMOUNT}`, 'i');
const SPAN = new RegExp(String.raw`\$\s*(\d{1,7}(?:\.\d{1,2})?)\s*(?:-|–|to)\s*${AMOUNT}`, 'i');
const AT_MOST = new RegExp(
  String.raw`(?:\b(?:under|below|less than|cheaper than|up to|at most|no more than|max(?:imum)?)|<=?)\s*${AMOUNT}`,
  'i',
);
const AT_LEAST = new RegExp(
  String.raw`(?:\b(?:over|above|more than|at least|starting at|min(?:imum)?)|>=?)\s*${AMOUNT}`,
  'i',
);

/** Reads prices and a category out of a search; what is left is looked for in names and descriptions. */
export function understand(
  query: string,
  categories: readonly { readonly id: string; readonly name: string }[],
): Understood {
  let text = ` ${query.replace(/\s+/g, ' ')} `;
  const take = (pattern: RegExp): readonly number[] => {
    const match = pattern.exec(text);
    if (match === null) return [];
    text = text.replace(match[0], ' ');
    return match.slice(1).map((amount) => Math.round(Number(amount) * 100));
  };
  const span = [BETWEEN, SPAN].map(take).find((amounts) => amounts.length > 0) ?? [];
  const [low, high] = [...span].sort((a, b) => a - b);
  const max = high ?? take(AT_MOST)[0];
  const min = low ?? take(AT_LEAST)[0];
  const category = categoryIn(text, categories);
  if (category !== undefined) text = category.rest;
  return {
    text: text.replace(/\s+/g, ' ').trim(),
    ...(min === undefined ? {} : { priceMinCents: min }),
    ...(max === undefined ? {} : { priceMaxCents: max }),
    ...(category === undefined ? {} : { category: category.id }),
  };
}

/** A category counts as named by its whole name or its id; a part of its name is a word to look for. */
function categoryIn(
  text: string,
  categories: readonly { readonly id: string; readonly name: string }[],
): { readonly id: string; readonly rest: string } | undefined {
  for (const { id, name } of categories) {
    for (const words of [name, name.replace(/&/g, 'and'), id]) {
      const escaped = words.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
      const found = new RegExp(String.raw`\s(?:in\s+|from\s+)?${escaped}(?=\s)`, 'i').exec(text);
      if (found !== null) return { id, rest: text.replace(found[0], ' ') };
    }
  }
  return undefined;
}
