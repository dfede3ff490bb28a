import { z } from 'zod';
import type { Broker } from '../../../core/engine/ports.ts';
import { errorMessage } from '../../../core/kernel/errors.ts';
import type { Logger } from '../../../core/kernel/logger.ts';
import type { StockBoard } from '../../../core/services/inventory/board.ts';
import type { LiveCursor } from './protocol.ts';
import type { Subscriber, TopicRefusal, TopicSource } from './topics.ts';

/** A hot SKU changes with every commit; an admin's screen gets four bundles a second. */
const BUNDLE_MS = 250;
/** SKUs of one bundle; with more of them the list is better read again. */
const BUNDLE_MAX = 200;
/** How often the counts are read again, in case a hint was lost. */
const RECHECK_MS = 5_000;

/** Hints that levels changed: topic `stock`, payload the SKUs. */
const hints = z.array(z.string());

/**
 * Topic `admin:stock`: levels that changed, for admins.
 *
 * Out: `snapshot` with the counts, always first; then `stock.changed` with the levels of the SKUs that changed, as they
 * are now, and the counts; `complete: false` when there were too many to tell.
 */
export class StockTopic implements TopicSource {
  readonly prefix = 'admin:stock';
  readonly #board: Pick<StockBoard, 'items' | 'summary'>;
  readonly #logger: Logger;
  readonly #followers = new Set<Subscriber>();
  readonly #changed = new Set<string>();
  #complete = true;
  #cursor = 0;
  #told = '';
  #bundling: NodeJS.Timeout | undefined;
  #stopHints: (() => Promise<void>) | undefined;
  readonly #recheck: NodeJS.Timeout;

  private constructor(board: Pick<StockBoard, 'items' | 'summary'>, logger: Logger) {
    this.#board = board;
    this.#logger = logger;
    this.#recheck = setInterval(() => {
      if (this.#followers.size > 0) void this.#tell();
    }, RECHECK_MS);
    this.#recheck.unref();
  }

  static async open(
    board: Pick<StockBoard, 'items' | 'summary'>,
    broadcasts: Pick<Broker, 'onBroadcast'>,
    logger: Logger,
  ): Promise<StockTopic> {
    const topic = new StockTopic(board, logger);
    topic.#stopHints = await broadcasts.onBroadcast('stock', (payload) => {
      const parsed = hints.safeParse(payload);
      if (parsed.success) topic.#hint(parsed.data);
    });
    return topic;
  }

  async subscribe(
    _topic: string,
    _after: LiveCursor | undefined,
    subscriber: Subscriber,
  ): Promise<{ stop: () => void } | { refused: TopicRefusal }> {
    if (subscriber.identity.user.role !== 'admin') {
      return { refused: { code: 'forbidden', detail: 'this topic is for admins' } };
    }
    this.#followers.add(subscriber);
    const summary = await this.#board.summary();
    subscriber.send({ cursor: this.#nextCursor(), type: 'snapshot', data: { summary } });
    return { stop: () => this.#followers.delete(subscriber) };
  }

  close(): void {
    clearInterval(this.#recheck);
    clearTimeout(this.#bundling);
    this.#followers.clear();
    void this.#stopHints?.().catch(() => undefined);
  }

  #hint(skus: readonly string[]): void {
    if (this.#followers.size === 0) return;
    for (const sku of skus) {
      if (this.#changed.size >= BUNDLE_MAX) this.#complete = false;
      else this.#changed.add(sku);
    }
    this.#bundling ??= setTimeout(() => void this.#tell(), BUNDLE_MS);
  }

  async #tell(): Promise<void> {
    clearTimeout(this.#bundling);
    this.#bundling = undefined;
    const skus = [...this.#changed];
    const complete = this.#complete;
    this.#changed.clear();
    this.#complete = true;
    try {
      const [found, summary] = await Promise.all([this.#board.items(skus), this.#board.summary()]);
      const told = JSON.stringify(summary);
      if (skus.length === 0 && told === this.#told) return;
      // The counts have changed and nobody said of what: a hint was lost.
      const data = { items: [...found.values()], summary, complete: complete && skus.length > 0 };
      this.#told = told;
      const cursor = this.#nextCursor();
      for (const follower of this.#followers) follower.send({ cursor, type: 'stock.changed', data });
    } catch (error) {
      this.#logger.warn({ error: errorMessage(error) }, 'levels could not be read for live updates');
    }
  }

  /** Milliseconds since the epoch, made strictly increasing: comparable between gateways, near enough. */
  #nextCursor(): number {
    this.#cursor = Math.max(this.#cursor + 1, Date.now());
    return this.#cursor;
  }
}
