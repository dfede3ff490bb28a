import { z } from 'zod';
import { errorMessage } from '../../../core/kernel/errors.ts';
import type { Logger } from '../../../core/kernel/logger.ts';
import { BatchedLookup } from '../../../core/services/batched-lookup.ts';
import type { OrderQueries, OrderView, SagaLogEntry } from '../../../core/services/orders/ports.ts';
import { presentEntry, presentOrder } from '../present.ts';
import type { LiveCursor } from './protocol.ts';
import type { Subscriber, TopicRefusal, TopicSource } from './topics.ts';

/** Hints that arrive within this time share one read. */
const GATHER_MS = 20;
/** How often versions are compared with the store, in case a hint was lost. */
const RECHECK_MS = 5_000;
/** After the store did not answer. */
const RETRY_MS = 1_000;
/** Orders read by one query. Reading one by one would be too slow in a busy shop, and crowd out the requests of others. */
const READS_MAX = 100;
const LOG_ROWS_MAX = 200;
const VERSION_KEYS_MAX = 500;

/** What the engine broadcasts after a commit. */
export const orderHints = z.array(z.object({ id: z.string(), version: z.int(), status: z.string() }));
export type OrderHint = z.output<typeof orderHints>[number];

interface Follower {
  readonly subscriber: Subscriber;
  readonly forAdmin: boolean;
  /** Seq of the last entry sent; undefined: nothing yet, a snapshot comes first. */
  cursor: number | undefined;
}

interface FollowedOrder {
  readonly followers: Set<Follower>;
  /** The newest version that was told. */
  toldVersion: number;
  /** The newest version that was read. */
  readVersion: number;
}

/**
 * Topics `order:<id>`: every log entry of an order, for its owner and for admins.
 *
 * Owns: who follows which order, and up to which entry each has been told. Does not own: sockets.
 * In: hints that an order changed. Out: `snapshot` (cursor: the version) and one update per log entry (cursor: seq).
 * I1: the log in the store is the truth, hints only say when to read it; lost ones cost RECHECK_MS at most.
 * I2: a follower gets every entry after its cursor once, in order: its cursor moves with what is sent, and one order
 *     is never read twice at the same time.
 * I3: somebody who follows is known before the first read, so nothing falls between that read and the next hint.
 */
export class OrderTopics implements TopicSource {
  readonly prefix = 'order:';
  readonly #orders: Pick<OrderQueries, 'findMany' | 'sagaLog' | 'sagaLogs' | 'versions'>;
  /** Of orders that somebody asks to follow. */
  readonly #owners: BatchedLookup<{ readonly userId: string }>;
  readonly #logger: Logger;
  readonly #followed = new Map<string, FollowedOrder>();
  readonly #dirty = new Set<string>();
  /** Their log was read a moment later than they were: again after a rest, not at once. */
  readonly #behind = new Set<string>();
  readonly #recheck: NodeJS.Timeout;
  #gathering: NodeJS.Timeout | undefined;
  #draining = false;
  #closed = false;

  constructor(
    orders: Pick<OrderQueries, 'findMany' | 'sagaLog' | 'sagaLogs' | 'versions'>,
    logger: Logger,
    recheckMs = RECHECK_MS,
  ) {
    this.#orders = orders;
    this.#owners = new BatchedLookup((orderIds) => orders.versions(orderIds), VERSION_KEYS_MAX);
    this.#logger = logger;
    this.#recheck = setInterval(() => void this.#compareVersions(), recheckMs);
    this.#recheck.unref();
  }

  async subscribe(
    topic: string,
    after: LiveCursor | undefined,
    subscriber: Subscriber,
  ): Promise<{ stop: () => void } | { refused: TopicRefusal }> {
    const orderId = topic.slice(this.prefix.length);
    if (typeof after === 'string') {
      return {
        refused: { code: 'bad_cursor', detail: 'after must be a cursor of this topic: a whole number' },
      };
    }
    const forAdmin = subscriber.identity.user.role === 'admin';
    const owner = await this.#owners.find(orderId);
    if (owner === undefined || !(forAdmin || owner.userId === subscriber.identity.user.id)) {
      return { refused: { code: 'unknown_order', detail: 'there is no such order' } };
    }
    const follower: Follower = { subscriber, forAdmin, cursor: await this.#knownCursor(orderId, after) };
    const followed = this.#followed.get(orderId) ?? {
      followers: new Set<Follower>(),
      toldVersion: 0,
      readVersion: 0,
    };
    followed.followers.add(follower);
    this.#followed.set(orderId, followed);
    this.#dirty.add(orderId);
    void this.#drain();
    return {
      stop: () => {
        followed.followers.delete(follower);
        if (followed.followers.size === 0 && this.#followed.get(orderId) === followed)
          this.#followed.delete(orderId);
      },
    };
  }

  /** Orders changed, somewhere. */
  hint(hints: readonly OrderHint[]): void {
    for (const { id, version } of hints) {
      const followed = this.#followed.get(id);
      if (followed !== undefined && version > followed.toldVersion) this.#dirty.add(id);
    }
    this.#drainSoon(GATHER_MS);
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#recheck);
    clearTimeout(this.#gathering);
    this.#followed.clear();
    this.#dirty.clear();
    this.#behind.clear();
  }

  #drainSoon(delayMs: number): void {
    if (this.#dirty.size === 0 || this.#gathering !== undefined || this.#draining || this.#closed) return;
    this.#gathering = setTimeout(() => {
      this.#gathering = undefined;
      void this.#drain();
    }, delayMs);
  }

  async #drain(): Promise<void> {
    if (this.#draining) return;
    this.#draining = true;
    let retryMs = GATHER_MS;
    while (this.#dirty.size > 0 && !this.#closed) {
      const batch = [...this.#dirty].slice(0, READS_MAX);
      for (const orderId of batch) this.#dirty.delete(orderId);
      try {
        await this.#tellAll(batch);
      } catch (error) {
        this.#logger.warn({ error: errorMessage(error) }, 'live updates wait for the store');
        for (const orderId of batch) if (this.#followed.has(orderId)) this.#dirty.add(orderId);
        retryMs = RETRY_MS;
        break;
      }
    }
    this.#draining = false;
    for (const orderId of this.#behind) this.#dirty.add(orderId);
    this.#behind.clear();
    this.#drainSoon(retryMs);
  }

  /** Reads what the followers of these orders lack and sends it. */
  async #tellAll(orderIds: readonly string[]): Promise<void> {
    const read = orderIds.filter((orderId) => this.#followed.has(orderId));
    const after = new Map<string, number>();
    for (const orderId of read) {
      const known = [...(this.#followed.get(orderId)?.followers ?? [])].flatMap(({ cursor }) => cursor ?? []);
      if (known.length > 0) after.set(orderId, Math.min(...known));
    }
    const [logs, orders] = await Promise.all([
      after.size === 0 ? undefined : this.#orders.sagaLogs(after, LOG_ROWS_MAX),
      this.#orders.findMany(read),
    ]);
    for (const [orderId, order] of orders) {
      const entries = logs?.get(orderId) ?? [];
      // An entry goes out with an order that is at least as new; one that came between the two reads waits for the next.
      const due = entries.filter(({ seq }) => seq <= order.version);
      this.#tell(order, due, after.get(orderId));
      if (entries.length > due.length) this.#behind.add(orderId);
    }
  }

  #tell(order: OrderView, entries: readonly SagaLogEntry[], after: number | undefined): void {
    const followed = this.#followed.get(order.id);
    if (followed === undefined) return;
    for (const follower of followed.followers) tellFollower(follower, order, entries, after);
    const cursors = [...followed.followers].map(({ cursor }) => cursor ?? 0);
    followed.toldVersion = cursors.length === 0 ? 0 : Math.min(...cursors);
    // Read on while there is news: more than one read's worth was missing, or the order moved on meanwhile.
    const isNews = entries.length === LOG_ROWS_MAX || order.version > followed.readVersion;
    followed.readVersion = Math.max(followed.readVersion, order.version);
    if (isNews && followed.toldVersion < order.version) this.#dirty.add(order.id);
  }

  /** A cursor that the log does not know is none of ours: undefined, so that a snapshot starts anew. */
  async #knownCursor(orderId: string, after: number | undefined): Promise<number | undefined> {
    if (after === undefined || after === 0) return after;
    const [entry] = await this.#orders.sagaLog(orderId, after - 1, 1);
    return entry?.seq === after ? after : undefined;
  }

  async #compareVersions(): Promise<void> {
    const orderIds = [...this.#followed.keys()];
    try {
      for (let start = 0; start < orderIds.length; start += VERSION_KEYS_MAX) {
        const versions = await this.#orders.versions(orderIds.slice(start, start + VERSION_KEYS_MAX));
        for (const [id, { version }] of versions) {
          const followed = this.#followed.get(id);
          if (followed !== undefined && version > followed.toldVersion) this.#dirty.add(id);
        }
      }
      this.#drainSoon(0);
    } catch (error) {
      this.#logger.warn({ error: errorMessage(error) }, 'live updates could not be compared with the store');
    }
  }
}

function tellFollower(
  follower: Follower,
  order: OrderView,
  entries: readonly SagaLogEntry[],
  after: number | undefined,
): void {
  const shown = presentOrder(order, follower.forAdmin);
  if (follower.cursor === undefined) {
    follower.cursor = order.version;
    follower.subscriber.send({ cursor: order.version, type: 'snapshot', data: { order: shown } });
    return;
  }
  // Somebody who came while the log was read may lack earlier entries than it has: their turn is the next read.
  if (after === undefined || follower.cursor < after) return;
  for (const entry of entries) {
    if (entry.seq <= follower.cursor) continue;
    follower.cursor = entry.seq;
    const data = { entry: presentEntry(entry, follower.forAdmin), order: shown };
    follower.subscriber.send({ cursor: entry.seq, type: entry.type, data });
  }
}
