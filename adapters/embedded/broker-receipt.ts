import type { Delivery } from '../../core/engine/ports.ts';
import { BrokerUnavailable } from '../../core/kernel/errors.ts';

/** The promise of one publish: kept once every queue that its frames reached has acknowledged them (P10). */
export class Receipt {
  readonly promise: Promise<void>;
  readonly #open: Set<Receipt>;
  readonly #resolve: () => void;
  readonly #reject: (error: Error) => void;
  #awaited = 1;

  /** `open`: the broker's receipts that are not kept yet; closing the broker breaks them all. */
  constructor(open: Set<Receipt>) {
    const { promise, resolve, reject } = pending();
    this.promise = promise;
    this.#resolve = resolve;
    this.#reject = reject;
    this.#open = open;
    open.add(this);
  }

  /** One more queue has been reached. */
  expect(): void {
    this.#awaited += 1;
  }

  /** A queue has acknowledged; also called once when all frames are handed in. */
  arrived(): void {
    this.#awaited -= 1;
    if (this.#awaited > 0) return;
    this.#open.delete(this);
    this.#resolve();
  }

  break(reason: string): void {
    this.#open.delete(this);
    this.#reject(new BrokerUnavailable(reason));
  }
}

function pending(): { promise: Promise<void>; resolve: () => void; reject: (error: Error) => void } {
  let resolve: () => void = () => undefined;
  let reject: (error: Error) => void = () => undefined;
  const promise = new Promise<void>((keep, refuse) => {
    resolve = keep;
    reject = refuse;
  });
  return { promise, resolve, reject };
}

/**
 * One frame in one queue. It is settled once it was acknowledged and so were the retry copies made of its messages:
 * that is when its sender may forget it.
 */
export class Entry {
  readonly messages: readonly unknown[];
  readonly unreadable: string | undefined;
  readonly attempts: number;
  readonly headers: Delivery['headers'];
  redeliveries = 0;
  #open = 1;
  readonly #settled: () => void;

  constructor(
    body: Pick<Delivery, 'messages' | 'unreadable'> & Partial<Pick<Delivery, 'headers'>>,
    attempts: number,
    settled: () => void,
  ) {
    this.messages = body.messages;
    this.unreadable = body.unreadable;
    this.attempts = attempts;
    this.headers = body.headers ?? {};
    this.#settled = settled;
  }

  /** Somebody else must let go, too, before this entry is settled. */
  hold(): void {
    this.#open += 1;
  }

  letGo(): void {
    this.#open -= 1;
    if (this.#open === 0) this.#settled();
  }

  /** Whether it holds this message: the same object, or one of the same id. */
  holds(message: unknown): boolean {
    const id = idOf(message);
    return this.messages.some((held) => held === message || (id !== undefined && idOf(held) === id));
  }
}

function idOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null || !('id' in message)) return undefined;
  return typeof message.id === 'string' ? message.id : undefined;
}
