import type { Consumer, Delivery, Subscription } from '../../../core/engine/ports.ts';
import { BrokerUnavailable } from '../../../core/kernel/errors.ts';
import { never } from './client.ts';
import type { Channel, Connection } from './connection.ts';
import type { Exchanges } from './exchanges.ts';
import type { FrameQueue, QueueConsumer } from './frame-queue.ts';
import type { QueuedFrame } from './frame.ts';
import { Pipe } from './pipe.ts';
import type { Surroundings } from './surroundings.ts';

/** A frame going up is its acknowledgement. */
type Upward = 'consume' | 'cancel' | 'close' | QueuedFrame;
type Downward = 'consuming' | 'refused' | 'cancelled' | 'closed' | QueueDelivery;

export interface ConsumeOptions {
  readonly queue: string;
  readonly prefetch: number;
  readonly exclusive: boolean;
  readonly consumer: Consumer;
  readonly connection: Connection;
  readonly exchanges: Exchanges;
  readonly around: Surroundings;
  /** Nothing more comes of the subscription. */
  readonly onGone: (channel: ConsumeChannel) => void;
}

/**
 * Owns: one channel with one consumer, both ends of it.
 *
 * I1. Deliveries, acknowledgements and what else goes over the channel arrive in the order in which they left; channels
 *     are independent of each other.
 * I2. An acknowledgement counts once it has reached the queue; with its connection it is lost (P11).
 * I3. The consumer is told of a loss at most once, and never after it has cancelled or abandoned.
 */
export class ConsumeChannel implements Subscription, Channel, QueueConsumer {
  readonly client: string;
  readonly prefetch: number;
  readonly exclusive: boolean;
  readonly unacknowledged = new Set<QueuedFrame>();
  private readonly options: ConsumeOptions;
  private readonly connection: Connection;
  private readonly up: Pipe<Upward>;
  private readonly down: Pipe<Downward>;
  /** Arrived at the process in one moment. */
  private burst: Downward[] = [];
  private queue: FrameQueue | undefined;
  private state: 'opening' | 'active' | 'cancelled' | 'gone' = 'opening';
  /** What the process has got and not acknowledged. */
  private readonly held = new Set<QueuedFrame>();
  private opened: { readonly resolve: () => void; readonly reject: (error: Error) => void } | undefined;
  private onCancelled: () => void = () => undefined;
  private onClosed: () => void = () => undefined;

  /** Rejects when the queue is not there or exclusively taken. */
  static async open(options: ConsumeOptions): Promise<ConsumeChannel> {
    const channel = new ConsumeChannel(options);
    await new Promise<void>((resolve, reject) => {
      channel.opened = { resolve, reject };
      channel.send('consume');
    });
    return channel;
  }

  private constructor(options: ConsumeOptions) {
    const { connection, around, prefetch, exclusive } = options;
    this.options = options;
    this.connection = connection;
    this.client = connection.client.name;
    this.prefetch = prefetch;
    this.exclusive = exclusive;
    this.up = new Pipe(around.timeline, (item) => {
      this.obey(item);
    });
    this.down = new Pipe(
      around.timeline,
      (item) => this.burst.push(item),
      () => {
        this.deliver();
      },
    );
    connection.add(this);
  }

  // ------------------------------------------------------------ at the process

  cancel(): Promise<void> {
    if (!this.connection.client.alive()) return never();
    if (this.state !== 'active') return Promise.resolve();
    this.state = 'cancelled';
    return new Promise((resolve) => {
      this.onCancelled = () => {
        resolve();
        this.closeWhenDone();
      };
      this.send('cancel');
    });
  }

  abandon(): Promise<void> {
    if (!this.connection.client.alive()) return never();
    if (this.state === 'gone') return Promise.resolve();
    this.end();
    return new Promise((resolve) => {
      this.onClosed = resolve;
      this.send('close');
    });
  }

  acknowledge(frame: QueuedFrame): void {
    if (!this.connection.client.alive() || !this.held.delete(frame)) return;
    this.send(frame);
    this.closeWhenDone();
  }

  closedAtClient(reason: BrokerUnavailable): void {
    const { state } = this;
    if (state !== 'gone') this.end();
    if (state === 'opening') this.opened?.reject(reason);
    this.onCancelled();
    this.onClosed();
    if (state === 'active') this.options.consumer.onLost(reason);
  }

  private deliver(): void {
    const { burst } = this;
    this.burst = [];
    this.connection.client.deliver(() => {
      for (const item of burst) this.receive(item);
    });
  }

  private receive(item: Downward): void {
    switch (item) {
      case 'consuming':
        this.state = 'active';
        this.opened?.resolve();
        return;
      case 'refused':
        this.connection.remove(this);
        this.end();
        this.opened?.reject(new BrokerUnavailable(`queue ${this.options.queue} can't be consumed`));
        return;
      case 'cancelled':
        this.onCancelled();
        return;
      case 'closed':
        this.connection.remove(this);
        this.onClosed();
        return;
      default:
        this.receiveFrame(item);
    }
  }

  private receiveFrame(delivery: QueueDelivery): void {
    // Given up, or lost: it comes again.
    if (this.state === 'gone') return;
    const { frame, redeliveries } = delivery;
    this.held.add(frame);
    const { around, queue, consumer } = this.options;
    around.emit?.({ type: 'delivered', queue, frame, client: this.client, redeliveries });
    consumer.onDelivery(delivery);
  }

  private end(): void {
    this.state = 'gone';
    this.held.clear();
    this.options.onGone(this);
  }

  /** After a cancel the channel stays only as long as there is anything to acknowledge. */
  private closeWhenDone(): void {
    if (this.state === 'cancelled' && this.held.size === 0) void this.abandon();
  }

  private send(item: Upward): void {
    const travelMs = this.connection.travelMs();
    if (travelMs !== undefined) this.up.send(item, travelMs);
  }

  // ------------------------------------------------------------ at the server

  hand(frame: QueuedFrame): void {
    this.answer(new QueueDelivery(this, frame));
  }

  broken(): void {
    this.up.clear();
    this.down.clear();
  }

  closedAtServer(): void {
    this.queue?.end(this);
  }

  private obey(item: Upward): void {
    switch (item) {
      case 'consume':
        this.consume();
        return;
      case 'cancel':
        this.queue?.cancel(this);
        this.answer('cancelled');
        return;
      case 'close':
        this.queue?.end(this);
        this.answer('closed');
        return;
      default:
        this.queue?.acknowledge(this, item);
    }
  }

  private consume(): void {
    const queue = this.options.exchanges.frameQueue(this.options.queue);
    if (queue?.admit(this) !== true) {
      this.answer('refused');
      return;
    }
    this.queue = queue;
    this.answer('consuming');
    queue.handOut();
  }

  private answer(item: Downward): void {
    const travelMs = this.connection.travelMs();
    if (travelMs !== undefined) this.down.send(item, travelMs);
  }
}

class QueueDelivery implements Delivery {
  readonly messages: readonly unknown[];
  readonly redeliveries: number;
  readonly attempts: number;
  readonly headers: Delivery['headers'];
  readonly unreadable?: string;
  readonly frame: QueuedFrame;
  private readonly channel: ConsumeChannel;

  /** Counts redeliveries as they are when the frame leaves its queue: it may be given out again before it is read. */
  constructor(channel: ConsumeChannel, frame: QueuedFrame) {
    this.channel = channel;
    this.frame = frame;
    this.messages = frame.messages;
    this.redeliveries = frame.redeliveries;
    this.attempts = frame.attempts;
    this.headers = frame.headers;
    if (frame.unreadable !== undefined) this.unreadable = frame.unreadable;
  }

  ack(): void {
    this.channel.acknowledge(this.frame);
  }
}
