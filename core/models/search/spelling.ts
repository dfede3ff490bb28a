import { stemOf } from './stem.ts';

/**
 * Words of a catalogue with how often they are used, found by what was nearly typed.
 *
 * Two words within one edit share a form with at most one letter left out (the symmetric deletes of Garbe's SymSpell,
 * 2012), so that a look-up reads a dozen keys and not the whole vocabulary. Only words of four letters and more are
 * mended, and only those that the catalogue does not have.
 */
export interface Spelling {
  add(words: readonly string[]): void;
  has(word: string): boolean;
  /** The word most likely meant: fewest edits, then most used; undefined where nothing is near. */
  mended(word: string): string | undefined;
  /** Two words of the catalogue that are written as one here. */
  parted(word: string): readonly [string, string] | undefined;
}

const LETTERS_MIN = 4;
const PART_MIN = 3;

export function createSpelling(): Spelling {
  const used = new Map<string, number>();
  const byForm = new Map<string, string[]>();
  const uses = (word: string): number => used.get(word) ?? 0;
  return {
    add(words) {
      for (const word of words) {
        const before = uses(word);
        used.set(word, before + 1);
        if (before > 0 || word.length < LETTERS_MIN || /\d/.test(word)) continue;
        for (const form of formsOf(word)) {
          const list = byForm.get(form);
          if (list === undefined) byForm.set(form, [word]);
          else list.push(word);
        }
      }
    },
    has: (word) => used.has(word),
    mended(word) {
      if (word.length < LETTERS_MIN || /\d/.test(word)) return undefined;
      let best: { readonly word: string; readonly edits: number } | undefined;
      for (const candidate of new Set(formsOf(word).flatMap((form) => byForm.get(form) ?? []))) {
        const edits = editsBetween(word, candidate) + (candidate[0] === word[0] ? 0 : 0.5);
        if (edits > 2 || (edits >= 2 && word.length < 2 * LETTERS_MIN)) continue;
        const nearer = best === undefined || edits < best.edits;
        if (nearer || (edits === best?.edits && uses(candidate) > uses(best.word))) {
          best = { word: candidate, edits };
        }
      }
      return best?.word;
    },
    parted(word) {
      let best: readonly [string, string] | undefined;
      let most = 0;
      for (let at = PART_MIN; at <= word.length - PART_MIN; at += 1) {
        const parts = [word.slice(0, at), word.slice(at)] as const;
        const least = Math.min(uses(parts[0]), uses(parts[1]));
        if (least > most) [best, most] = [parts, least];
      }
      return best;
    },
  };
}

/** The word itself and with each one letter left out. */
function formsOf(word: string): string[] {
  return [word, ...Array.from(word, (_, at) => word.slice(0, at) + word.slice(at + 1))];
}

/** Insertions, deletions, substitutions and swaps of neighbours (optimal string alignment, Damerau 1964). */
export function editsBetween(a: string, b: string): number {
  let before: number[] = [];
  let row = Array.from({ length: b.length + 1 }, (_, at) => at);
  for (let i = 1; i <= a.length; i += 1) {
    const next = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1] ? 0 : 1;
      let edits = Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        edits = Math.min(edits, (before[j - 2] ?? 0) + 1);
      }
      next.push(edits);
    }
    before = row;
    row = next;
  }
  return row[b.length] ?? a.length;
}

/** What a search looks for: stems with their weights, and the stems in the order they were written. */
export interface Wanted {
  readonly stems: readonly string[];
  readonly weights: ReadonlyMap<string, number>;
}

const JOINED_WEIGHT = 0.7;

/**
 * Mends the words the catalogue does not have, and adds compounds: "night stand" also looks for "nightstand", and the
 * other way round.
 *
 * @param words as written, see `plainWordsOf`
 * @param stems of the same text, see `stemsOf`
 * @param known whether the catalogue has a stem
 */
export function wantedOf(
  words: readonly string[],
  stems: readonly string[],
  spelling: Spelling,
  known: (stem: string) => boolean,
): Wanted {
  const weights = new Map<string, number>();
  const ordered = [...stems];
  for (const stem of stems) weights.set(stem, 1);
  for (const [at, word] of words.entries()) {
    const joined = word + (words[at + 1] ?? '');
    if (at + 1 < words.length && spelling.has(joined)) weights.set(stemOf(joined), JOINED_WEIGHT);
    const place = ordered.indexOf(stemOf(word));
    if (place < 0 || known(stemOf(word))) continue;
    const mended = spelling.mended(word);
    const meant = mended === undefined ? (spelling.parted(word) ?? []) : [mended];
    for (const each of meant) weights.set(stemOf(each), 1);
    if (meant.length > 0) {
      weights.delete(stemOf(word));
      ordered.splice(place, 1, ...meant.map(stemOf));
    }
  }
  return { stems: ordered, weights };
}
