import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Layouter } from '../../core/engine/graph-layout.ts';
import { fromElk, toElk } from './elk-graph.ts';
import type { Placed } from './layout-thread.ts';

/** Graphs placed by the Eclipse Layout Kernel (elkjs), in a thread of their own for as long as it takes. */
export const elkLayouter: Layouter = {
  async layout(graph, drawing) {
    const thread = new Worker(new URL('./layout-thread.js', import.meta.url), {
      workerData: toElk(graph, drawing),
    });
    try {
      // `once` rejects with the thread's error, where there is one.
      const [placed] = (await once(thread, 'message')) as [Placed];
      return fromElk(graph, placed);
    } finally {
      await thread.terminate();
    }
  },
};
