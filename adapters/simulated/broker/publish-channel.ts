import type { Random } from '../../../core/kernel/clock.ts';
import { BrokerUnavailable } from '../../../core/kernel/errors.ts';
import { chance } from '../../../core/kernel/seeded-random.ts';
import type { BrokerWeather } from './client.ts';
import type { Channel, Connection } from './connection.ts';
import type { Exchanges } from './exchanges.ts';
import type { Post } from './frame.ts';
import { Pipe } from './pipe.ts';
import type { Surroundings } from './surroundings.ts';

/** One publish under way. */
interface Call {
  readonly posts: readonly Post[];
  /** How many of them arrive, from the first on. */
  arriving: number;
  /** `cut`: the connection breaks within its posts; `unconfirmed`: between their arrival and their confirm. */
  readonly fate: 'fine' | 'cut' | 'unconfirmed';
  /** The posts from this one on arrive a second time, as from a publisher that has lost its place; -1: none. */
  readonly againFrom: number;
  readonly resolve: () => void;
  readonly reject: (error: BrokerUnavailable) => void;
}

/**
 * Owns: what a process publishes over one connection: its way to the queues and the confirms' way back.
 *
 * I1. Posts arrive in the order of the calls; of what is on its way when the connection breaks a first part arrives, cut
 *     anywhere. So a lost publish takes everything behind it along: one that is lost while a later one arrives would
 *     be another broker (RabbitMQ may refuse a single message over a fault of its own; that is left out).
 * I2. A call resolves only when all its posts are in all their queues and its confirm has come back (P10).
 * I3. Confirms of different calls may overtake each other.
 */
export class PublishChannel implements Channel {
  private readonly connection: Connection;
  private readonly exchanges: Exchanges;
  private readonly around: Surroundings;
  private readonly pipe: Pipe<Call>;
  private readonly unconfirmed = new Set<Call>();
  private idle: (() => void)[] = [];

  constructor(connection: Connection, exchanges: Exchanges, around: Surroundings) {
    this.connection = connection;
    this.exchanges = exchanges;
    this.around = around;
    this.pipe = new Pipe(around.timeline, (call) => {
      this.arrive(call);
    });
    connection.add(this);
  }

  publish(posts: readonly Post[]): Promise<void> {
    if (posts.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const call = callOf(posts, this.connection.client.weather(), this.around.random, resolve, reject);
      this.unconfirmed.add(call);
      const travelMs = this.connection.travelMs();
      if (travelMs === undefined) return;
      this.around.publishesOnTheWay += 1;
      this.pipe.send(call, travelMs);
    });
  }

  /** Resolves when nothing is unconfirmed, or the connection is gone. */
  settled(): Promise<void> {
    if (this.unconfirmed.size === 0) return Promise.resolve();
    return new Promise((resolve) => this.idle.push(resolve));
  }

  broken(): void {
    let left = 0;
    for (const { arriving, posts } of this.pipe.onTheWay()) {
      left += arriving;
      // Nothing gets past a call that is going to be cut.
      if (arriving < posts.length) break;
    }
    left = Math.floor(this.around.random() * (left + 1));
    for (const call of this.pipe.onTheWay()) {
      call.arriving = Math.min(call.arriving, left);
      left -= call.arriving;
    }
  }

  closedAtServer(): void {
    // What it took stays.
  }

  closedAtClient(reason: BrokerUnavailable): void {
    for (const { reject } of this.unconfirmed) reject(reason);
    this.unconfirmed.clear();
    this.becomeIdle();
  }

  /** At the server. */
  private arrive(call: Call): void {
    this.around.publishesOnTheWay -= 1;
    const refused = this.store(call, 0);
    if (this.connection.broken) return;
    switch (call.fate) {
      case 'fine':
        if (call.againFrom >= 0) this.store(call, call.againFrom);
        this.confirm(call, refused);
        return;
      case 'cut':
        for (const later of this.pipe.onTheWay()) later.arriving = 0;
        this.connection.break(0, 0);
        return;
      case 'unconfirmed':
        this.connection.break(0, 0);
        return;
    }
  }

  /** Answers with the first post that a queue should have taken and none did. */
  private store({ posts, arriving }: Call, from: number): Post | undefined {
    let refused: Post | undefined;
    for (let index = from; index < arriving; index += 1) {
      const post = posts[index] as Post;
      const taken = this.exchanges.take(post, this.connection.client.name);
      if (!taken && post.mandatory) refused ??= post;
    }
    return refused;
  }

  private confirm(call: Call, refused: Post | undefined): void {
    const travelMs = this.connection.travelMs();
    if (travelMs === undefined) return;
    this.around.timeline.after(travelMs, () => {
      if (this.connection.broken) return;
      this.connection.client.deliver(() => {
        if (!this.unconfirmed.delete(call)) return;
        if (refused === undefined) call.resolve();
        else call.reject(new BrokerUnavailable(`no queue took ${refused.exchange}/${refused.routingKey}`));
        if (this.unconfirmed.size === 0) this.becomeIdle();
      });
    });
  }

  private becomeIdle(): void {
    for (const resolve of this.idle.splice(0)) resolve();
  }
}

function callOf(
  posts: readonly Post[],
  { publishLost, confirmLost, duplicate }: BrokerWeather,
  random: Random,
  resolve: () => void,
  reject: (error: BrokerUnavailable) => void,
): Call {
  const one = (): number => Math.floor(random() * posts.length);
  const cut = chance(random, publishLost);
  return {
    posts,
    arriving: cut ? one() : posts.length,
    fate: cut ? 'cut' : chance(random, confirmLost) ? 'unconfirmed' : 'fine',
    againFrom: chance(random, duplicate) ? one() : -1,
    resolve,
    reject,
  };
}
