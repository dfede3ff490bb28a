import { Deque } from './deque.ts';
import type { Post, QueuedFrame } from './frame.ts';
import type { Surroundings } from './surroundings.ts';

/** A consumer as its queue sees it. */
export interface QueueConsumer {
  /** Name of its process. */
  readonly client: string;
  /** Frames it may hold unacknowledged. */
  readonly prefetch: number;
  /** Shares the queue with nobody; on a partition's queue it waits instead, as all do there. */
  readonly exclusive: boolean;
  /** Given out to it and not acknowledged, oldest first; the queue's to change. */
  readonly unacknowledged: Set<QueuedFrame>;
  /** May end the consumer, if it can't be reached. */
  hand(frame: QueuedFrame): void;
}

export interface FrameQueueOptions {
  readonly name: string;
  /** Only the consumer that came first gets frames; the next follows when it leaves. */
  readonly single: boolean;
  /** Probability that what comes back comes behind newer frames. */
  readonly returnedLast: number;
}

const NO_HEADERS = {};

/**
 * Owns: the frames of one queue, who consumes it, and which frame goes to whom.
 * Does not own: the way to the consumers.
 *
 * I1. A frame is ready, or held by one consumer; what one holds comes back only when that consumer has ended.
 * I2. Frames that come back stay in their order, and are counted as given out before; all of them come before what is
 *     newer, or all behind it: quorum queues do either (P3).
 */
export class FrameQueue {
  readonly name: string;
  private readonly single: boolean;
  private readonly returnedLast: number;
  private readonly around: Surroundings;
  private readonly ready = new Deque<QueuedFrame>();
  /** In the order in which they came. */
  private readonly consumers: QueueConsumer[] = [];
  private frames = 0;
  private held = 0;
  /** Index of the consumer whose turn it is. */
  private turn = 0;
  private handingOut = false;

  constructor({ name, single, returnedLast }: FrameQueueOptions, around: Surroundings) {
    this.name = name;
    this.single = single;
    this.returnedLast = returnedLast;
    this.around = around;
  }

  /** Frames waiting for a consumer. */
  get depth(): number {
    return this.ready.length;
  }

  get idle(): boolean {
    return this.ready.length === 0 && this.held === 0;
  }

  put({
    messages,
    unreadable,
    attempts = 0,
    headers = NO_HEADERS,
  }: Pick<Post, 'messages' | 'unreadable' | 'attempts' | 'headers'>): void {
    this.frames += 1;
    const frame: QueuedFrame = { id: this.frames, messages, unreadable, attempts, headers, redeliveries: 0 };
    this.ready.push(frame);
    this.around.emit?.({ type: 'stored', queue: this.name, frame });
    this.handOut();
  }

  /** Whether the consumer is let in; it gets frames from the next `handOut` on. */
  admit(consumer: QueueConsumer): boolean {
    if (!this.single) {
      const alone = consumer.exclusive || this.consumers.some(({ exclusive }) => exclusive);
      if (alone && this.consumers.length > 0) return false;
    }
    this.consumers.push(consumer);
    if (this.consumers.length === 1) this.tellActive();
    return true;
  }

  /** No further frame goes to the consumer; what it holds it may still acknowledge. */
  cancel(consumer: QueueConsumer): void {
    this.remove(consumer);
    this.handOut();
  }

  /** The consumer is gone: what it holds comes back. */
  end(consumer: QueueConsumer): void {
    this.remove(consumer);
    this.giveBack(consumer);
    this.handOut();
  }

  /** Without effect when the consumer no longer holds the frame. */
  acknowledge(consumer: QueueConsumer, frame: QueuedFrame): void {
    if (!consumer.unacknowledged.delete(frame)) return;
    this.held -= 1;
    this.around.emit?.({ type: 'acknowledged', queue: this.name, frame, client: consumer.client });
    this.handOut();
  }

  handOut(): void {
    // Handing a frame over may end a consumer, and that comes back here: the loop under way goes on with it.
    if (this.handingOut) return;
    this.handingOut = true;
    while (this.ready.length > 0) {
      const consumer = this.nextConsumer();
      if (consumer === undefined) break;
      const frame = this.ready.shift() as QueuedFrame;
      this.held += 1;
      consumer.unacknowledged.add(frame);
      consumer.hand(frame);
    }
    this.handingOut = false;
  }

  /** One that has room, in turn. */
  private nextConsumer(): QueueConsumer | undefined {
    const count = this.single ? Math.min(1, this.consumers.length) : this.consumers.length;
    for (let tried = 0; tried < count; tried += 1) {
      const index = (this.turn + tried) % count;
      const consumer = this.consumers[index] as QueueConsumer;
      if (consumer.unacknowledged.size >= consumer.prefetch) continue;
      this.turn = (index + 1) % count;
      return consumer;
    }
    return undefined;
  }

  private remove(consumer: QueueConsumer): void {
    const index = this.consumers.indexOf(consumer);
    if (index < 0) return;
    this.consumers.splice(index, 1);
    if (index === 0 && this.consumers.length > 0) this.tellActive();
  }

  private giveBack(consumer: QueueConsumer): void {
    if (consumer.unacknowledged.size === 0) return;
    const frames = [...consumer.unacknowledged];
    consumer.unacknowledged.clear();
    this.held -= frames.length;
    const last = this.returnedLast > 0 && this.around.random() < this.returnedLast;
    for (const frame of frames) frame.redeliveries += 1;
    if (last) for (const frame of frames) this.ready.push(frame);
    else for (let index = frames.length; index > 0;) this.ready.unshift(frames[(index -= 1)] as QueuedFrame);
    this.around.emit?.({ type: 'returned', queue: this.name, frames, client: consumer.client, last });
  }

  private tellActive(): void {
    const [active] = this.consumers;
    if (!this.single || active === undefined) return;
    this.around.emit?.({ type: 'activated', queue: this.name, client: active.client });
  }
}
