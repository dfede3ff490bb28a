import { assert } from '../../../core/kernel/assert.ts';
import type { FrameQueue } from './frame-queue.ts';
import type { Post } from './frame.ts';
import { Pipe } from './pipe.ts';
import type { Surroundings } from './surroundings.ts';

/**
 * Owns: copies that rest for the delay of this queue and then return to the queue that their routing key names (P25).
 */
export class RetryQueue {
  private readonly delayMs: number;
  private readonly around: Surroundings;
  private readonly resting: Pipe<Post>;

  constructor(delayMs: number, around: Surroundings, queueNamed: (name: string) => FrameQueue | undefined) {
    this.delayMs = delayMs;
    this.around = around;
    this.resting = new Pipe(around.timeline, (copy) => {
      const origin = queueNamed(copy.routingKey);
      assert(origin !== undefined, 'a retry copy came from a queue that there is');
      origin.put(copy);
    });
  }

  get depth(): number {
    return this.resting.length;
  }

  get idle(): boolean {
    return this.resting.length === 0;
  }

  put(copy: Post, client: string): void {
    const { delayMs } = this;
    this.resting.send(copy, delayMs);
    const { routingKey, messages, attempts = 0 } = copy;
    this.around.emit?.({ type: 'retried', queue: routingKey, delayMs, messages, attempts, client });
  }
}
