import { contractTopology } from '../../contracts/broker.ts';
import type { Broker, Frame } from '../../../core/engine/ports.ts';
import { errorCode } from '../../../core/kernel/errors.ts';
import { SimulatedProcess } from '../process.ts';
import { streamOf } from '../../../core/kernel/seeded-random.ts';
import { Scheduler } from '../scheduler.ts';
import { type BrokerEvent, type BrokerWeather, SimulatedBroker } from './broker.ts';

export const FAIR: BrokerWeather = {
  latencyMs: 1,
  publishLost: 0,
  confirmLost: 0,
  duplicate: 0,
  away: false,
};
/** Longer than anything travels in fair weather, shorter than any heartbeat. */
const A_WHILE_MS = 1_000;
const STEPS_MAX = 1_000;

/** A simulated broker alone in virtual time; the processes of its tests do nothing by themselves. */
export class BrokerStage {
  readonly scheduler = new Scheduler(0);
  readonly events: BrokerEvent[] = [];
  readonly broker: SimulatedBroker;

  constructor({ seed = 1, returnedLast = 0 }: { seed?: number; returnedLast?: number } = {}) {
    this.broker = new SimulatedBroker({
      topology: contractTopology(),
      timeline: this.scheduler,
      random: streamOf(seed, 'broker'),
      returnedLast,
      onEvent: (event) => this.events.push(event),
    });
  }

  enter(name: string): Actor {
    return new Actor(name, this);
  }

  /** Lets a time pass, in which everything due happens. */
  async pass(durationMs = A_WHILE_MS): Promise<void> {
    let over = false;
    // An event before any other, so that what was asked just now is on its way before time passes.
    this.scheduler.after(0, () => undefined);
    this.scheduler.after(durationMs, () => {
      over = true;
    });
    await this.scheduler.run(() => over);
  }

  /** Lets time pass in steps until something holds; throws when it has not after very many. */
  async passUntil(holds: () => boolean, stepMs: number): Promise<void> {
    for (let steps = 0; !holds(); steps += 1) {
      if (steps === STEPS_MAX) throw new Error(`not within ${STEPS_MAX * stepMs} ms: ${holds.toString()}`);
      await this.pass(stepMs);
    }
  }

  /** What a promise becomes within a while. */
  async soon<Result>(promise: Promise<Result>): Promise<Result> {
    const outcome = Promise.allSettled([promise]);
    await this.pass();
    const [settled] = await outcome;
    if (settled.status === 'rejected') throw settled.reason as Error;
    return settled.value;
  }

  /** The events of one type so far, in order. */
  told<Type extends BrokerEvent['type']>(type: Type): Extract<BrokerEvent, { type: Type }>[] {
    return this.events.filter((event) => event.type === type) as Extract<BrokerEvent, { type: Type }>[];
  }
}

/** A process with its port, and weather that a test may change. */
export class Actor {
  readonly process: SimulatedProcess;
  readonly port: Broker;
  private now = FAIR;

  constructor(name: string, { scheduler, broker }: BrokerStage) {
    this.process = new SimulatedProcess(name, scheduler);
    this.port = broker.connect({
      name,
      weather: () => this.now,
      alive: () => this.process.alive,
      deliver: (run) => {
        this.process.deliver(run);
      },
    });
  }

  weather(change: Partial<BrokerWeather>): void {
    this.now = { ...FAIR, ...change };
  }
}

/** Tells how a promise ends, without waiting for it: `open`, `kept` or the code of its error. */
export function watch(promise: Promise<unknown>): { end: string } {
  const watched = { end: 'open' };
  promise.then(
    () => {
      watched.end = 'kept';
    },
    (error: unknown) => {
      watched.end = errorCode(error);
    },
  );
  return watched;
}

/** A publisher that, after a failure, waits until nothing is under way and sends all unconfirmed again, in order (P11). */
export class RepeatingSender {
  private readonly port: Pick<Broker, 'publish'>;
  private readonly frameOf: (id: string) => Frame;
  private readonly unconfirmed = new Set<string>();
  private underWay = 0;
  private failed = false;

  constructor(port: Pick<Broker, 'publish'>, frameOf: (id: string) => Frame) {
    this.port = port;
    this.frameOf = frameOf;
  }

  get done(): boolean {
    return this.unconfirmed.size === 0;
  }

  send(ids: readonly string[]): void {
    for (const id of ids) this.unconfirmed.add(id);
    if (!this.failed) void this.publish(ids);
  }

  /** To be called now and then. */
  repeat(): void {
    if (!this.failed || this.underWay > 0) return;
    this.failed = false;
    void this.publish([...this.unconfirmed]);
  }

  private async publish(ids: readonly string[]): Promise<void> {
    this.underWay += 1;
    try {
      await this.port.publish(ids.map(this.frameOf));
      for (const id of ids) this.unconfirmed.delete(id);
    } catch {
      this.failed = true;
    }
    this.underWay -= 1;
  }
}
