import type { Consumer, Delivery } from '../../core/engine/ports.ts';
import type { Message } from '../../core/kernel/message.ts';
import { until } from '../../core/kernel/testing-until.ts';

export function message(id: string): Message {
  return {
    id,
    type: 'order.placed',
    subject: 'order-1',
    correlationId: 'order-1',
    causationId: null,
    time: '2026-01-02T03:04:05.000Z',
    version: 1,
    data: { note: 'ünïcode' },
  };
}

/** A consumer that keeps what it gets. */
export class Inbox implements Consumer {
  readonly deliveries: Delivery[] = [];
  readonly lost: Error[] = [];
  /** Called with each delivery, after it was acknowledged. */
  then: ((delivery: Delivery) => void) | undefined;
  #acknowledgeFrom: number;

  constructor(mode: 'acknowledge' | 'hold') {
    this.#acknowledgeFrom = mode === 'acknowledge' ? 0 : Infinity;
  }

  onDelivery(delivery: Delivery): void {
    this.deliveries.push(delivery);
    if (this.deliveries.length > this.#acknowledgeFrom) delivery.ack();
    this.then?.(delivery);
  }

  onLost(reason: Error): void {
    this.lost.push(reason);
  }

  /** Acknowledges everything, now and later. */
  acknowledgeAll(): void {
    this.acknowledgeFrom(0);
  }

  /** Acknowledges from the given delivery on (0: the first), now and later. */
  acknowledgeFrom(index: number): void {
    this.#acknowledgeFrom = index;
    for (const delivery of this.deliveries.slice(index)) delivery.ack();
  }

  /** The ids of all messages, in order of arrival. */
  ids(): string[] {
    return this.deliveries.flatMap(({ messages }) => messages.map((each) => (each as Message).id));
  }

  /** Resolves with all deliveries once there are `count`. */
  async until(count: number): Promise<readonly Delivery[]> {
    await until(`${String(count)} deliveries`, () => this.deliveries.length >= count);
    return this.deliveries;
  }
}
