import { setImmediate as nextTurn } from 'node:timers/promises';
import { errorMessage } from '../../../core/kernel/errors.ts';
import type { Logger } from '../../../core/kernel/logger.ts';
import type { LinePlace } from '../../../core/services/gateway/line/ports.ts';
import type { WaitingLines } from '../../../core/services/gateway/line/waiting-lines.ts';
import type { LiveCursor } from './protocol.ts';
import type { Subscriber, TopicRefusal, TopicSource } from './topics.ts';

/** How often places are told again though the line stands still: a turn may lapse, an order may be decided. */
const RETELL_MS = 2_000;
/** Lines move four times a second; who waits is told how far, less often. A turn is told at once. */
const WAITING_MS = 1_000;
/** Followers told before the process turns to something else for a moment. */
const TOLD_AT_ONCE = 250;

interface Follower {
  readonly subscriber: Subscriber;
  told: LinePlace | undefined;
  toldAtMs: number;
  /** How far the line was then. */
  admittedUpTo: number;
}

interface Following {
  readonly followers: Set<Follower>;
  /** What is to be told while the followers are told. */
  next: 'moved' | 'all' | undefined;
  telling: boolean;
}

/**
 * Topics `queue:<saleId>`: where the subscriber stands in the waiting line of a flash sale, whenever that changes.
 *
 * Owns: who follows which line and what each was told. Does not own: places and turns (WaitingLines). Following gives no
 * place; `line.place` with data null says that there is none, or that the sale is over.
 *
 * I1. The followers of a line are told one round after the other, so that nobody hears of an older place after a newer one.
 * I2. Whoever waits costs a round nothing but a comparison, unless there is something to tell.
 */
export class QueueTopic implements TopicSource {
  readonly prefix = 'queue:';
  readonly #lines: WaitingLines;
  readonly #logger: Logger;
  readonly #followed = new Map<string, Following>();
  readonly #stopListening: () => void;
  readonly #retell: NodeJS.Timeout;
  #cursor = 0;

  constructor(lines: WaitingLines, logger: Logger) {
    this.#lines = lines;
    this.#logger = logger;
    this.#stopListening = lines.onMoved((saleId) => void this.#tellSoon(saleId, 'moved'));
    this.#retell = setInterval(() => {
      for (const saleId of this.#followed.keys()) void this.#tellSoon(saleId, 'all');
    }, RETELL_MS);
    this.#retell.unref();
  }

  async subscribe(
    topic: string,
    _after: LiveCursor | undefined,
    subscriber: Subscriber,
  ): Promise<{ stop: () => void } | { refused: TopicRefusal }> {
    const saleId = topic.slice(this.prefix.length);
    if (!this.#lines.known(saleId)) {
      return { refused: { code: 'unknown_sale', detail: 'there is no such sale, or it is over' } };
    }
    const follower: Follower = { subscriber, told: undefined, toldAtMs: 0, admittedUpTo: 0 };
    // Known only once told: a look that fails must leave nobody behind.
    this.#send(saleId, follower, await this.#lines.place(saleId, subscriber.identity.user.id));
    const following: Following = this.#followed.get(saleId) ?? {
      followers: new Set(),
      next: undefined,
      telling: false,
    };
    following.followers.add(follower);
    this.#followed.set(saleId, following);
    return {
      stop: () => {
        following.followers.delete(follower);
        if (following.followers.size === 0 && this.#followed.get(saleId) === following)
          this.#followed.delete(saleId);
      },
    };
  }

  close(): void {
    clearInterval(this.#retell);
    this.#stopListening();
    this.#followed.clear();
  }

  async #tellSoon(saleId: string, what: 'moved' | 'all'): Promise<void> {
    const following = this.#followed.get(saleId);
    if (following === undefined) return;
    following.next = following.next === 'all' ? 'all' : what;
    if (following.telling) return;
    following.telling = true;
    try {
      while (following.next !== undefined) {
        const { next } = following;
        following.next = undefined;
        await this.#tellRound(saleId, [...following.followers], next);
      }
    } catch (error) {
      this.#logger.warn({ saleId, error: errorMessage(error) }, 'places in a waiting line could not be told');
    } finally {
      following.telling = false;
    }
  }

  async #tellRound(saleId: string, followers: readonly Follower[], what: 'moved' | 'all'): Promise<void> {
    const due = followers.filter((follower) => this.#isDue(saleId, follower, what));
    for (let start = 0; start < due.length; start += TOLD_AT_ONCE) {
      const group = due.slice(start, start + TOLD_AT_ONCE);
      await Promise.all(group.map((follower) => this.#tell(saleId, follower)));
      await nextTurn();
    }
  }

  #isDue(saleId: string, { told, toldAtMs, admittedUpTo }: Follower, what: 'moved' | 'all'): boolean {
    if (told === undefined) return what === 'all';
    if (told.state !== 'waiting') return told.state !== 'sold_out';
    const passed = this.#lines.admittedUpTo(saleId) - admittedUpTo;
    const gone = this.#lines.soldOut(saleId) || !this.#lines.known(saleId);
    if (gone || passed >= told.position) return true;
    return passed > 0 && Date.now() - toldAtMs >= WAITING_MS;
  }

  async #tell(saleId: string, follower: Follower): Promise<void> {
    const userId = follower.subscriber.identity.user.id;
    const place = this.#lines.known(saleId)
      ? await this.#lines.place(saleId, userId, follower.told?.token)
      : undefined;
    if (place?.position === follower.told?.position && place?.state === follower.told?.state) return;
    this.#send(saleId, follower, place);
  }

  #send(saleId: string, follower: Follower, place: LinePlace | undefined): void {
    follower.told = place;
    follower.toldAtMs = Date.now();
    follower.admittedUpTo = this.#lines.admittedUpTo(saleId);
    // Milliseconds since the epoch, made strictly increasing.
    this.#cursor = Math.max(this.#cursor + 1, Date.now());
    follower.subscriber.send({ cursor: this.#cursor, type: 'line.place', data: place ?? null });
  }
}
