import { type ChannelModel, connect, type ConsumeMessage } from 'amqplib';
import { setImmediate } from 'node:timers';
import type { Topology } from '../../core/engine/topology.ts';
import { PREFETCH_FRAMES } from '../../core/kernel/limits.ts';
import { BenchInvalid } from '../harness/bench.ts';
import type { ReadyFrame } from './frames.ts';

/**
 * Owns: moving the same frames again and again through the queues of the platform, by nothing but the driver: published
 * durably with confirms on one connection, consumed with acknowledgements on another, never read.
 */
export interface BrokerFloor {
  readonly framesPerSecond: number;
}

/** Frames written and not yet confirmed, and deliveries to come, above which publishing waits. */
const UNCONFIRMED_MAX = 512;
const UNDELIVERED_MAX = 1_024;
const WARM_UP_MS = 2_000;
const STALLED_MS = 10_000;

/** Publishes for `forMs` after a warm-up, and counts until the last is acknowledged. The topology is declared. */
export async function measureBroker(
  url: string,
  {
    frames,
    topology,
    forMs,
  }: { readonly frames: readonly ReadyFrame[]; readonly topology: Topology; readonly forMs: number },
): Promise<BrokerFloor> {
  const [publishing, consuming] = await Promise.all([
    connect(url, { noDelay: true }),
    connect(url, { noDelay: true }),
  ]);
  try {
    const flow = new Flow();
    await consumeAll(consuming, topology, flow);
    await publishFor(publishing, frames, WARM_UP_MS, flow);
    const startedAt = performance.now();
    const published = await publishFor(publishing, frames, forMs, flow);
    const seconds = (performance.now() - startedAt) / 1_000;
    return { framesPerSecond: published / seconds };
  } finally {
    await Promise.all([publishing.close(), consuming.close()]);
  }
}

/** Owns: how much is on its way, and who waits until less is. */
class Flow {
  unconfirmed = 0;
  undelivered = 0;
  failure: BenchInvalid | undefined;
  #wake: () => void = () => undefined;

  changed(): void {
    this.#wake();
  }

  get full(): boolean {
    return this.unconfirmed >= UNCONFIRMED_MAX || this.undelivered >= UNDELIVERED_MAX;
  }

  get empty(): boolean {
    return this.unconfirmed === 0 && this.undelivered === 0;
  }

  /** Throws BenchInvalid when nothing moves any more. */
  async until(holds: () => boolean): Promise<void> {
    while (!holds()) {
      if (this.failure !== undefined) throw this.failure;
      let timer: NodeJS.Timeout | undefined;
      await new Promise<void>((resolve, reject) => {
        this.#wake = resolve;
        timer = setTimeout(() => {
          reject(
            new BenchInvalid(
              `${String(this.unconfirmed)} frames are not confirmed, ${String(this.undelivered)} not delivered, and ` +
                'nothing moves any more',
            ),
          );
        }, STALLED_MS);
      }).finally(() => {
        clearTimeout(timer);
      });
    }
  }
}

/** Resolves with the number of frames once all of them are confirmed and delivered. */
async function publishFor(
  model: ChannelModel,
  frames: readonly ReadyFrame[],
  forMs: number,
  flow: Flow,
): Promise<number> {
  const channel = await model.createConfirmChannel();
  const untilMs = performance.now() + forMs;
  let published = 0;
  while (performance.now() < untilMs) {
    await flow.until(() => !flow.full);
    while (!flow.full) {
      const frame = frames[published % frames.length];
      if (frame === undefined) throw new BenchInvalid('the platform sent nothing');
      published += 1;
      flow.unconfirmed += 1;
      flow.undelivered += frame.queues;
      channel.publish(
        frame.exchange,
        frame.routingKey,
        frame.body,
        { persistent: true, contentType: 'application/json', mandatory: frame.queues > 0 },
        (error: unknown) => {
          if (error !== null) flow.failure ??= new BenchInvalid('RabbitMQ did not confirm a frame');
          flow.unconfirmed -= 1;
          flow.changed();
        },
      );
    }
  }
  await flow.until(() => flow.empty);
  await channel.close();
  return published;
}

async function consumeAll(model: ChannelModel, { queues }: Topology, flow: Flow): Promise<void> {
  const channel = await model.createChannel();
  // For each consumer.
  await channel.prefetch(PREFETCH_FRAMES);
  let latest: ConsumeMessage | undefined;
  const acknowledge = (): void => {
    // All of this turn at once: a channel's deliveries are numbered in order.
    if (latest !== undefined) channel.ack(latest, true);
    latest = undefined;
  };
  for (const { name, kind } of queues) {
    if (kind !== 'partition' && kind !== 'shared') continue;
    await channel.consume(name, (message) => {
      if (message === null) {
        flow.failure ??= new BenchInvalid(`RabbitMQ cancelled the consumer of ${name}`);
        return;
      }
      if (latest === undefined) setImmediate(acknowledge);
      latest = message;
      flow.undelivered -= 1;
      flow.changed();
    });
  }
}
