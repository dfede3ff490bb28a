import { OrreryError } from '../../kernel/errors.ts';
import { faultsAt, messageIdOf, MessageUnfit, type QueueOf } from './fitness.ts';
import type { Letter, LetterChoice, LetterDecision, LetterStore, Replay } from './ports.ts';

/*
 * Owns: what people may do with dead letters, and what is checked before.
 * Does not own: sending them back (replayer.ts), who may ask (HTTP, command line), the trail of who did.
 *
 * I1. A letter is taken for one replay, or discarded, once: its state changes in one transaction.
 * I2. A message goes back under the id it had, so the inbox of its receiver drops what was handled before. A mended message
 *     keeps its id, too, and is refused where that id was handled: the mending would be dropped in silence. Only what had no
 *     id at all gets one, derived from the letter's.
 */

/** Letters of one replay or one discarding; what is beyond waits for the next. */
export const LETTERS_MAX = 100_000;
export const RATE_PER_SECOND = { min: 1, max: 1_000, usual: 50 } as const;

export interface DeskPorts {
  readonly store: LetterStore;
  readonly queueOf: QueueOf;
  /** Whether the service has handled a message with this id; `day` is the UTC date of the message's time, where it has one. */
  readonly handled: (service: string, messageId: string, day: string | null) => Promise<boolean>;
  readonly newId: () => string;
  /** There is a replay to work off; a hint. */
  readonly onReplay: () => void;
}

/** A letter with what an operator wants to know before sending it back. */
export interface LetterDetail extends Letter {
  /** Whether its receiver has handled a message with its id: a replay would be dropped. */
  readonly handledBefore: boolean;
  /** Why it would die again as it is; empty: nothing is known that speaks against it. */
  readonly faults: readonly { readonly path: string; readonly message: string }[];
}

export class DeadLetterDesk {
  readonly store: LetterStore;
  readonly #ports: DeskPorts;

  constructor(ports: DeskPorts) {
    this.store = ports.store;
    this.#ports = ports;
  }

  /** Rejects with `unknown_letter`. */
  async letter(id: string): Promise<LetterDetail> {
    const letter = await this.#find(id);
    const message = letter.mended ?? letter.message;
    return {
      ...letter,
      handledBefore: await this.#handled(letter, message),
      faults: faultsAt(letter, message, this.#ports.queueOf),
    };
  }

  /**
   * Sends one letter back, mended where `payload` is given: the whole message, envelope included. Rejects with
   * `unknown_letter`, `letter_not_waiting`, `already_handled`, or MessageUnfit, and changes nothing then.
   */
  async replayOne(id: string, request: LetterDecision & { readonly payload?: unknown }): Promise<Replay> {
    const { payload, ...decision } = request;
    const letter = await this.#find(id);
    if (letter.state !== 'waiting') throw notWaiting(letter);
    const mended = payload === undefined ? undefined : await this.#mended(letter, payload);
    const faults = faultsAt(letter, mended ?? letter.message, this.#ports.queueOf);
    if (faults.length > 0) throw new MessageUnfit(faults);
    const replay = await this.#begin(
      { ids: [id] },
      { ...decision, ratePerSecond: RATE_PER_SECOND.max },
      mended,
    );
    if (replay === undefined) throw notWaiting(await this.#find(id));
    return replay;
  }

  /** Stores a replay of all that wait among the chosen. Rejects with `nothing_waiting`. */
  async replayMany(
    choice: LetterChoice,
    request: LetterDecision & { readonly ratePerSecond: number },
  ): Promise<Replay> {
    const replay = await this.#begin(choice, request);
    if (replay === undefined)
      throw new OrreryError('nothing_waiting', 'none of these letters waits any more');
    return replay;
  }

  /** Resolves with how many were discarded; rejects with `nothing_waiting`. */
  async discard(choice: LetterChoice, decision: LetterDecision): Promise<number> {
    const count = await this.store.discard(choice, decision, LETTERS_MAX);
    if (count === 0) throw new OrreryError('nothing_waiting', 'none of these letters waits any more');
    return count;
  }

  /** Letters that were not sent yet wait again. Rejects with `unknown_replay`. */
  async stopReplay(id: string): Promise<void> {
    if (await this.store.stopReplay(id)) return;
    throw new OrreryError('unknown_replay', 'there is no such replay under way');
  }

  async #mended(letter: Letter, payload: unknown): Promise<unknown> {
    const original = messageIdOf(letter.message);
    const message = withId(payload, original ?? `dead-letter/${letter.id}`);
    const id = messageIdOf(message);
    if (original !== undefined && isObject(message) && id !== original) {
      throw new MessageUnfit([
        { path: 'id', message: `must stay ${original}: it keeps the message from being handled twice` },
      ]);
    }
    if (await this.#handled(letter, message)) {
      throw new OrreryError(
        'already_handled',
        'a message with this id was handled, so what you changed would be dropped; discard the letter instead',
      );
    }
    return message;
  }

  async #handled({ service }: Letter, message: unknown): Promise<boolean> {
    const id = messageIdOf(message);
    return id !== undefined && this.#ports.handled(service, id, dayOf(message));
  }

  async #begin(
    choice: LetterChoice,
    request: LetterDecision & { readonly ratePerSecond: number },
    mended?: unknown,
  ): Promise<Replay | undefined> {
    const options = { max: LETTERS_MAX, ...(mended === undefined ? {} : { mended }) };
    const replay = await this.store.begin({ id: this.#ports.newId(), ...request }, choice, options);
    if (replay !== undefined) this.#ports.onReplay();
    return replay;
  }

  async #find(id: string): Promise<Letter> {
    const letter = await this.store.find(id);
    if (letter === undefined) throw new OrreryError('unknown_letter', 'there is no such dead letter');
    return letter;
  }
}

function withId(payload: unknown, id: string): unknown {
  return isObject(payload) && !('id' in payload) ? { id, ...payload } : payload;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function dayOf(message: unknown): string | null {
  const { time } = message as { readonly time?: unknown };
  return typeof time === 'string' && !Number.isNaN(Date.parse(time))
    ? new Date(time).toISOString().slice(0, 10)
    : null;
}

function notWaiting({ state }: Letter): OrreryError {
  return new OrreryError('letter_not_waiting', `the letter does not wait any more: it is ${state}`);
}
