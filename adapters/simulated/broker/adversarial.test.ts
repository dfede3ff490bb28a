import t from 'tap';
import { message } from '../../contracts/broker-inbox.ts';
import type { Frame } from '../../../core/engine/ports.ts';
import { COMMANDS, EVENTS, partitionQueue } from '../../../core/engine/topology.ts';
import type { Random } from '../../../core/kernel/clock.ts';
import type { Message } from '../../../core/kernel/message.ts';
import { oneOf, streamOf, whole } from '../../../core/kernel/seeded-random.ts';
import type { BrokerEvent, Side } from './broker.ts';
import { type Actor, BrokerStage, RepeatingSender } from './testing.ts';

/*
 * Processes that come and go, stand still, lose one connection or both, loudly or in silence, while a sender repeats
 * what is unconfirmed: whatever happens, frames come to their end once, and nobody settles what he no longer holds.
 */

const SEEDS = 60;
const STEPS = 120;
const WORKERS = 3;
const HEARTBEAT_MS = 400;
const SIDES: readonly (Side | 'both')[] = ['publisher', 'consumer', 'both'];
const QUEUES: readonly {
  readonly name: string;
  readonly exclusive: boolean;
  readonly frame: (id: string) => Frame;
}[] = [
  { name: partitionQueue('orders', 0), exclusive: true, frame: event('p00') },
  { name: partitionQueue('orders', 1), exclusive: true, frame: event('p01') },
  { name: 'payments', exclusive: false, frame: command },
];

function event(partition: string): (id: string) => Frame {
  const address = { exchange: EVENTS, routingKey: `order.placed.${partition}`, mandatory: true };
  return (id) => ({ ...address, messages: [message(id)] });
}

function command(id: string): Frame {
  return {
    exchange: COMMANDS,
    routingKey: 'payment.requested.p00',
    mandatory: true,
    messages: [message(id)],
  };
}

class Scene {
  readonly stage: BrokerStage;
  readonly sent = new Map<string, string[]>(QUEUES.map(({ name }) => [name, []]));
  private readonly random: Random;
  private readonly workers: Actor[] = [];
  private readonly senders: readonly { readonly queue: string; readonly sender: RepeatingSender }[];
  private readonly gateway: Actor;
  private starts = 0;

  constructor(seed: number) {
    this.random = streamOf(seed, 'scene');
    this.stage = new BrokerStage({ seed, returnedLast: 0.5 });
    this.gateway = this.stage.enter('gateway');
    this.senders = QUEUES.map(({ name, frame }) => ({
      queue: name,
      sender: new RepeatingSender(this.gateway.port, frame),
    }));
    for (let count = 0; count < WORKERS; count += 1) this.workers.push(this.start());
  }

  async play(): Promise<void> {
    for (let step = 0; step < STEPS; step += 1) {
      this.send();
      this.disturb();
      await this.stage.pass(whole(this.random, 0, 30));
    }
    for (const actor of [this.gateway, ...this.workers]) {
      actor.weather({});
      actor.process.resume();
    }
    for (let rest = 0; rest < 300 && !this.atRest(); rest += 1) {
      await this.stage.pass(100);
      for (const { sender } of this.senders) sender.repeat();
    }
  }

  atRest(): boolean {
    return this.stage.broker.idle() && this.senders.every(({ sender }) => sender.done);
  }

  private send(): void {
    const { queue, sender } = oneOf(this.random, this.senders);
    const sent = this.sent.get(queue) ?? [];
    const ids = Array.from(
      { length: whole(this.random, 1, 3) },
      (_, n) => `${queue}/${String(sent.length + n)}`,
    );
    sent.push(...ids);
    sender.send(ids);
    for (const each of this.senders) each.sender.repeat();
  }

  private disturb(): void {
    const { random } = this;
    const index = whole(random, 0, WORKERS - 1);
    const worker = this.workers[index] as Actor;
    const { name } = worker.process;
    const later = (): number => (random() < 0.5 ? 0 : HEARTBEAT_MS * random());
    switch (whole(random, 0, 9)) {
      case 0:
        this.stage.broker.drop(name, oneOf(random, SIDES), later(), later());
        return;
      case 1:
        this.stage.broker.drop('gateway', oneOf(random, SIDES), later(), later());
        return;
      case 2:
        worker.process.kill();
        this.stage.broker.vanish(name, later());
        this.workers[index] = this.start();
        return;
      case 3:
        worker.process.pause();
        return;
      case 4:
        worker.process.resume();
        return;
      case 5:
        oneOf(random, [worker, this.gateway]).weather({
          latencyMs: 20 * random(),
          publishLost: 0.2,
          confirmLost: 0.2,
          duplicate: 0.2,
          away: random() < 0.3,
        });
        return;
      case 6:
        oneOf(random, [worker, this.gateway]).weather({});
        return;
      default:
    }
  }

  private start(): Actor {
    this.starts += 1;
    const actor = this.stage.enter(`worker.${String(this.starts)}`);
    for (const { name, exclusive } of QUEUES) void this.work(actor, name, exclusive);
    return actor;
  }

  /** Consumes a queue for as long as the process lives, settling each delivery after a while. */
  private async work(actor: Actor, queue: string, exclusive: boolean): Promise<void> {
    const { clock } = actor.process;
    const again = (): void => {
      clock.after(20, () => void this.work(actor, queue, exclusive));
    };
    try {
      await actor.port.consume(
        queue,
        { prefetch: 4, exclusive },
        {
          onDelivery: (delivery) => {
            clock.after(40 * this.random(), () => {
              delivery.ack();
            });
          },
          onLost: again,
        },
      );
    } catch {
      again();
    }
  }
}

/** What the events say that must never be; empty when all is well. */
function wrongs(events: readonly BrokerEvent[]): string[] {
  const found: string[] = [];
  /** With which count of redeliveries each process last got each frame. */
  const got = new Map<string, number>();
  const open = new Set<string>();
  for (const told of events) {
    if (told.type === 'stored') open.add(`${told.queue} ${String(told.frame.id)}`);
    if (told.type === 'delivered')
      got.set(`${told.queue} ${String(told.frame.id)} ${told.client}`, told.redeliveries);
    if (told.type !== 'acknowledged') continue;
    const frame = `${told.queue} ${String(told.frame.id)}`;
    if (!open.delete(frame)) found.push(`${frame} is acknowledged a second time`);
    if (got.get(`${frame} ${told.client}`) !== told.frame.redeliveries) {
      found.push(`${frame} is acknowledged by ${told.client}, who does not hold it`);
    }
  }
  for (const frame of open) found.push(`${frame} never came to its end`);
  return found;
}

await t.test('whatever happens to the processes, frames come to their end once', async (t) => {
  const returned = { first: 0, last: 0 };
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const scene = new Scene(seed);
    await scene.play();
    t.ok(scene.atRest(), `seed ${String(seed)} comes to rest`);
    t.same(wrongs(scene.stage.events), [], `seed ${String(seed)}`);
    for (const [queue, ids] of scene.sent) {
      const stored = scene.stage
        .told('stored')
        .filter((told) => told.queue === queue)
        .flatMap(({ frame }) => frame.messages.map((each) => (each as Message).id));
      t.same([...new Set(stored)], ids, `seed ${String(seed)}: ${queue} got everything, in order`);
    }
    for (const { last } of scene.stage.told('returned')) returned[last ? 'last' : 'first'] += 1;
  }
  t.ok(returned.first > SEEDS && returned.last > SEEDS, 'much had to come again', returned);
});
