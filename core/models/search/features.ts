import { bestOf, type Matches, type SearchIndex } from './engine.ts';
import { plainWordsOf } from './words.ts';

/** What speaks for a document as an answer, in the order of a row; the weights of the ranking go by place. */
export const SEARCH_FEATURES = [
  'BM25 of plain words',
  'BM25 of plain words, over the best',
  'BM25 of the title',
  'BM25 of the title, over the best',
  'BM25 of title and description',
  'BM25 of title and description, over the best',
  'share of the words in the title, by rarity',
  'share of the words anywhere, by rarity',
  'every word in the title',
  'every word somewhere',
  'what is looked for is named in the title',
  'what is looked for ends the title',
  'neighbouring words side by side in the title',
  'the words open the title',
  'letters in common with the title (trigrams)',
  'likeness of meaning (latent)',
  'words of the best answers, over the best',
  'words of the title (log)',
  'share of the title that was asked for',
] as const;

/** A ranking that is sound before anything is learnt. */
export const SEARCH_START: readonly number[] = SEARCH_FEATURES.map(
  (name) =>
    ({
      'BM25 of plain words, over the best': 1,
      'BM25 of the title, over the best': 1,
      'BM25 of title and description, over the best': 2,
      'share of the words in the title, by rarity': 1,
      'share of the words anywhere, by rarity': 2,
      'what is looked for is named in the title': 0.7,
      'what is looked for ends the title': 0.2,
      'neighbouring words side by side in the title': 0.3,
      'letters in common with the title (trigrams)': 0.5,
      'likeness of meaning (latent)': 1,
      'words of the best answers, over the best': 0.3,
    })[name as string] ?? 0,
);

const FROM_EACH_SOURCE = 100;

/** Documents worth ranking: the best of each way of looking; only those that `allowed` marks, if given. */
export function candidatesOf(matches: Matches, allowed?: Uint8Array): readonly number[] {
  const { plain, inTitle, inText, presentInText, meaning, related, withWords } = matches;
  const best = (scores: Float64Array, among?: Int32Array) => bestOf(scores, FROM_EACH_SOURCE, allowed, among);
  return [
    ...new Set([
      ...best(plain),
      ...best(inTitle, withWords),
      ...best(inText, withWords),
      ...best(presentInText, withWords),
      ...best(meaning, matches.meaningOf === 'all' ? undefined : withWords),
      ...best(related),
    ]),
  ];
}

/** A row per document. Values do not depend on which other documents are asked for. */
export function searchFeatures(
  index: SearchIndex,
  query: string,
  matches: Matches,
  documents: readonly number[],
): Float32Array {
  const values = new Float32Array(documents.length * SEARCH_FEATURES.length);
  const { best } = matches;
  const letters = trigramsOf(plainWordsOf(query).join(' '));
  for (const [row, document] of documents.entries()) {
    const stems = index.titles[document] ?? [];
    const at = (scores: Float64Array): number => scores[document] ?? 0;
    const shareInTitle = at(matches.presentInTitle) / matches.rarityInAll || 0;
    const shareInText = at(matches.presentInText) / matches.rarityInAll || 0;
    values.set(
      [
        at(matches.plain),
        at(matches.plain) / best.plain,
        at(matches.inTitle),
        at(matches.inTitle) / best.inTitle,
        at(matches.inText),
        at(matches.inText) / best.inText,
        Math.min(1.5, shareInTitle),
        Math.min(1.5, shareInText),
        matches.wanted.stems.every((stem) => stems.includes(stem)) ? 1 : 0,
        shareInText > 0.999 ? 1 : 0,
        ...orderFeatures(matches, stems),
        likenessOf(letters, index.titleTexts[document] ?? ''),
        at(matches.meaning),
        at(matches.related) / best.related,
        Math.log1p(stems.length),
        stems.filter((stem) => matches.wanted.weights.has(stem)).length / Math.max(1, stems.length),
      ],
      row * SEARCH_FEATURES.length,
    );
  }
  return values;
}

/** Head named, head at the end, neighbours side by side, words at the start. */
function orderFeatures({ wanted, head }: Matches, title: readonly string[]): number[] {
  const asked = wanted.stems;
  const pairs = asked.slice(1).map((stem, at) => [asked[at] ?? '', stem] as const);
  const beside = pairs.filter(([first, second]) =>
    title.some((stem, at) => stem === first && (title[at + 1] === second || title[at + 2] === second)),
  ).length;
  return [
    head !== undefined && title.includes(head) ? 1 : 0,
    head !== undefined && title.at(-1) === head ? 1 : 0,
    pairs.length === 0 ? 0 : beside / pairs.length,
    asked.length > 0 && asked.every((stem, at) => title[at] === stem) ? 1 : 0,
  ];
}

function trigramsOf(text: string): ReadonlySet<string> {
  const padded = ` ${text} `;
  return new Set(Array.from({ length: Math.max(0, padded.length - 2) }, (_, at) => padded.slice(at, at + 3)));
}

/** Share of the asked trigrams that the text has. */
function likenessOf(asked: ReadonlySet<string>, text: string): number {
  const padded = ` ${text} `;
  let common = 0;
  for (const gram of asked) if (padded.includes(gram)) common += 1;
  return asked.size === 0 ? 0 : common / asked.size;
}
