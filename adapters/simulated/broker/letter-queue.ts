import type { StoredDeadLetter } from '../../../core/engine/ports.ts';
import { assert } from '../../../core/kernel/assert.ts';
import type { Channel } from './connection.ts';
import type { Post } from './frame.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Owns: the dead letters of one service.
 *
 * I1. Who takes letters hides them from everybody else, until they are gone or given back.
 */
export class LetterQueue {
  private readonly service: string;
  private readonly around: Surroundings;
  /** By id, oldest first. */
  private readonly letters = new Map<string, StoredDeadLetter>();
  private readonly taken = new Set<string>();
  private count = 0;

  constructor(service: string, around: Surroundings) {
    this.service = service;
    this.around = around;
  }

  get depth(): number {
    return this.letters.size - this.taken.size;
  }

  /** Dead letters rest until a person deals with them. */
  get idle(): boolean {
    return this.taken.size === 0;
  }

  put({ letter }: Post, client: string): void {
    assert(letter !== undefined, 'the exchange of the dead letters takes nothing but dead letters');
    this.count += 1;
    const id = `${this.service}-${String(this.count)}`;
    this.letters.set(id, { ...letter, id });
    this.around.emit?.({ type: 'buried', id, letter, client });
  }

  /** Oldest first. */
  list(limit: number): StoredDeadLetter[] {
    const found: StoredDeadLetter[] = [];
    for (const letter of this.letters.values()) {
      if (found.length >= limit) break;
      if (!this.taken.has(letter.id)) found.push(letter);
    }
    return found;
  }

  take(ids: readonly string[] | undefined, client: string): TakenLetters {
    const wanted = ids === undefined ? undefined : new Set(ids);
    const letters = this.list(Infinity).filter(({ id }) => wanted?.has(id) ?? true);
    for (const { id } of letters) this.taken.add(id);
    return new TakenLetters(letters, (letter, gone) => {
      this.taken.delete(letter.id);
      if (!gone) return;
      this.letters.delete(letter.id);
      this.around.emit?.({ type: 'replayed', letter, client });
    });
  }
}

/** Letters that one process holds on a channel of its own. */
export class TakenLetters implements Channel {
  readonly letters: readonly StoredDeadLetter[];
  private readonly settle: (letter: StoredDeadLetter, gone: boolean) => void;
  private ended = false;

  constructor(
    letters: readonly StoredDeadLetter[],
    settle: (letter: StoredDeadLetter, gone: boolean) => void,
  ) {
    this.letters = letters;
    this.settle = settle;
  }

  /** Those named are gone, all others are back. */
  end(gone: ReadonlySet<string>): void {
    if (this.ended) return;
    this.ended = true;
    for (const letter of this.letters) this.settle(letter, gone.has(letter.id));
  }

  broken(): void {
    // The server holds them for this process until it notices.
  }

  closedAtServer(): void {
    this.end(new Set());
  }

  closedAtClient(): void {
    // Whoever took them learns it from the question it asks last.
  }
}
