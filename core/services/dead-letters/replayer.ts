import type { Broker } from '../../engine/ports.ts';
import { pauseMs } from '../../engine/backoff.ts';
import { type Clock, type Random, sleep } from '../../kernel/clock.ts';
import { errorMessage } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { Message } from '../../kernel/message.ts';
import { faultsAt, type QueueOf } from './fitness.ts';
import type { LetterToSend, Replay, ReplayStore } from './ports.ts';

/*
 * Owns: working off stored replays, at their pace, each by one process at a time.
 *
 * I1. A letter counts as replayed once its queue has it. Who dies in between leaves it to the next, which sends it once more
 *     under the same id: the receiver's inbox drops the repeat (P6).
 * I2. A letter goes to the queue it came from, and to no other.
 */
export interface ReplayerPorts {
  readonly store: ReplayStore;
  readonly broker: Pick<Broker, 'publish'>;
  /** Whether there is such a queue for messages. */
  readonly isQueue: (queue: string) => boolean;
  readonly queueOf: QueueOf;
  /** Names this process. */
  readonly owner: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly logger: Logger;
}

const LEASE_MS = 15_000;
const RENEW_MS = 5_000;
/** How often somebody looks for replays that others stored, or left. */
const LOOK_MS = 1_000;
const REPLAYS_AT_ONCE = 4;
/** A replay sends so many times a second, unless it is slower than that. */
const STEPS_PER_SECOND = 5;

export class Replayer {
  readonly #ports: ReplayerPorts;
  readonly #running = new Map<string, Promise<void>>();
  #wake: () => void = () => undefined;
  #stopped = false;
  #looking: Promise<void> = Promise.resolve();

  constructor(ports: ReplayerPorts) {
    this.#ports = ports;
  }

  start(): void {
    this.#looking = this.#look();
  }

  /** There may be a replay. */
  kick(): void {
    this.#wake();
  }

  /** What is under way is left to the next process, at the letter it has come to. */
  async stop(): Promise<void> {
    this.#stopped = true;
    this.#wake();
    await this.#looking;
  }

  async #look(): Promise<void> {
    const { store, owner, logger } = this.#ports;
    while (!this.#stopped) {
      try {
        const room = REPLAYS_AT_ONCE - this.#running.size;
        for (const replay of room > 0 ? await store.take(owner, LEASE_MS, room) : []) this.#begin(replay);
      } catch (error) {
        logger.warn({ error: errorMessage(error) }, 'looking for replays failed; tried again');
      }
      await this.#rest(LOOK_MS);
    }
  }

  #begin(replay: Replay): void {
    if (this.#running.has(replay.id)) return;
    const work = this.#workOff(replay).finally(() => {
      this.#running.delete(replay.id);
      this.#wake();
    });
    this.#running.set(replay.id, work);
  }

  async #workOff(replay: Replay): Promise<void> {
    const { store, owner, clock, random, logger } = this.#ports;
    const step = Math.max(1, Math.floor(replay.ratePerSecond / STEPS_PER_SECOND));
    const pace = (step / replay.ratePerSecond) * 1_000;
    const cancelRenewal = this.#keepRenewing(replay.id);
    try {
      for (let failures = 0; !this.#stopped;) {
        try {
          const known = await store.renew(replay.id, owner, LEASE_MS);
          if (known === undefined) return;
          const letters = known.stopping ? [] : await store.next(replay.id, step);
          if (letters.length === 0) {
            await store.finish(replay.id);
            return;
          }
          const began = clock.now();
          await this.#send(replay.id, letters);
          failures = 0;
          await sleep(clock, Math.max(0, pace - (clock.now() - began)));
        } catch (error) {
          logger.warn(
            { replay: replay.id, error: errorMessage(error) },
            'a replay waits; it goes on by itself',
          );
          await sleep(clock, pauseMs(failures, random));
          failures += 1;
        }
      }
    } finally {
      cancelRenewal();
    }
  }

  async #send(replayId: string, letters: readonly LetterToSend[]): Promise<void> {
    const { store, broker, isQueue, queueOf } = this.#ports;
    const sound: LetterToSend[] = [];
    const refused: { readonly id: string; readonly refusal: string }[] = [];
    for (const letter of letters) {
      if (!isQueue(letter.queue))
        refused.push({ id: letter.id, refusal: `there is no queue "${letter.queue}"` });
      else {
        const faults = faultsAt(letter, letter.message, queueOf);
        if (faults.length === 0) sound.push(letter);
        else
          refused.push({
            id: letter.id,
            refusal: faults.map(({ path, message }) => `${path}: ${message}`).join('; '),
          });
      }
    }
    if (refused.length > 0) await store.settle(replayId, [], refused);
    // One by one: an embedded queue tells of each when it is handled, and one may take long.
    const sent = await Promise.allSettled(
      sound.map(async ({ id, queue, message }) => {
        await broker.publish([
          { exchange: '', routingKey: queue, messages: [message as Message], mandatory: true },
        ]);
        await store.settle(replayId, [id], []);
      }),
    );
    const failed = sent.find((result) => result.status === 'rejected');
    if (failed !== undefined) throw failed.reason;
  }

  /** Sending may take longer than a lease. */
  #keepRenewing(id: string): () => void {
    const { store, owner, clock } = this.#ports;
    let cancel = (): void => undefined;
    const again = (): void => {
      cancel = clock.after(RENEW_MS, () => {
        store.renew(id, owner, LEASE_MS).catch(() => undefined);
        again();
      });
    };
    again();
    return () => {
      cancel();
    };
  }

  #rest(ms: number): Promise<void> {
    if (this.#stopped) return Promise.resolve();
    return new Promise((resolve) => {
      const cancel = this.#ports.clock.after(ms, resolve);
      this.#wake = () => {
        cancel();
        resolve();
      };
    });
  }
}
