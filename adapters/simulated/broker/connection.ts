import { BrokerUnavailable } from '../../../core/kernel/errors.ts';
import type { BrokerClient, BrokerWeather } from './client.ts';
import type { Side } from './events.ts';
import type { Surroundings } from './surroundings.ts';

/** What lives on a connection and ends with it; each is told once, `broken` first. */
export interface Channel {
  /** Nothing passes any more, either way. */
  broken(): void;
  /** The server has noticed: what the channel held there comes back. */
  closedAtServer(): void;
  /** The process has noticed; runs within it. */
  closedAtClient(reason: BrokerUnavailable): void;
}

export interface ConnectionOptions {
  readonly client: BrokerClient;
  readonly side: Side;
  readonly around: Surroundings;
  /** The process can't be reached from the server, nor the server from it. */
  readonly onAway: () => void;
  /** The process has noticed that the connection is gone; runs within it. */
  readonly onClosed: (connection: Connection) => void;
}

/**
 * Owns: one connection between a process and the server; when each of the two learns that it is gone.
 *
 * I1. Once it is broken nothing passes, whatever the two ends still believe.
 * I2. Each end closes once, at a time of its own: so one may act for a while on what the other has given up.
 */
export class Connection {
  readonly client: BrokerClient;
  private readonly options: ConnectionOptions;
  private readonly around: Surroundings;
  private readonly channels = new Set<Channel>();
  private isBroken = false;
  private openAtServer = true;
  private openAtClient = true;

  constructor(options: ConnectionOptions) {
    this.options = options;
    this.client = options.client;
    this.around = options.around;
  }

  get broken(): boolean {
    return this.isBroken;
  }

  add(channel: Channel): void {
    this.channels.add(channel);
  }

  remove(channel: Channel): void {
    this.channels.delete(channel);
  }

  /** How long something that leaves now travels, milliseconds; undefined: it is lost. */
  travelMs(): number | undefined {
    if (this.isBroken) return undefined;
    const weather = this.client.weather();
    if (!weather.away) return this.travelIn(weather);
    this.options.onAway();
    return undefined;
  }

  /**
   * Nothing passes from now on. The server notices after `serverAfterMs`, the process a moment later than
   * `clientAfterMs`. Breaking it again may only make them notice sooner.
   */
  break(clientAfterMs: number, serverAfterMs: number): void {
    const { timeline } = this.around;
    if (!this.isBroken) {
      this.isBroken = true;
      for (const channel of this.channels) channel.broken();
    }
    if (this.openAtClient) {
      timeline.after(clientAfterMs + this.travelIn(this.client.weather()), () => {
        this.client.deliver(() => {
          this.closeAtClient();
        });
      });
    }
    if (serverAfterMs > 0) {
      timeline.after(serverAfterMs, () => {
        this.closeAtServer();
      });
    } else this.closeAtServer();
  }

  /** The process ends it on purpose. */
  close(): void {
    this.break(0, 0);
    this.closeAtClient();
  }

  private closeAtServer(): void {
    if (!this.openAtServer) return;
    this.openAtServer = false;
    this.tell('broker');
    for (const channel of this.channels) channel.closedAtServer();
  }

  private closeAtClient(): void {
    if (!this.openAtClient) return;
    this.openAtClient = false;
    this.tell('client');
    // First, so that whoever is told of the loss finds no connection.
    this.options.onClosed(this);
    const reason = new BrokerUnavailable('the connection to the broker was lost');
    for (const channel of this.channels) channel.closedAtClient(reason);
  }

  private travelIn({ latencyMs }: BrokerWeather): number {
    return latencyMs * (0.25 + 1.5 * this.around.random());
  }

  private tell(noticedBy: 'broker' | 'client'): void {
    const { side } = this.options;
    this.around.emit?.({ type: 'disconnected', client: this.client.name, side, noticedBy });
  }
}
