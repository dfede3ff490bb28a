import type { Topology } from '../../../core/engine/topology.ts';
import { DEAD_LETTERS } from '../../../core/engine/topology.ts';
import { FrameQueue } from './frame-queue.ts';
import type { Post } from './frame.ts';
import { LetterQueue } from './letter-queue.ts';
import { RetryQueue } from './retry-queue.ts';
import type { Surroundings } from './surroundings.ts';

type Queue = FrameQueue | RetryQueue | LetterQueue;

interface Binding {
  readonly words: readonly string[];
  readonly queue: Queue;
}

/**
 * Owns: the queues of the topology, and which of them a post goes to.
 *
 * I1. A post reaches each queue once, however many of its bindings match (P12), and all of them in one moment.
 */
export class Exchanges {
  private readonly queues = new Map<string, Queue>();
  /** By exchange. */
  private readonly bindings = new Map<string, Binding[]>([['', []]]);
  /** By exchange and routing key, as found before. */
  private readonly routes = new Map<string, Map<string, readonly Queue[]>>();

  constructor(topology: Topology, returnedLast: number, around: Surroundings) {
    for (const { name, kind, ttlMs = 0 } of topology.queues) {
      if (kind === 'retry') {
        this.queues.set(name, new RetryQueue(ttlMs, around, (origin) => this.frameQueue(origin)));
      } else if (kind === 'dead-letter') {
        this.queues.set(name, new LetterQueue(name.slice(DEAD_LETTERS.length + 1), around));
      } else {
        const single = kind === 'partition';
        this.queues.set(name, new FrameQueue({ name, single, returnedLast }, around));
      }
    }
    for (const exchange of topology.exchanges) this.bindings.set(exchange, []);
    for (const { queue, exchange, pattern } of topology.bindings) {
      const bound = this.queues.get(queue);
      if (bound !== undefined) this.bindings.get(exchange)?.push({ words: pattern.split('.'), queue: bound });
    }
  }

  has(exchange: string): boolean {
    return this.bindings.has(exchange);
  }

  queue(name: string): Queue | undefined {
    return this.queues.get(name);
  }

  frameQueue(name: string): FrameQueue | undefined {
    const queue = this.queues.get(name);
    return queue instanceof FrameQueue ? queue : undefined;
  }

  letterQueue(service: string): LetterQueue | undefined {
    const queue = this.queues.get(`${DEAD_LETTERS}.${service}`);
    return queue instanceof LetterQueue ? queue : undefined;
  }

  /** Nothing waits, rests or is held, dead letters aside. */
  idle(): boolean {
    for (const queue of this.queues.values()) if (!queue.idle) return false;
    return true;
  }

  /** Whether some queue took it. */
  take(post: Post, client: string): boolean {
    const queues = this.route(post.exchange, post.routingKey);
    for (const queue of queues) queue.put(post, client);
    return queues.length > 0;
  }

  private route(exchange: string, routingKey: string): readonly Queue[] {
    const routes = this.routes.get(exchange) ?? new Map<string, readonly Queue[]>();
    const known = routes.get(routingKey);
    if (known !== undefined) return known;
    const found = this.find(exchange, routingKey);
    this.routes.set(exchange, routes.set(routingKey, found));
    return found;
  }

  private find(exchange: string, routingKey: string): readonly Queue[] {
    if (exchange === '') {
      const queue = this.queues.get(routingKey);
      return queue === undefined ? [] : [queue];
    }
    const words = routingKey.split('.');
    const bound = (this.bindings.get(exchange) ?? []).filter((binding) => matches(binding.words, words));
    return [...new Set(bound.map(({ queue }) => queue))];
  }
}

/** Topic patterns as AMQP has them: `*` is one word, `#` any number of them. */
function matches(pattern: readonly string[], key: readonly string[]): boolean {
  const [first, ...rest] = pattern;
  if (first === undefined) return key.length === 0;
  if (first === '#') return matches(rest, key) || (key.length > 0 && matches(pattern, key.slice(1)));
  return key.length > 0 && (first === '*' || first === key[0]) && matches(rest, key.slice(1));
}
