import { errorMessage } from '../../../core/kernel/errors.ts';
import type { Logger } from '../../../core/kernel/logger.ts';
import type { OrderQueries } from '../../../core/services/orders/ports.ts';
import type { OrderHint } from './order-topics.ts';
import type { LiveCursor } from './protocol.ts';
import type { Subscriber, TopicRefusal, TopicSource } from './topics.ts';

/** Under load an admin's screen gets five bundles a second, not a thousand rows. */
const BUNDLE_MS = 200;
/** How often the newest orders are read, in case a hint was lost. */
const RECHECK_MS = 5_000;
/** Orders of the snapshot and of the re-check. */
const NEWEST = 50;
/** Changes in one bundle; with more of them the list is better read again. */
const BUNDLE_MAX = 500;

/**
 * Topic `admin:orders`: which orders are new or changed, for admins.
 *
 * Out: `snapshot` with the newest orders, always first (it also covers whatever was missed while a connection was
 * down), then `orders.changed` with bundles of `{id, version, status}`; `complete: false` when a bundle was cut.
 */
export class AdminOrdersTopic implements TopicSource {
  readonly prefix = 'admin:orders';
  readonly #orders: Pick<OrderQueries, 'adminOrders'>;
  readonly #logger: Logger;
  readonly #followers = new Set<Subscriber>();
  readonly #changed = new Map<string, OrderHint>();
  /** Versions of the newest orders, as last read. */
  #newest = new Map<string, number>();
  #complete = true;
  #cursor = 0;
  /** Snapshots being read for new followers. */
  #reading = 0;
  #bundling: NodeJS.Timeout | undefined;
  readonly #recheck: NodeJS.Timeout;

  constructor(orders: Pick<OrderQueries, 'adminOrders'>, logger: Logger, recheckMs = RECHECK_MS) {
    this.#orders = orders;
    this.#logger = logger;
    this.#recheck = setInterval(() => void this.#readNewest(), recheckMs);
    this.#recheck.unref();
  }

  async subscribe(
    _topic: string,
    _after: LiveCursor | undefined,
    subscriber: Subscriber,
  ): Promise<{ stop: () => void } | { refused: TopicRefusal }> {
    if (subscriber.identity.user.role !== 'admin') {
      return { refused: { code: 'forbidden', detail: 'this topic is for admins' } };
    }
    this.#reading += 1;
    try {
      const { items } = await this.#orders.adminOrders({ limit: NEWEST });
      subscriber.send({ cursor: this.#nextCursor(), type: 'snapshot', data: { orders: items } });
      this.#followers.add(subscriber);
    } finally {
      this.#reading -= 1;
    }
    return { stop: () => this.#followers.delete(subscriber) };
  }

  hint(hints: readonly OrderHint[]): void {
    if (this.#followers.size === 0 && this.#reading === 0) return;
    for (const hint of hints) {
      const before = this.#changed.get(hint.id);
      if (before !== undefined && before.version >= hint.version) continue;
      if (before === undefined && this.#changed.size >= BUNDLE_MAX) this.#complete = false;
      else this.#changed.set(hint.id, hint);
    }
    if (this.#changed.size > 0) this.#bundleSoon();
  }

  close(): void {
    clearInterval(this.#recheck);
    clearTimeout(this.#bundling);
    this.#followers.clear();
  }

  #bundleSoon(): void {
    this.#bundling ??= setTimeout(() => {
      this.#bundling = undefined;
      // Whoever's snapshot is just being read must get what happens after it.
      if (this.#reading > 0) this.#bundleSoon();
      else this.#sendBundle();
    }, BUNDLE_MS);
  }

  #sendBundle(): void {
    const data = { orders: [...this.#changed.values()], complete: this.#complete };
    for (const { id, version } of data.orders) if (this.#newest.has(id)) this.#newest.set(id, version);
    this.#changed.clear();
    this.#complete = true;
    const cursor = this.#nextCursor();
    for (const follower of this.#followers) follower.send({ cursor, type: 'orders.changed', data });
  }

  async #readNewest(): Promise<void> {
    if (this.#followers.size === 0) {
      this.#newest.clear();
      return;
    }
    try {
      const before = this.#newest;
      const { items } = await this.#orders.adminOrders({ limit: NEWEST });
      this.#newest = new Map(items.map(({ id, version }) => [id, version]));
      // The first read has nothing to compare with; whoever follows has just had a snapshot.
      if (before.size === 0) return;
      this.hint(items.filter(({ id, version }) => version > (before.get(id) ?? 0)));
    } catch (error) {
      this.#logger.warn(
        { error: errorMessage(error) },
        'the newest orders could not be read for live updates',
      );
    }
  }

  /** Milliseconds since the epoch, made strictly increasing: comparable between gateways, near enough. */
  #nextCursor(): number {
    this.#cursor = Math.max(this.#cursor + 1, Date.now());
    return this.#cursor;
  }
}
