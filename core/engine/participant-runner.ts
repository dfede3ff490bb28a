import { type Clock, type Random, sleep } from '../kernel/clock.ts';
import { BadMessage, errorMessage, OrreryError, StoreUnavailable } from '../kernel/errors.ts';
import { PREFETCH_FRAMES, RETRY_ATTEMPTS_MAX } from '../kernel/limits.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Message } from '../kernel/message.ts';
import type { Span, Tracing } from '../kernel/tracing.ts';
import { pauseMs, retryDelayMs } from './backoff.ts';
import type { Graveyard } from './graveyard.ts';
import { type Source, TrackedDelivery } from './inbound.ts';
import { beginProcess } from './message-spans.ts';
import { aboutMessage, type Notify } from './notices.ts';
import type { Participant } from './participant-port.ts';
import type { Broker, Delivery, Subscription } from './ports.ts';

/**
 * Owns: a participant's share of its service's queue: how many handlers run, and what becomes of each message.
 * Does not own: what handling does, nor its transaction.
 *
 * I1. A message is done when its handler has resolved, when its retry copy is safe, or when its dead letter is; the
 *     frame is acknowledged with the last of its messages (P25).
 * I2. The three kinds of failure never mix: the store is away → the same handler tries again; the call failed for
 *     now → retry queue; the message is bad → dead letter.
 * I3. Who can't reach its store takes no deliveries that others of its service could handle.
 * I4. At rest by hand nothing is taken or acknowledged, and the participant's own work stops (P27).
 */
export class ParticipantRunner {
  private readonly participant: Participant;
  private readonly broker: Broker;
  private readonly graveyard: Graveyard;
  private readonly parse: (raw: unknown) => Message;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly logger: Logger;
  private readonly onNotice: Notify | undefined;
  private readonly tracing: Tracing | undefined;
  private readonly onHandled: ((tookMs: number) => void) | undefined;
  private readonly waiting: (() => void)[] = [];
  private running = 0;
  private idle: (() => void)[] = [];
  private subscription: Subscription | null = null;
  private source: Source;
  private stopped = false;
  /** Deliveries are left to others (I3). */
  private away = false;
  private subscribing = false;
  /** At rest by hand (I4). */
  private resting = false;
  /** Stops the participant's own work, while it goes on. */
  private stopOwnWork: (() => Promise<void>) | null = null;

  constructor(options: {
    participant: Participant;
    broker: Broker;
    graveyard: Graveyard;
    parse: (raw: unknown) => Message;
    clock: Clock;
    random: Random;
    logger: Logger;
    onNotice?: Notify | undefined;
    tracing?: Tracing | undefined;
    /** A message's effects are durable, so long after it was taken up. */
    onHandled?: ((tookMs: number) => void) | undefined;
  }) {
    this.participant = options.participant;
    this.broker = options.broker;
    this.graveyard = options.graveyard;
    this.parse = options.parse;
    this.clock = options.clock;
    this.random = options.random;
    this.logger = options.logger;
    this.onNotice = options.onNotice;
    this.tracing = options.tracing;
    this.onHandled = options.onHandled;
    this.source = { partition: -1, queue: options.participant.service, lost: true };
  }

  async start(): Promise<void> {
    this.startOwnWork();
    await this.subscribe();
  }

  /** Told with every heartbeat whether the service is at rest by hand. */
  rest(resting: boolean): void {
    if (resting === this.resting || this.stopped) return;
    this.resting = resting;
    this.logger.info({ queue: this.participant.service }, resting ? 'service rests' : 'service goes on');
    if (resting) {
      this.source.lost = true;
      this.subscription?.abandon().catch(() => undefined);
      void this.endOwnWork();
    } else {
      this.startOwnWork();
      void this.subscribe();
    }
  }

  /** Messages being handled or waiting for their turn. */
  backlog(): number {
    return this.running + this.waiting.length;
  }

  /** Gives back what was delivered, at once; handlers that run may end as they can. */
  letGo(): void {
    if (this.away || this.stopped) return;
    this.away = true;
    this.source.lost = true;
    this.subscription?.abandon().catch(() => undefined);
  }

  /** Subscribes again after `letGo`. */
  takeAgain(): void {
    if (!this.away) return;
    this.away = false;
    void this.subscribe();
  }

  /** Takes nothing more, finishes what runs (for `limitMs` at most), gives the rest back. */
  async stop(limitMs: number): Promise<void> {
    this.stopped = true;
    await this.subscription?.cancel().catch(() => undefined);
    if (this.running > 0) {
      const finished = new Promise<void>((resolve) => this.idle.push(resolve));
      await Promise.race([finished, sleep(this.clock, limitMs)]);
    }
    this.source.lost = true;
    await this.subscription?.abandon().catch(() => undefined);
    await this.endOwnWork();
  }

  private startOwnWork(): void {
    if (this.resting || this.stopOwnWork !== null) return;
    this.stopOwnWork = this.participant.start?.() ?? null;
  }

  private async endOwnWork(): Promise<void> {
    const stop = this.stopOwnWork;
    this.stopOwnWork = null;
    await stop?.();
  }

  /** Until there is a consumer, or none is wanted any more; one that is lost on the way is replaced as well. */
  private async subscribe(): Promise<void> {
    if (this.subscribing) return;
    this.subscribing = true;
    for (let attempts = 0; this.wanted() && this.source.lost; attempts += 1) {
      if (attempts > 0) await sleep(this.clock, pauseMs(attempts - 1, this.random));
      if (this.wanted()) await this.subscribeOnce();
    }
    this.subscribing = false;
  }

  private async subscribeOnce(): Promise<void> {
    const source: Source = { partition: -1, queue: this.participant.service, lost: false };
    this.source = source;
    // A call, for the compiler can't see what happens at an await.
    const isLost = (): boolean => source.lost;
    try {
      const subscription = await this.broker.consume(
        source.queue,
        { prefetch: PREFETCH_FRAMES, exclusive: false },
        {
          onDelivery: (delivery) => {
            this.receive(source, delivery);
          },
          onLost: (reason) => {
            source.lost = true;
            this.logger.warn({ queue: source.queue, error: reason.message }, 'consumer lost');
            void this.subscribe();
          },
        },
      );
      this.subscription = subscription;
      // A stop or a letting go in between found nothing to cancel.
      if (this.wanted() && !isLost()) return;
      source.lost = true;
      await subscription.abandon();
    } catch (error) {
      source.lost = true;
      this.logger.warn(
        { queue: source.queue, error: errorMessage(error) },
        'subscribing failed; tried again',
      );
    }
  }

  private wanted(): boolean {
    return !this.stopped && !this.away && !this.resting;
  }

  private receive(source: Source, delivery: Delivery): void {
    const raws = delivery.unreadable === undefined ? delivery.messages : [delivery.unreadable];
    if (raws.length === 0) {
      delivery.ack();
      return;
    }
    const tracked = new TrackedDelivery(source, delivery, raws.length);
    for (const raw of raws) void this.take(raw, tracked);
  }

  private async take(raw: unknown, tracked: TrackedDelivery): Promise<void> {
    await this.acquire();
    const ending = await this.attempt(raw, tracked).finally(() => {
      this.release();
    });
    // The slot is free again: a retry copy of the embedded broker is safe only once it has come back.
    if (await ending()) tracked.done();
  }

  /** Runs the handler; resolves with what remains to be done before the message counts as done. */
  private async attempt(raw: unknown, tracked: TrackedDelivery): Promise<() => Promise<boolean>> {
    let message: Message;
    try {
      message = this.parse(raw);
      if (!this.participant.accepts.includes(message.type)) {
        throw new BadMessage('not_accepted', `${message.type} is not for ${this.participant.service}`);
      }
    } catch (error) {
      return () => this.bury(raw, error, tracked);
    }
    const traced = this.tracing && beginProcess(this.tracing, message, tracked.source.queue);
    if (traced === undefined) return this.handle(message, tracked);
    // A repeat that a failure leads to belongs below this attempt.
    return this.handle(traced.message, tracked, traced.span);
  }

  private async handle(
    message: Message,
    tracked: TrackedDelivery,
    span?: Span,
  ): Promise<() => Promise<boolean>> {
    const startedAt = this.clock.now();
    for (let failures = 0; ; failures += 1) {
      if (tracked.source.lost) return () => Promise.resolve(false);
      try {
        await this.participant.handle(message);
        span?.end();
        this.onHandled?.(this.clock.now() - startedAt);
        return () => Promise.resolve(true);
      } catch (error) {
        if (!(error instanceof StoreUnavailable)) {
          span?.end({ error });
          return () => this.fail(message, error, tracked);
        }
        this.logger.warn(
          { ...aboutMessage(message), error: errorMessage(error) },
          'the store is away; trying again',
        );
        await sleep(this.clock, pauseMs(failures, this.random));
      }
    }
  }

  private async fail(message: Message, error: unknown, tracked: TrackedDelivery): Promise<boolean> {
    const attempts = tracked.delivery.attempts + 1;
    const retryable = error instanceof OrreryError && error.retryable;
    if (!retryable) return this.bury(message, error, tracked);
    if (attempts >= RETRY_ATTEMPTS_MAX) return this.giveUp(message, error, tracked);
    const { queue } = tracked.source;
    for (let failures = 0; !tracked.source.lost; failures += 1) {
      try {
        await this.broker.retry(queue, retryDelayMs(attempts, this.random), message, attempts);
        this.onNotice?.({ type: 'message.retried', message: aboutMessage(message), attempts });
        return true;
      } catch (failure) {
        this.logger.warn(
          { queue, ...aboutMessage(message), error: errorMessage(failure) },
          'retry copy not safe yet',
        );
        await sleep(this.clock, pauseMs(failures, this.random));
      }
    }
    return false;
  }

  private async giveUp(message: Message, error: OrreryError, tracked: TrackedDelivery): Promise<boolean> {
    for (let failures = 0; ; failures += 1) {
      if (tracked.source.lost) return false;
      try {
        await this.participant.giveUp?.(message, error);
        break;
      } catch (failure) {
        this.logger.error(
          { ...aboutMessage(message), error: errorMessage(failure) },
          'giving up failed as well',
        );
        if (!(failure instanceof StoreUnavailable)) break;
        await sleep(this.clock, pauseMs(failures, this.random));
      }
    }
    return this.bury(message, error, tracked);
  }

  private async bury(message: unknown, error: unknown, tracked: TrackedDelivery): Promise<boolean> {
    await this.graveyard.bury({ queue: tracked.source.queue, message, error, delivery: tracked.delivery });
    return true;
  }

  private acquire(): Promise<void> {
    if (this.running < this.participant.concurrency) {
      this.running += 1;
      return Promise.resolve();
    }
    return new Promise((resolve) => {
      this.waiting.push(() => {
        this.running += 1;
        resolve();
      });
    });
  }

  private release(): void {
    this.running -= 1;
    const next = this.waiting.shift();
    if (next !== undefined) next();
    else if (this.running === 0) for (const wake of this.idle.splice(0)) wake();
  }
}
