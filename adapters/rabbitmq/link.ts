import { connect, type ChannelModel } from 'amqplib';
import type { Clock } from '../../core/kernel/clock.ts';
import { BrokerUnavailable, errorMessage } from '../../core/kernel/errors.ts';
import { PAUSE_BACKOFF_MS } from '../../core/kernel/limits.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import { closeFully } from './closing.ts';

/*
 * Owns: one connection to RabbitMQ and its return after a loss.
 * Does not own: channels, topology, what is published or consumed.
 *
 * amqplib's own recovery is not used: it makes channel operations wait for the next connection, where a publish must
 * be refused at once so that its sender keeps the order (P11).
 *
 * I1. `setUp` has finished before the connection counts as up; `down` is called once for each time it was up.
 */

/** With RabbitMQ's default of 60 s a stopped process would stay the active consumer that long (P1). */
const HEARTBEAT_SECONDS = 5;
const HANDSHAKE_MS_MAX = 10_000;
/** A broker that starts together with us needs some seconds. */
const FIRST_CONNECT_MS_MAX = 30_000;
const CLOSE_MS_MAX = 1_000;
/** Wrong password, unknown virtual host, or a topology that differs from what is there: trying again can't help. */
const HOPELESS = /ACCESS.REFUSED|NOT.ALLOWED|ConnectionOpenOk|PRECONDITION.FAILED|Invalid URL|Expected amqp/;

export interface LinkOptions {
  readonly url: string;
  /** Shown by RabbitMQ's management. */
  readonly name: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** Prepares a fresh connection; a rejection closes it and tries again later. */
  setUp(model: ChannelModel): Promise<void>;
  down(reason: Error): void;
  /** RabbitMQ stops or resumes reading from this connection (memory or disk alarm). */
  blocked(blocked: boolean): void;
}

export class Link {
  readonly #options: LinkOptions;
  /** Ends the socket of the latest attempt; each has its own, for a socket never lets go of its signal. */
  #abort = new AbortController();
  #model: ChannelModel | undefined;
  #closed = false;
  #stopWaiting: () => void = () => undefined;

  private constructor(options: LinkOptions) {
    this.#options = options;
  }

  /**
   * Resolves once the first connection is up. Rejects with BrokerUnavailable when there is none after 30 s, or at
   * once when the broker refuses us.
   */
  static async open(options: LinkOptions): Promise<Link> {
    const link = new Link(options);
    const giveUpAt = options.clock.now() + FIRST_CONNECT_MS_MAX;
    for (let attempt = 0; ; attempt += 1) {
      try {
        await link.#connect();
        return link;
      } catch (error) {
        if (HOPELESS.test(errorMessage(error)) || options.clock.now() >= giveUpAt) {
          throw new BrokerUnavailable(`RabbitMQ can't be used: ${errorMessage(error)}`, error);
        }
        await link.#backOff(attempt, error);
      }
    }
  }

  up(): boolean {
    return this.#model !== undefined;
  }

  /** The connection, if it is up; throws BrokerUnavailable. */
  model(): ChannelModel {
    if (this.#model === undefined) throw new BrokerUnavailable('the connection to RabbitMQ is down');
    return this.#model;
  }

  async close(): Promise<void> {
    this.#closed = true;
    this.#stopWaiting();
    const model = this.#model;
    this.#model = undefined;
    if (model !== undefined) {
      const overdue = new Promise<void>((resolve) => {
        this.#stopWaiting = this.#options.clock.after(CLOSE_MS_MAX, resolve);
      });
      await Promise.race([closeFully(model), overdue]);
      this.#stopWaiting();
    }
    // A peer that no longer answers must not keep the process alive.
    this.#abort.abort();
  }

  async #connect(): Promise<void> {
    const { url, name } = this.#options;
    this.#abort = new AbortController();
    const socket = {
      noDelay: true,
      timeout: HANDSHAKE_MS_MAX,
      signal: this.#abort.signal,
      clientProperties: { connection_name: name },
    };
    const model = await connect(withHeartbeat(url), socket);
    const lost: Error[] = [];
    model.on('error', (error) => {
      lost.push(error);
    });
    model.on('close', (error?: Error) => {
      lost.push(error ?? new Error('the connection closed'));
      if (this.#model === model) this.#lose(lost[0] ?? new Error('the connection closed'));
    });
    model.on('blocked', () => {
      this.#options.blocked(true);
    });
    model.on('unblocked', () => {
      this.#options.blocked(false);
    });
    try {
      await this.#options.setUp(model);
    } catch (error) {
      await closeFully(model);
      throw error;
    }
    // Both may have happened while setting up.
    if (lost[0] !== undefined) throw lost[0];
    if (this.#closed) await closeFully(model);
    else this.#model = model;
  }

  #lose(reason: Error): void {
    this.#model = undefined;
    this.#options.logger.warn({ connection: this.#options.name, reason: reason.message }, 'lost RabbitMQ');
    this.#options.blocked(false);
    this.#options.down(reason);
    void this.#reconnect();
  }

  /** Never rejects. */
  async #reconnect(): Promise<void> {
    for (let attempt = 0; !this.#closed; attempt += 1) {
      try {
        await this.#connect();
        this.#options.logger.info({ connection: this.#options.name }, 'connected to RabbitMQ again');
        return;
      } catch (error) {
        await this.#backOff(attempt, error);
      }
    }
  }

  async #backOff(attempt: number, error: unknown): Promise<void> {
    const { logger, clock, name } = this.#options;
    const ceilingMs = Math.min(PAUSE_BACKOFF_MS.first * 2 ** Math.min(attempt, 10), PAUSE_BACKOFF_MS.max);
    // Jitter: many processes lose the broker in the same moment.
    const delayMs = ceilingMs * (0.5 + Math.random() / 2);
    logger.debug({ connection: name, delayMs, reason: errorMessage(error) }, 'RabbitMQ is away');
    if (this.#closed) return;
    await new Promise<void>((resolve) => {
      const cancel = clock.after(delayMs, resolve);
      this.#stopWaiting = () => {
        cancel();
        resolve();
      };
    });
  }
}

function withHeartbeat(url: string): string {
  const parsed = new URL(url);
  if (!parsed.searchParams.has('heartbeat')) parsed.searchParams.set('heartbeat', String(HEARTBEAT_SECONDS));
  return parsed.href;
}
