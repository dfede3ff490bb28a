import { PAUSE_BACKOFF_MS } from '../../../core/kernel/limits.ts';
import type { BrokerClient } from './client.ts';
import { Connection } from './connection.ts';
import type { Side } from './events.ts';
import type { Surroundings } from './surroundings.ts';

export interface LineOptions {
  readonly client: BrokerClient;
  readonly side: Side;
  readonly around: Surroundings;
  readonly onAway: () => void;
  readonly onUp?: (connection: Connection) => void;
}

/**
 * Owns: one of the two connections of a process (P11), and its return after a loss.
 */
export class Line {
  private readonly options: LineOptions;
  private current: Connection | undefined;
  private failures = 0;
  private closed = false;
  private waiting: (() => void)[] = [];

  constructor(options: LineOptions) {
    this.options = options;
    this.open();
  }

  /** The connection as the process believes it to be: it may be broken by now. Undefined: it is down. */
  get connection(): Connection | undefined {
    return this.current;
  }

  /** Resolves once the connection is up: at once, or when it has returned. */
  whenUp(): Promise<void> {
    if (this.current !== undefined) return Promise.resolve();
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  /** The connection ends and does not return. */
  close(): void {
    this.closed = true;
    this.current?.close();
  }

  private open(): void {
    if (this.closed) return;
    const { client, side, around, onAway, onUp } = this.options;
    if (client.weather().away) {
      this.openLater();
      return;
    }
    this.failures = 0;
    const onClosed = (connection: Connection): void => {
      if (this.current !== connection) return;
      this.current = undefined;
      this.openLater();
    };
    this.current = new Connection({ client, side, around, onAway, onClosed });
    around.emit?.({ type: 'connected', client: client.name, side });
    onUp?.(this.current);
    for (const goOn of this.waiting.splice(0)) goOn();
  }

  /** With the back-off of the process's own connections in production. */
  private openLater(): void {
    const { client, around } = this.options;
    const ceilingMs = Math.min(
      PAUSE_BACKOFF_MS.first * 2 ** Math.min(this.failures, 10),
      PAUSE_BACKOFF_MS.max,
    );
    this.failures += 1;
    around.timeline.after(ceilingMs * (0.5 + around.random() / 2), () => {
      client.deliver(() => {
        this.open();
      });
    });
  }
}
