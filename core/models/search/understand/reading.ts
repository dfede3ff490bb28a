/**
 * A search that is read bit by bit: what one reader understood is not there for the next. Places stay what they were, so
 * that each part can be taken out of the search as it was written.
 */
export class Reading {
  readonly query: string;
  #left: string;

  constructor(query: string) {
    this.query = query;
    this.#left = query;
  }

  /** What nobody has understood yet. */
  get rest(): string {
    return tidy(this.#left.replaceAll(TAKEN, ' '));
  }

  /** Finds a pattern in what is left, without taking it. */
  find(pattern: RegExp): RegExpExecArray | null {
    return pattern.exec(this.#left);
  }

  /** Takes what was found; the first `lead` characters of it stay. */
  take({ index, 0: found }: RegExpExecArray, lead = 0): Taken {
    const [from, to] = [index + lead, index + found.length];
    this.#left = this.#left.slice(0, from) + TAKEN.repeat(to - from) + this.#left.slice(to);
    return { from, to };
  }

  /** The search as it was written, without these bits. */
  without(bits: readonly Taken[]): string {
    let text = this.query;
    for (const { from, to } of bits) text = text.slice(0, from) + ' '.repeat(to - from) + text.slice(to);
    return tidy(text);
  }
}

/** Places in the search: the first, and the one behind the last. */
export interface Taken {
  readonly from: number;
  readonly to: number;
}

/** No letter, no digit and no blank: nothing is read across it. */
const TAKEN = '\u0001';

function tidy(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
