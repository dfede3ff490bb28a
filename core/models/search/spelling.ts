/**
 * Words of a catalogue with how often they are used, found by what was nearly typed.
 *
 * Two words within one edit share a form with at most one letter left out (the symmetric deletes of Garbe's SymSpell,
 * 2012), so that a look-up reads a dozen keys and not the whole vocabulary. Only words of four letters and more are
 * mended, to words of three and more, and only those that the catalogue does not have.
 */
export interface Spelling {
  add(words: readonly string[]): void;
  /** Words that were added before. */
  remove(words: readonly string[]): void;
  has(word: string): boolean;
  /** The word most likely meant: fewest edits, then most used; undefined where nothing is near. */
  mended(word: string): string | undefined;
  /** Two words of the catalogue that are written as one here. */
  parted(word: string): readonly [string, string] | undefined;
  /** Words that begin with these letters, the most used first. */
  completed(beginning: string, most: number): readonly string[];
}

const LETTERS_MIN = 4;
const PART_MIN = 3;
const OTHER_BEGINNING_EDITS = 0.5;
const BEGINNING_MIN = 3;

export function createSpelling(): Spelling {
  const used = new Map<string, number>();
  const byForm = new Map<string, string[]>();
  const byBeginning = new Map<string, string[]>();
  const uses = (word: string): number => used.get(word) ?? 0;
  const file = (under: Map<string, string[]>, key: string, word: string): void => {
    const list = under.get(key);
    if (list === undefined) under.set(key, [word]);
    else list.push(word);
  };
  return {
    add(words) {
      for (const word of words) {
        const before = used.get(word);
        used.set(word, (before ?? 0) + 1);
        // A word that was removed keeps its place.
        if (before !== undefined || word.length < BEGINNING_MIN || /\d/.test(word)) continue;
        file(byBeginning, word.slice(0, BEGINNING_MIN), word);
        for (const form of formsOf(word)) file(byForm, form, word);
      }
    },
    remove(words) {
      for (const word of words) used.set(word, Math.max(0, uses(word) - 1));
    },
    has: (word) => uses(word) > 0,
    mended(word) {
      if (word.length < LETTERS_MIN || /\d/.test(word)) return undefined;
      let best: { readonly word: string; readonly edits: number } | undefined;
      for (const candidate of new Set(formsOf(word).flatMap((form) => byForm.get(form) ?? []))) {
        if (uses(candidate) === 0) continue;
        // A word of three letters is near too many others.
        if (candidate.length < LETTERS_MIN && candidate[0] !== word[0]) continue;
        // People seldom miss the first letter: that counts as more.
        const edits = editsBetween(word, candidate) + (candidate[0] === word[0] ? 0 : OTHER_BEGINNING_EDITS);
        if (edits > 2 || (edits > 1 && word.length < 2 * LETTERS_MIN)) continue;
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
    completed(beginning, most) {
      if (beginning.length < BEGINNING_MIN) return [];
      const words = byBeginning.get(beginning.slice(0, BEGINNING_MIN)) ?? [];
      return words
        .filter((word) => word.startsWith(beginning) && uses(word) > 0)
        .sort((one, other) => uses(other) - uses(one) || (one < other ? -1 : 1))
        .slice(0, most);
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
