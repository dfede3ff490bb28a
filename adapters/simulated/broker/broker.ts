import { readFrameBody } from '../../../core/engine/frame-body.ts';
import type { Broker } from '../../../core/engine/ports.ts';
import { retryDelays } from '../../../core/engine/retry-ladder.ts';
import type { Topology } from '../../../core/engine/topology.ts';
import { assert } from '../../../core/kernel/assert.ts';
import type { Random } from '../../../core/kernel/clock.ts';
import type { Timeline } from '../scheduler.ts';
import type { BrokerClient } from './client.ts';
import type { BrokerEvent, Side } from './events.ts';
import { Exchanges } from './exchanges.ts';
import { Hints } from './hints.ts';
import { BrokerPort } from './port.ts';
import type { Surroundings } from './surroundings.ts';

export type { BrokerClient, BrokerWeather } from './client.ts';
export type { BrokerEvent, Side } from './events.ts';

export interface SimulatedBrokerOptions {
  readonly topology: Topology;
  readonly timeline: Timeline;
  readonly random: Random;
  /**
   * Probability that what a consumer gives back comes behind newer frames, otherwise before them. Default: even, as
   * neither can be relied on (P3).
   */
  readonly returnedLast?: number;
  readonly onEvent?: (event: BrokerEvent) => void;
}

/**
 * Owns: the RabbitMQ of a simulated world: a server that all its processes share, and that never forgets.
 *
 * Left out: failures of the server itself (a quorum queue's frames are safe once it has confirmed them, and that is
 * assumed), memory alarms, delivery limits (P24), and the bytes on the wire: messages are handed on by reference.
 */
export class SimulatedBroker {
  private readonly around: Surroundings;
  private readonly exchanges: Exchanges;
  private readonly hints: Hints;
  private readonly delays: readonly number[];
  private readonly ports = new Map<string, BrokerPort>();

  constructor(options: SimulatedBrokerOptions) {
    const { topology, timeline, random, returnedLast = 0.5, onEvent } = options;
    this.around = { timeline, random, emit: onEvent, publishesOnTheWay: 0 };
    this.exchanges = new Exchanges(topology, returnedLast, this.around);
    this.hints = new Hints(this.around);
    this.delays = retryDelays(topology);
  }

  /** The port of one start of one process. Its connections are up at once, unless the broker is away. */
  connect(client: BrokerClient): Broker {
    const { around, exchanges, hints, delays } = this;
    assert(!this.ports.has(client.name), `${client.name} connects once`);
    const onClosed = (): void => {
      this.forget(client);
    };
    const port = new BrokerPort({ client, exchanges, hints, delays, around, onClosed });
    this.ports.set(client.name, port);
    return port;
  }

  /**
   * Connections of a process break; without effect when it has none. Both ends notice at once, the process a moment
   * later; or, for a connection that is half open, the process only after `clientAfterMs`, the server only after
   * `serverAfterMs`.
   */
  drop(name: string, side: Side | 'both', clientAfterMs = 0, serverAfterMs = 0): void {
    this.ports.get(name)?.drop(side, clientAfterMs, serverAfterMs);
  }

  /** A process is dead, and the server notices that its connections are gone `noticedAfterMs` later. */
  vanish(name: string, noticedAfterMs = 0): void {
    const port = this.ports.get(name);
    if (port === undefined) return;
    port.drop('both', 0, noticedAfterMs);
    this.forget(port.client);
  }

  /** Puts a raw body on a queue, as somebody does by hand. */
  put(queue: string, body: string): void {
    const target = this.exchanges.frameQueue(queue);
    assert(target !== undefined, `there is a queue ${queue}`);
    target.put(readFrameBody(body));
  }

  /** Nothing is on its way to a queue, waits, rests or is held; dead letters aside. */
  idle(): boolean {
    return this.around.publishesOnTheWay === 0 && this.exchanges.idle();
  }

  private forget(client: BrokerClient): void {
    this.ports.delete(client.name);
    this.hints.forget(client);
  }
}
