import { errorMessage } from '../../../core/kernel/errors.ts';
import type { Logger } from '../../../core/kernel/logger.ts';
import type { AnalyticsQueries } from '../../../core/services/analytics/ports.ts';
import type { LiveCursor } from './protocol.ts';
import type { Subscriber, TopicRefusal, TopicSource } from './topics.ts';

/** How often the books are read while somebody follows: what has happened is seen within a second. */
const READ_MS = 500;

/**
 * Topic `admin:metrics`: the metrics of the shop, whole, first at once and then whenever they have changed. One read serves
 * all followers of this process.
 */
export class MetricsTopic implements TopicSource {
  readonly prefix = 'admin:metrics';
  readonly #analytics: Pick<AnalyticsQueries, 'metrics'>;
  readonly #logger: Logger;
  readonly #followers = new Set<Subscriber>();
  readonly #timer: NodeJS.Timeout;
  #reading = false;
  /** What was told last, without its time. */
  #told = '';
  #cursor = 0;

  constructor(analytics: Pick<AnalyticsQueries, 'metrics'>, logger: Logger, readMs = READ_MS) {
    this.#analytics = analytics;
    this.#logger = logger;
    this.#timer = setInterval(() => void this.#tell(), readMs);
    this.#timer.unref();
  }

  async subscribe(
    _topic: string,
    _after: LiveCursor | undefined,
    subscriber: Subscriber,
  ): Promise<{ stop: () => void } | { refused: TopicRefusal }> {
    const { role } = subscriber.identity.user;
    if (role !== 'admin' && role !== 'ops') {
      return { refused: { code: 'forbidden', detail: 'this topic is for admins and operators' } };
    }
    const data = await this.#analytics.metrics();
    subscriber.send({ cursor: this.#nextCursor(), type: 'metrics', data });
    this.#followers.add(subscriber);
    return { stop: () => this.#followers.delete(subscriber) };
  }

  close(): void {
    clearInterval(this.#timer);
    this.#followers.clear();
  }

  async #tell(): Promise<void> {
    if (this.#followers.size === 0 || this.#reading) return;
    this.#reading = true;
    try {
      const data = await this.#analytics.metrics();
      const { at: _at, ...numbers } = data;
      const text = JSON.stringify(numbers);
      if (text === this.#told) return;
      this.#told = text;
      const cursor = this.#nextCursor();
      for (const follower of this.#followers) follower.send({ cursor, type: 'metrics', data });
    } catch (error) {
      this.#logger.warn({ error: errorMessage(error) }, 'the metrics could not be read for live updates');
    } finally {
      this.#reading = false;
    }
  }

  /** Milliseconds since the epoch, made strictly increasing: comparable between gateways, near enough. */
  #nextCursor(): number {
    this.#cursor = Math.max(this.#cursor + 1, Date.now());
    return this.#cursor;
  }
}
