import type { StoredDeadLetter } from '../../core/engine/ports.ts';
import { BrokerUnavailable } from '../../core/kernel/errors.ts';

/**
 * Where the in-process broker keeps dead letters. Its queues forget when the process ends, dead letters must not:
 * a journal on the store makes them last. Ids rise with time, so they give the order.
 */
export interface DeadLetterJournal {
  /** Resolves once the letter is safe. */
  append(letter: StoredDeadLetter): Promise<void>;
  /** Oldest first, at most `limit`, ids above `after` and, where given, only those among `ids`. */
  list(
    service: string,
    limit: number,
    filter?: { readonly after?: string; readonly ids?: readonly string[] },
  ): Promise<readonly StoredDeadLetter[]>;
  /** A letter that is not there is no error. */
  remove(service: string, id: string): Promise<void>;
}

/** Letters the journal in memory holds; more would only hide that nobody looks. */
const LETTERS_MAX = 100_000;

/** A journal for tests and for running without a data directory: gone with the process. */
export function createMemoryJournal(): DeadLetterJournal {
  const letters = new Map<string, StoredDeadLetter>();
  return {
    append(letter) {
      if (letters.size >= LETTERS_MAX) {
        return Promise.reject(
          new BrokerUnavailable(`the dead-letter journal is full (${String(LETTERS_MAX)})`),
        );
      }
      letters.set(letter.id, letter);
      return Promise.resolve();
    },
    list(service, limit, filter = {}) {
      const wanted = filter.ids === undefined ? undefined : new Set(filter.ids);
      const found: StoredDeadLetter[] = [];
      for (const letter of letters.values()) {
        if (found.length >= limit) break;
        if (letter.service !== service) continue;
        if (filter.after !== undefined && letter.id <= filter.after) continue;
        if (wanted !== undefined && !wanted.has(letter.id)) continue;
        found.push(letter);
      }
      return Promise.resolve(found);
    },
    remove(_service, id) {
      letters.delete(id);
      return Promise.resolve();
    },
  };
}
