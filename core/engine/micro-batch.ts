import type { MicroBatch } from './participant-port.ts';

/**
 * Groups what arrives while the last group is under way: a group of one when idle, hundreds under load, and no
 * timer anywhere. A group that fails fails each of its items; the callers decide what that means.
 */
export const microBatch: MicroBatch = (flush, options = {}) => {
  type Item = Parameters<typeof flush>[0][number];
  type Result = Awaited<ReturnType<typeof flush>>[number];
  interface Waiting {
    item: Item;
    resolve: (result: Result) => void;
    reject: (error: unknown) => void;
  }
  const itemsMax = options.itemsMax ?? 256;
  let waiting: Waiting[] = [];
  let running = false;

  const run = async (): Promise<void> => {
    running = true;
    // What was asked for in this turn of the event loop belongs together.
    await Promise.resolve();
    while (waiting.length > 0) {
      const group = waiting.slice(0, itemsMax);
      waiting = waiting.slice(itemsMax);
      try {
        const results = await flush(group.map(({ item }) => item));
        if (results.length !== group.length) throw new Error('a micro-batch answers each of its items');
        group.forEach(({ resolve }, index) => {
          resolve(results[index] as Result);
        });
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    running = false;
  };

  return (item) =>
    new Promise((resolve, reject) => {
      waiting.push({ item, resolve, reject });
      if (!running) void run();
    });
};
