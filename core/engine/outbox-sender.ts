import { type Clock, type Random, sleep } from '../kernel/clock.ts';
import { errorMessage } from '../kernel/errors.ts';
import type { Logger } from '../kernel/logger.ts';
import type { Message } from '../kernel/message.ts';
import type { Span, Tracing } from '../kernel/tracing.ts';
import { pauseMs } from './backoff.ts';
import { beginSend } from './message-spans.ts';
import type { OutboxWriter } from './participant-port.ts';
import type { Broker, EngineStore, Frame, OutboxKey, OutboxRow, PublishHow } from './ports.ts';
import type { Router } from './router.ts';

/**
 * Owns: everything committed and not yet confirmed by the broker that this process sends for one service.
 * Does not own: the rows in the store beyond removing them once confirmed.
 * In: rows whose transaction has landed. Out: frames, in the order of the rows.
 *
 * I1. A row is removed from the store only after the broker has confirmed all its messages (P9).
 * I2. After a failure every unconfirmed row is published again, in order, before any newer one (P11).
 * I3. Nothing that may not be committed is ever published (P9, P21).
 */
export class OutboxSender implements OutboxWriter {
  private readonly memberId: string;
  private readonly broker: Pick<Broker, 'publish'>;
  private readonly store: Pick<EngineStore, 'confirmOutbox'>;
  private readonly router: Router;
  private readonly clock: Clock;
  private readonly random: Random;
  private readonly logger: Logger;
  private readonly tracing: Tracing | undefined;
  private sequence = 0;
  /** Rows whose commit had an end that nobody told us, with the time we gave up waiting for it. */
  private readonly unknown = new Map<number, number>();
  private readonly unconfirmed = new Map<string, OutboxRow>();
  private confirmed: OutboxKey[] = [];
  /** Publishes under way; a failed one counts until its rows are sent again. */
  private underWay = 0;
  private recovery: Promise<void> | null = null;
  private closed = false;
  private cancelFlush: (() => void) | null = null;
  private waiters: (() => void)[] = [];
  /** Told of each failure and each success, so that the worker knows how long the world was away (P20). */
  onHealth: (up: boolean) => void = () => undefined;

  constructor(options: {
    memberId: string;
    broker: Pick<Broker, 'publish'>;
    store: Pick<EngineStore, 'confirmOutbox'>;
    router: Router;
    clock: Clock;
    random: Random;
    logger: Logger;
    tracing?: Tracing | undefined;
  }) {
    this.memberId = options.memberId;
    this.broker = options.broker;
    this.store = options.store;
    this.router = options.router;
    this.clock = options.clock;
    this.random = options.random;
    this.logger = options.logger;
    this.tracing = options.tracing;
  }

  row(messages: readonly Message[]): OutboxRow {
    this.sequence += 1;
    return { writer: this.memberId, epoch: 0, sequence: this.sequence, messages };
  }

  committed(row: OutboxRow): void {
    this.send([row]);
  }

  abandoned(row: OutboxRow): void {
    // It may exist, or come to exist: the sweeper looks for it until no commit can still be under way.
    this.unknown.set(row.sequence, this.clock.now());
  }

  /** Sequences of this member's rows that may exist without having been sent. */
  abandonedRows(): readonly number[] {
    return [...this.unknown.keys()];
  }

  /** Rows abandoned long before `lookedAtMs`, when a look found none of them, never landed. */
  forgetAbandoned(lookedAtMs: number): void {
    const oldest = lookedAtMs - COMMIT_UNDER_WAY_MS_MAX;
    for (const [sequence, since] of this.unknown) if (since < oldest) this.unknown.delete(sequence);
  }

  /** A row the sweeper found: of this member, or of one that is gone. */
  adopt(row: OutboxRow): void {
    if (row.writer === this.memberId && row.epoch === 0 && !this.unknown.delete(row.sequence)) return;
    const key = keyOf(row);
    if (this.unconfirmed.has(key) || this.confirmed.some((each) => keyOf(each) === key)) return;
    this.send([row], { again: true });
  }

  /** Publishes rows whose transaction has landed; the messages of rows that are sent together share frames. */
  send(rows: readonly OutboxRow[], how: PublishHow = {}): void {
    const full = rows.filter(({ messages }) => messages.length > 0);
    if (full.length < rows.length) this.confirm(rows.filter(({ messages }) => messages.length === 0));
    for (const row of full) this.unconfirmed.set(keyOf(row), row);
    if (this.recovery === null && full.length > 0) void this.publish(full, how);
  }

  /** Messages that no row holds, such as a request sent once more from an actor's own memory. */
  sendUnstored(messages: readonly Message[]): void {
    if (messages.length === 0 || this.recovery !== null) return;
    this.broker.publish(this.router.frames(messages)).catch((error: unknown) => {
      this.logger.warn({ error: errorMessage(error) }, 'a repeated request was not sent; it comes again');
    });
  }

  /** Forgets the unsent rows of a writer whose rows are about to be read from the store again. */
  forget(writer: string): void {
    for (const [key, row] of this.unconfirmed) if (row.writer === writer) this.unconfirmed.delete(key);
  }

  /** Confirmed rows for the next commit to remove; they count as removed. */
  takeConfirmed(): readonly OutboxKey[] {
    const taken = this.confirmed;
    this.confirmed = [];
    return taken;
  }

  /** A commit that was to remove these failed: they are removed later. */
  returnConfirmed(keys: readonly OutboxKey[]): void {
    this.confirm(keys);
  }

  pending(): number {
    return this.unconfirmed.size;
  }

  /** Resolves when nothing of these writers (default: nobody's) is unconfirmed, or after `limitMs`. */
  async settled(limitMs: number, writers?: ReadonlySet<string>): Promise<boolean> {
    const deadline = this.clock.now() + limitMs;
    const busy = (): boolean => {
      for (const row of this.unconfirmed.values()) if (writers?.has(row.writer) ?? true) return true;
      return false;
    };
    while (busy() && this.clock.now() < deadline && !this.closed) {
      await new Promise<void>((resolve) => {
        const cancel = this.clock.after(Math.max(1, Math.min(50, deadline - this.clock.now())), resolve);
        this.waiters.push(() => {
          cancel();
          resolve();
        });
      });
    }
    return !busy();
  }

  /** Sends nothing more; removes from the store what is confirmed. */
  async close(): Promise<void> {
    this.closed = true;
    this.cancelFlush?.();
    this.wakeWaiters();
    await this.flush();
  }

  private async publish(rows: readonly OutboxRow[], how: PublishHow): Promise<void> {
    this.underWay += 1;
    try {
      await this.publishTraced(rows, how);
      this.onHealth(true);
      this.confirm(rows.filter((row) => this.unconfirmed.delete(keyOf(row))));
    } catch (error) {
      this.noteFailure(error, rows.length);
      this.recovery ??= this.recover();
    } finally {
      this.underWay -= 1;
      this.wakeWaiters();
    }
  }

  /** Resolves and rejects as the broker's publish; messages of recorded stories leave under a span each. */
  private async publishTraced(rows: readonly OutboxRow[], how: PublishHow): Promise<void> {
    const { tracing } = this;
    if (tracing === undefined) {
      await this.broker.publish(this.framesOf(rows), how);
      return;
    }
    const spans: Span[] = [];
    const under = (message: Message): Message => {
      const traced = beginSend(tracing, message);
      if (traced === undefined) return message;
      spans.push(traced.span);
      return traced.message;
    };
    try {
      await this.broker.publish(
        this.framesOf(rows.map((row) => ({ ...row, messages: row.messages.map(under) }))),
        how,
      );
      for (const span of spans) span.end();
    } catch (error) {
      for (const span of spans) span.end({ error });
      throw error;
    }
  }

  /** P11: waits until nothing is under way, then publishes all that is unconfirmed, oldest first, a part at a time. */
  private async recover(): Promise<void> {
    for (let failures = 0; !this.isClosed();) {
      await sleep(this.clock, pauseMs(failures, this.random));
      if (this.underWay > 0) continue;
      try {
        while (this.unconfirmed.size > 0 && !this.isClosed()) {
          const rows = [...this.unconfirmed.values()].slice(0, RECOVERY_ROWS_MAX);
          await this.publishTraced(rows, { again: true });
          this.confirm(rows.filter((row) => this.unconfirmed.delete(keyOf(row))));
        }
        this.onHealth(true);
        this.recovery = null;
        this.wakeWaiters();
        return;
      } catch (error) {
        this.noteFailure(error, this.unconfirmed.size);
        failures += 1;
      }
    }
  }

  /** Frames of those rows that this build can route; a row of a newer one is left in the store for it. */
  private framesOf(rows: readonly OutboxRow[]): Frame[] {
    try {
      return this.router.frames(rows.flatMap((row) => row.messages));
    } catch {
      return this.router.frames(rows.filter((row) => this.routable(row)).flatMap((row) => row.messages));
    }
  }

  private routable(row: OutboxRow): boolean {
    try {
      this.router.frames(row.messages);
      return true;
    } catch (error) {
      this.unconfirmed.delete(keyOf(row));
      this.logger.error(
        { row: keyOf(row), error: errorMessage(error) },
        'an outbox row is not for this build',
      );
      return false;
    }
  }

  private noteFailure(error: unknown, rows: number): void {
    this.logger.warn({ error: errorMessage(error), rows }, 'publishing failed; sending again in order');
    this.onHealth(false);
  }

  private confirm(keys: readonly OutboxKey[]): void {
    for (const { writer, epoch, sequence } of keys) this.confirmed.push({ writer, epoch, sequence });
    if (this.confirmed.length === 0 || this.cancelFlush !== null || this.closed) return;
    this.cancelFlush = this.clock.after(CONFIRM_IDLE_MS, () => {
      this.cancelFlush = null;
      void this.flush();
    });
  }

  /** When no commit takes the confirmed rows along, they go by themselves. */
  private async flush(): Promise<void> {
    const keys = this.takeConfirmed();
    if (keys.length === 0) return;
    try {
      await this.store.confirmOutbox(keys);
    } catch (error) {
      this.logger.warn({ error: errorMessage(error) }, 'confirmed outbox rows stay for now');
      this.confirm(keys);
    }
  }

  private isClosed(): boolean {
    return this.closed;
  }

  private wakeWaiters(): void {
    const waiters = this.waiters;
    this.waiters = [];
    for (const wake of waiters) wake();
  }
}

/** Rows published together after a failure; each part is confirmed before the next. */
const RECOVERY_ROWS_MAX = 200;
/** No commit whose answer was lost can land later than this; a statement is ended long before. */
const COMMIT_UNDER_WAY_MS_MAX = 60_000;
/** Idle time after which confirmed rows are removed without a commit to ride on. */
const CONFIRM_IDLE_MS = 250;

function keyOf({ writer, epoch, sequence }: OutboxKey): string {
  return `${writer}/${String(epoch)}/${String(sequence)}`;
}
