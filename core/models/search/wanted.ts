import type { Spelling } from './spelling.ts';
import { stemOf } from './stem.ts';
import { isListed, synonymsOf } from './synonyms.ts';

/** What a search looks for: stems with their weights, and the stems in the order they were written. */
export interface Wanted {
  readonly stems: readonly string[];
  readonly weights: ReadonlyMap<string, number>;
  /** For each of `stems` the stems any of which answers it: itself, its compounds, completions and synonyms. */
  readonly concepts: readonly ReadonlySet<string>[];
  /** Words that were read as others, because the catalogue does not have them. */
  readonly mended: readonly { readonly from: string; readonly to: string }[];
}

const JOINED_WEIGHT = 0.7;
/** A synonym of a word the catalogue has, and of one it does not have. */
const SYNONYM_WEIGHT = 0.4;
const SYNONYM_ONLY_WEIGHT = 0.8;
const COMPLETIONS_MAX = 4;
const FURTHER_COMPLETION_WEIGHT = 0.6;

/**
 * Mends the words the catalogue does not have, completes the last one as it is typed, and adds synonyms and compounds:
 * "night stand" also looks for "nightstand", and the other way round.
 *
 * @param words as written, see `plainWordsOf`
 * @param stems of the same text, see `stemsOf`
 * @param known whether the catalogue has a stem
 * @param also further stems that answer a stem, such as the shades of a colour
 */
export function wantedOf(
  words: readonly string[],
  stems: readonly string[],
  spelling: Spelling,
  known: (stem: string) => boolean,
  also: ReadonlyMap<string, readonly string[]> = new Map(),
): Wanted {
  const slots = stems.map((stem) => ({ stem, also: new Map<string, number>([[stem, 1]]) }));
  const mended: { from: string; to: string }[] = [];
  for (const [at, word] of words.entries()) {
    const stem = stemOf(word);
    const place = slots.findIndex((slot) => slot.stem === stem);
    const slot = slots[place];
    if (slot === undefined) continue;
    const next = slots[place + 1];
    const joined = word + (words[at + 1] ?? '');
    if (next !== undefined && next.stem === stemOf(words[at + 1] ?? '') && spelling.has(joined)) {
      // One word for both: the second has nothing to add to the score.
      next.also.set(stemOf(joined), 0);
      slot.also.set(stemOf(joined), JOINED_WEIGHT);
      if (!known(stem)) {
        slot.also = new Map([[stemOf(joined), 1]]);
        slot.stem = stemOf(joined);
        continue;
      }
    }
    const synonyms = [...synonymsOf(stem), ...(also.get(stem) ?? [])].filter(
      (other) => other !== stem && known(other),
    );
    if (known(stem)) {
      for (const synonym of synonyms) slot.also.set(synonym, SYNONYM_WEIGHT);
      continue;
    }
    const completions =
      at === words.length - 1 && !also.has(stem) ? spelling.completed(word, COMPLETIONS_MAX) : [];
    if (completions.length > 0) {
      const [first = stem, ...others] = new Set(completions.map(stemOf));
      slot.stem = first;
      slot.also = new Map(others.map((other) => [other, FURTHER_COMPLETION_WEIGHT]));
      slot.also.set(first, 1);
    } else if (synonyms.length > 0) {
      slot.also = new Map(synonyms.map((synonym) => [synonym, SYNONYM_ONLY_WEIGHT]));
      slot.stem = synonyms[0] ?? stem;
    } else if (!also.has(stem)) {
      const nearest = isListed(stem) ? undefined : spelling.mended(word);
      const meant = nearest === undefined ? (spelling.parted(word) ?? []) : [nearest];
      if (meant.length === 0) continue;
      mended.push({ from: word, to: meant.join(' ') });
      slots.splice(
        place,
        1,
        ...meant.map((each) => ({ stem: stemOf(each), also: new Map([[stemOf(each), 1]]) })),
      );
    }
  }
  const weights = new Map<string, number>();
  for (const { also } of slots) {
    for (const [stem, weight] of also) weights.set(stem, Math.max(weight, weights.get(stem) ?? 0));
  }
  return {
    stems: slots.map(({ stem }) => stem),
    weights,
    concepts: slots.map(({ also }) => new Set(also.keys())),
    mended,
  };
}
