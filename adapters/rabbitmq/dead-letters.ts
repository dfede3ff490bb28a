import { createHash } from 'node:crypto';
import type { Channel, ChannelModel, GetMessage } from 'amqplib';
import { uuidv7 } from 'uuidv7';
import type { DeadLetter, StoredDeadLetter } from '../../core/engine/ports.ts';
import { DEAD_LETTERS, deadLetterQueue } from '../../core/engine/topology.ts';
import { sleep, type Clock } from '../../core/kernel/clock.ts';
import type { Publisher } from './publisher.ts';
import { copyOut, headersIn, jsonOut, type Outgoing } from './wire.ts';

/*
 * Owns: how dead letters lie in their queues, how they are looked at and sent back.
 * Does not own: who declares a message dead.
 *
 * Looking takes letters without acknowledging and closes the channel: a quorum queue puts them back in front, in
 * their order (a nack would put them behind, P3). One look or replay of a service at a time: a letter that one
 * holds is invisible to the other.
 */

/** Copies on their way before the first one's confirm is awaited. */
const REPLAY_AHEAD = 64;
/** A queue takes back a closed channel's letters a moment after the close. */
const RETURN_MS_MAX = 2_000;
const RETURN_POLL_MS = 10;
const HEADER_CHARS_MAX = 1_000;

export function letterOut(letter: DeadLetter): Outgoing {
  return {
    exchange: DEAD_LETTERS,
    routingKey: letter.service,
    content: jsonOut(letter),
    options: {
      persistent: true,
      mandatory: true,
      contentType: 'application/json',
      messageId: uuidv7(),
      // For people who look with RabbitMQ's own tools.
      headers: {
        'x-dead-code': letter.code,
        'x-dead-reason': letter.reason.slice(0, HEADER_CHARS_MAX),
        'x-dead-queue': letter.queue,
      },
    },
  };
}

/** `left`: letters the queue should hold afterwards, at least. */
type Work<Result> = (channel: Channel, queue: string) => Promise<{ result: Result; left: number }>;

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

  /** Oldest first. */
  browse(service: string, limit: number): Promise<readonly StoredDeadLetter[]> {
    return this.#inTurn(service, async (channel, queue) => {
      const { messageCount } = await channel.checkQueue(queue);
      const letters: StoredDeadLetter[] = [];
      while (letters.length < limit) {
        const message = await channel.get(queue);
        if (message === false) break;
        letters.push(letterIn(service, message));
      }
      return { result: letters, left: messageCount };
    });
  }

  /** Sends letters back to their queues, in order; resolves with how many. */
  replay(service: string, ids?: readonly string[]): Promise<number> {
    return this.#inTurn(service, async (channel, queue) => {
      const wanted = ids === undefined ? undefined : new Set(ids);
      // Those that die meanwhile come behind: they wait for the next replay.
      const { messageCount } = await channel.checkQueue(queue);
      let replayed = 0;
      let ahead: Promise<void>[] = [];
      const settle = async (): Promise<void> => {
        const results = await Promise.allSettled(ahead);
        ahead = [];
        const failed = results.find((result) => result.status === 'rejected');
        if (failed !== undefined) throw failed.reason;
      };
      for (let seen = 0; seen < messageCount && wanted?.size !== 0; seen += 1) {
        const message = await channel.get(queue);
        if (message === false) break;
        const letter = letterIn(service, message);
        if (wanted !== undefined && !wanted.delete(letter.id)) continue;
        const copied = this.#publisher.publish([replayOut(letter)]).then(() => {
          channel.ack(message);
          replayed += 1;
        });
        ahead.push(copied);
        if (ahead.length >= REPLAY_AHEAD) await settle();
      }
      await settle();
      return { result: replayed, left: messageCount - replayed };
    });
  }

  async #inTurn<Result>(service: string, work: Work<Result>): Promise<Result> {
    const before = this.#turns.get(service) ?? Promise.resolve();
    const turn = before.then(() => this.#onChannel(deadLetterQueue(service), work));
    const over = turn.catch(() => undefined);
    this.#turns.set(service, over);
    try {
      return await turn;
    } finally {
      if (this.#turns.get(service) === over) this.#turns.delete(service);
    }
  }

  async #onChannel<Result>(queue: string, work: Work<Result>): Promise<Result> {
    const model = this.#model();
    const channel = await model.createChannel();
    channel.on('error', () => undefined);
    try {
      const { result, left } = await work(channel, queue);
      await channel.close();
      await this.#awaitReturn(model, queue, left);
      return result;
    } catch (error) {
      await channel.close().catch(() => undefined);
      throw error;
    }
  }

  /** Waits until what the closed channel held lies in the queue again, so that the next look sees it. */
  async #awaitReturn(model: ChannelModel, queue: string, expected: number): Promise<void> {
    const probe = await model.createChannel();
    probe.on('error', () => undefined);
    const giveUpAt = this.#clock.now() + RETURN_MS_MAX;
    while (this.#clock.now() < giveUpAt) {
      const { messageCount } = await probe.checkQueue(queue);
      if (messageCount >= expected) break;
      await sleep(this.#clock, RETURN_POLL_MS);
    }
    await probe.close();
  }
}

/** Reads a dead letter; one that somebody else put there is shown as it is. */
function letterIn(service: string, message: GetMessage): StoredDeadLetter {
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
    typeof body === 'object' && body !== null && 'queue' in body && typeof body.queue === 'string' && 'message' in body
  );
}

/** The message alone, as if new: its attempts start again. */
function replayOut({ queue, message }: StoredDeadLetter): Outgoing {
  const content = typeof message === 'string' ? Buffer.from(message) : jsonOut([message]);
  return copyOut('', queue, content, 0);
}
