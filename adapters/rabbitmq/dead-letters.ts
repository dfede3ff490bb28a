import { createHash } from 'node:crypto';
import type { Channel, ChannelModel, ConsumeMessage } from 'amqplib';
import { uuidv7 } from 'uuidv7';
import type { DeadLetter, StoredDeadLetter } from '../../core/engine/ports.ts';
import { DEAD_LETTER_ID, DEAD_LETTERS, deadLetterQueue } from '../../core/engine/topology.ts';
import { sleep, type Clock } from '../../core/kernel/clock.ts';
import { Acknowledgements } from './acknowledgements.ts';
import { closeFully } from './closing.ts';
import type { Publisher } from './publisher.ts';
import { copyOut, headersIn, jsonOut, type Outgoing } from './wire.ts';

/*
 * Owns: how dead letters lie in their queues, how they are looked at and sent back.
 * Does not own: who declares a message dead.
 *
 * Looking consumes without acknowledging and closes the channel: a quorum queue puts what one consumer held back in
 * front, in its order, but behind what others gave back before. So everyone takes the same window: the whole of what
 * was given back before, and the order stays. (basic.get is a consumer per letter: its order would be lost.)
 * One look or replay of a service at a time: a letter that one holds is invisible to the other.
 */

/** Letters taken at a time: what an operator can look at, or choose from, before the oldest ones are dealt with. */
const WINDOW_LETTERS = 2_000;
/** A letter that keeps coming back is left to the next replay. */
const REPLAY_PASSES_MAX = 5;
/** Somebody else took the letters that were counted. */
const READ_IDLE_MS_MAX = 2_000;
/** A queue takes back a closed channel's letters a moment after the close. */
const RETURN_MS_MAX = 2_000;
const RETURN_POLL_MS = 10;
const HEADER_CHARS_MAX = 1_000;

export function letterOut(letter: DeadLetter): Outgoing {
  const id = uuidv7();
  return {
    exchange: DEAD_LETTERS,
    routingKey: letter.service,
    content: jsonOut(letter),
    options: {
      persistent: true,
      mandatory: true,
      contentType: 'application/json',
      messageId: id,
      // For people who look with RabbitMQ's own tools, but the id.
      headers: {
        [DEAD_LETTER_ID]: id,
        'x-dead-code': letter.code,
        'x-dead-reason': letter.reason.slice(0, HEADER_CHARS_MAX),
        'x-dead-queue': letter.queue,
      },
    },
  };
}

export class DeadLetterQueues {
  readonly #model: () => ChannelModel;
  readonly #publisher: Publisher;
  readonly #clock: Clock;
  readonly #turns = new Map<string, Promise<unknown>>();

  constructor(model: () => ChannelModel, publisher: Publisher, clock: Clock) {
    this.#model = model;
    this.#publisher = publisher;
    this.#clock = clock;
  }

  /** Oldest first, at most `limit` of the oldest WINDOW_LETTERS. */
  browse(service: string, limit: number): Promise<readonly StoredDeadLetter[]> {
    return this.#inTurn(service, async (queue) => {
      const letters: StoredDeadLetter[] = [];
      await this.#onChannel(queue, async (channel, messageCount) => {
        await this.#read(channel, queue, Math.min(messageCount, WINDOW_LETTERS), (message) => {
          if (letters.length < limit) letters.push(letterIn(service, message));
        });
        return messageCount;
      });
      return letters;
    });
  }

  /**
   * Sends letters back to their queues, in order; resolves with how many. Ids are sought in the window.
   *
   * A closing channel may lose its last acknowledgements (RabbitMQ holds them back under load). So what is still there
   * though its copy is safe goes in a further pass, without a second copy.
   */
  replay(service: string, ids?: readonly string[]): Promise<number> {
    return this.#inTurn(service, async (queue) => {
      const copied = new Set<string>();
      const wanted = ids === undefined ? undefined : new Set(ids);
      let tooMany = await this.#replayPass(service, queue, copied, (id) => wanted?.has(id) ?? true);
      for (let passes = 1; tooMany && passes < REPLAY_PASSES_MAX; passes += 1) {
        tooMany = await this.#replayPass(service, queue, copied, () => false);
      }
      return copied.size;
    });
  }

  /** Resolves with whether more letters are left than should be. */
  async #replayPass(
    service: string,
    queue: string,
    copied: Set<string>,
    wanted: (id: string) => boolean,
  ): Promise<boolean> {
    const { left, found } = await this.#onChannel(queue, async (channel, messageCount) => {
      const acknowledgements = new Acknowledgements(channel, () => undefined);
      const copies: Promise<void>[] = [];
      let acknowledged = 0;
      const acknowledge = (message: ConsumeMessage): void => {
        acknowledgements.acknowledge(message.fields.deliveryTag);
        acknowledged += 1;
      };
      // Those that die meanwhile come behind: they wait for the next replay.
      await this.#read(channel, queue, messageCount, (message) => {
        const letter = letterIn(service, message);
        acknowledgements.delivered(message.fields.deliveryTag);
        if (copied.has(letter.id)) acknowledge(message);
        else if (wanted(letter.id)) {
          const copy = this.#publisher.publish([replayOut(letter)]).then(() => {
            copied.add(letter.id);
            acknowledge(message);
          });
          // Looked at below; until then it is no unhandled rejection.
          copy.catch(() => undefined);
          copies.push(copy);
        }
      });
      const results = await Promise.allSettled(copies);
      acknowledgements.end();
      const failed = results.find((result) => result.status === 'rejected');
      if (failed !== undefined) throw failed.reason;
      return messageCount - acknowledged;
    });
    return found > left;
  }

  /** Gives `count` letters to `each`, fewer when no more come. */
  async #read(
    channel: Channel,
    queue: string,
    count: number,
    each: (message: ConsumeMessage) => void,
  ): Promise<void> {
    if (count === 0) return;
    await channel.prefetch(WINDOW_LETTERS);
    let seen = 0;
    let stopIdling = (): void => undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        const idle = (): void => {
          stopIdling();
          stopIdling = this.#clock.after(READ_IDLE_MS_MAX, resolve);
        };
        channel.on('close', () => {
          reject(new Error('the channel closed'));
        });
        const take = (message: ConsumeMessage | null): void => {
          if (message === null) {
            reject(new Error('RabbitMQ cancelled the consumer'));
            return;
          }
          // Prefetched beyond what is asked for: goes back with the rest.
          if (seen === count) return;
          seen += 1;
          idle();
          each(message);
          if (seen === count) resolve();
        };
        idle();
        channel.consume(queue, take).catch(reject);
      });
    } finally {
      stopIdling();
    }
  }

  async #inTurn<Result>(service: string, work: (queue: string) => Promise<Result>): Promise<Result> {
    const before = this.#turns.get(service) ?? Promise.resolve();
    const turn = before.then(() => work(deadLetterQueue(service)));
    const over = turn.catch(() => undefined);
    this.#turns.set(service, over);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(service) === over) this.#turns.delete(service);
    }
  }

  /**
   * Runs `work` on a channel of its own, closes that and waits until what it held lies in the queue again, so that
   * the next look sees it. `work` gets the number of letters there are and answers how many must be left.
   */
  async #onChannel(
    queue: string,
    work: (channel: Channel, messageCount: number) => Promise<number>,
  ): Promise<{ left: number; found: number }> {
    const model = this.#model();
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    const { messageCount } = await channel.checkQueue(queue);
    let left: number;
    try {
      left = await work(channel, messageCount);
    } finally {
      await closeFully(channel);
    }
    return { left, found: await this.#awaitReturn(model, queue, left) };
  }

  async #awaitReturn(model: ChannelModel, queue: string, expected: number): Promise<number> {
    const probe = await model.createChannel();
    probe.on('error', () => undefined);
    const giveUpAt = this.#clock.now() + RETURN_MS_MAX;
    for (;;) {
      const { messageCount } = await probe.checkQueue(queue);
      if (messageCount >= expected || this.#clock.now() >= giveUpAt) {
        await closeFully(probe);
        return messageCount;
      }
      await sleep(this.#clock, RETURN_POLL_MS);
    }
  }
}

/** Reads a dead letter; one that somebody else put there is shown as it is. */
function letterIn(service: string, message: ConsumeMessage): StoredDeadLetter {
  const given: unknown = message.properties.messageId;
  const id = typeof given === 'string' ? given : createHash('sha256').update(message.content).digest('hex');
  const text = message.content.toString('utf8');
  try {
    const body: unknown = JSON.parse(text);
    if (isLetter(body)) return { ...body, service, id };
  } catch {
    // Shown as text.
  }
  return {
    id,
    service,
    queue: '',
    message: text,
    code: 'unreadable',
    reason: 'not a dead letter of this platform',
    attempts: 0,
    headers: headersIn(message),
    diedAt: new Date(0).toISOString(),
  };
}

function isLetter(body: unknown): body is DeadLetter {
  return (
    typeof body === 'object' &&
    body !== null &&
    'queue' in body &&
    typeof body.queue === 'string' &&
    'message' in body
  );
}

/** The message alone, as if new: its attempts start again. */
function replayOut({ queue, message }: StoredDeadLetter): Outgoing {
  const content = typeof message === 'string' ? Buffer.from(message) : jsonOut([message]);
  return copyOut('', queue, content, 0);
}
