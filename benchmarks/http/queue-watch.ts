import { connect } from 'amqplib';
import { pause } from '../../adapters/main/drills/run.ts';
import { platformTopology } from '../../adapters/main/topology.ts';

const SAMPLE_MS = 200;

/** Owns: looking five times a second how many frames are ready in the deepest of all queues of a platform, dead letters included. */
export class QueueWatch {
  /** Of the deepest queue, at any time. */
  deepest = 0;
  #latest = 0;
  #open = true;
  #sampling: Promise<void> = Promise.resolve();

  private constructor() {}

  static async start(amqpUrl: string, partitions = 16): Promise<QueueWatch> {
    const watch = new QueueWatch();
    const connection = await connect(amqpUrl);
    const channel = await connection.createChannel();
    const { queues } = platformTopology(partitions);
    const sample = async (): Promise<void> => {
      try {
        while (watch.#open) {
          const counted = await Promise.all(queues.map(({ name }) => channel.checkQueue(name)));
          watch.#latest = Math.max(...counted.map(({ messageCount }) => messageCount));
          watch.deepest = Math.max(watch.deepest, watch.#latest);
          await pause(SAMPLE_MS);
        }
      } finally {
        await connection.close();
      }
    };
    watch.#sampling = sample();
    // What went wrong is told by `stop`.
    watch.#sampling.catch(() => undefined);
    return watch;
  }

  /** Of the deepest queue, now or a fifth of a second ago. */
  get latest(): number {
    return this.#latest;
  }

  async stop(): Promise<void> {
    this.#open = false;
    await this.#sampling;
  }
}
