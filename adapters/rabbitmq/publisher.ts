import type { ChannelModel, ConfirmChannel } from 'amqplib';
import type { Clock } from '../../core/kernel/clock.ts';
import { BrokerUnavailable } from '../../core/kernel/errors.ts';
import { closeFully } from './closing.ts';
import type { Outgoing } from './wire.ts';

/*
 * Owns: the confirm channel; which publishes are written and which are confirmed.
 * Does not own: the connection, the topology.
 *
 * I1. What is written is written in the order of the calls; nothing is written that was rejected before.
 * I2. A publish resolves only when RabbitMQ confirmed all of it and returned none of it (P10).
 * I3. Memory is bounded by what callers have in flight: while the socket is full or the broker reads nothing,
 *     publishes wait; after PUBLISH_MS_MAX everything that waits is rejected, together, so that order holds.
 */

/** The longest a publish waits for its confirm. */
const PUBLISH_MS_MAX = 15_000;
const OVERDUE_CHECK_MS = 1_000;
/** Chunks buffered for the socket before publishes wait; a frame is one to a handful. */
const BUFFERED_CHUNKS_MAX = 256;

/** One call of publish. */
interface Call {
  left: number;
  failure: BrokerUnavailable | undefined;
  readonly resolve: () => void;
  readonly reject: (error: Error) => void;
}

interface Pending {
  readonly tag: string;
  readonly outgoing: Outgoing;
  readonly call: Call;
  readonly sinceMs: number;
  returned: string | undefined;
}

export class Publisher {
  readonly #clock: Clock;
  readonly #onReturned: () => void;
  #channel: ConfirmChannel | undefined;
  /** Not written yet. */
  #waiting: Pending[] = [];
  /** Written, not confirmed, by tag; in order. */
  readonly #unconfirmed = new Map<string, Pending>();
  #full = false;
  #blocked = false;
  #lastTag = 0;
  #stopWatching: (() => void) | undefined;
  #idle: (() => void)[] = [];

  /** `onReturned`: RabbitMQ returned a frame, so a queue may be missing. */
  constructor(clock: Clock, onReturned: () => void) {
    this.#clock = clock;
    this.#onReturned = onReturned;
  }

  /** Opens the confirm channel on a fresh connection whose topology is declared. */
  async attach(model: ChannelModel): Promise<void> {
    const channel = await model.createConfirmChannel({ highWaterMark: BUFFERED_CHUNKS_MAX });
    channel.on('error', () => undefined);
    channel.on('close', () => {
      if (this.#channel !== channel) return;
      this.detach(new Error('the publishing channel closed'));
      // The connection goes, too: its return declares the topology again, which is what closed channels lack.
      void closeFully(model);
    });
    channel.on('drain', () => {
      this.#full = false;
      this.#write();
    });
    channel.on('return', (message) => {
      const pending = this.#unconfirmed.get(String(message.properties.messageId));
      if (pending !== undefined) pending.returned = `${message.fields.exchange}/${message.fields.routingKey}`;
      this.#onReturned();
    });
    this.#full = false;
    this.#channel = channel;
  }

  /** The connection is gone: whether unconfirmed frames arrived is unknown (P11). */
  detach(reason: Error): void {
    this.#channel = undefined;
    this.#rejectAll(new BrokerUnavailable('lost RabbitMQ before it confirmed', reason));
  }

  /** The broker reads nothing from this connection for now, or reads again. */
  block(blocked: boolean): void {
    this.#blocked = blocked;
    this.#write();
  }

  publish(all: readonly Outgoing[]): Promise<void> {
    if (this.#channel === undefined)
      return Promise.reject(new BrokerUnavailable('the connection to RabbitMQ is down'));
    if (all.length === 0) return Promise.resolve();
    return new Promise((resolve, reject) => {
      const call: Call = { left: all.length, failure: undefined, resolve, reject };
      const sinceMs = this.#clock.now();
      for (const outgoing of all) {
        this.#lastTag += 1;
        // A letter's own id must stay; every other message is numbered, to know it again when it is returned.
        const tag = outgoing.options.messageId ?? this.#lastTag.toString(36);
        this.#waiting.push({ tag, outgoing, call, sinceMs, returned: undefined });
      }
      this.#write();
      this.#watch();
    });
  }

  /** Resolves when nothing is outstanding, or after `withinMs`. */
  async settle(withinMs: number): Promise<void> {
    if (this.#outstanding() === 0) return;
    await new Promise<void>((resolve) => {
      const cancel = this.#clock.after(withinMs, resolve);
      this.#idle.push(() => {
        cancel();
        resolve();
      });
    });
  }

  #write(): void {
    while (this.#channel !== undefined && !this.#full && !this.#blocked) {
      const pending = this.#waiting.shift();
      if (pending === undefined) return;
      this.#writeOne(this.#channel, pending);
    }
  }

  #writeOne(channel: ConfirmChannel, pending: Pending): void {
    const { exchange, routingKey, content, options } = pending.outgoing;
    this.#unconfirmed.set(pending.tag, pending);
    const confirmed = (error: unknown): void => {
      // Rejected before, when it was overdue.
      if (!this.#unconfirmed.delete(pending.tag)) return;
      this.#settleOne(pending, error);
    };
    try {
      const more = channel.publish(
        exchange,
        routingKey,
        content,
        { messageId: pending.tag, ...options },
        confirmed,
      );
      this.#full = !more;
    } catch (error) {
      confirmed(error);
    }
  }

  #settleOne({ call, returned }: Pending, error: unknown): void {
    if (returned !== undefined) call.failure ??= new BrokerUnavailable(`no queue took ${returned}`);
    else if (error !== null) call.failure ??= new BrokerUnavailable('RabbitMQ did not confirm', error);
    call.left -= 1;
    if (call.left > 0) return;
    if (call.failure === undefined) call.resolve();
    else call.reject(call.failure);
    if (this.#outstanding() === 0) this.#becomeIdle();
  }

  #rejectAll(error: BrokerUnavailable): void {
    const all = [...this.#unconfirmed.values(), ...this.#waiting];
    this.#unconfirmed.clear();
    this.#waiting = [];
    for (const pending of all) this.#settleOne(pending, error);
  }

  #outstanding(): number {
    return this.#unconfirmed.size + this.#waiting.length;
  }

  #becomeIdle(): void {
    this.#stopWatching?.();
    this.#stopWatching = undefined;
    for (const idle of this.#idle.splice(0)) idle();
  }

  #watch(): void {
    if (this.#stopWatching !== undefined || this.#outstanding() === 0) return;
    this.#stopWatching = this.#clock.after(OVERDUE_CHECK_MS, () => {
      this.#stopWatching = undefined;
      const [oldest = this.#waiting[0]] = this.#unconfirmed.values();
      if (oldest !== undefined && this.#clock.now() - oldest.sinceMs > PUBLISH_MS_MAX) {
        this.#rejectAll(
          new BrokerUnavailable(`RabbitMQ did not confirm within ${String(PUBLISH_MS_MAX)} ms`),
        );
      }
      this.#watch();
    });
  }
}
