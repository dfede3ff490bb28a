import { parentPort, workerData } from 'node:worker_threads';
import { createRequire } from 'node:module';
import type { ElkNode } from 'elkjs';

/*
 * Places one graph and ends: half a second of computing, and a program of one and a half megabytes that nobody needs
 * afterwards, stay out of the process' main thread.
 */

/** What the thread answers: the graph it was given, with positions. */
export type Placed = ElkNode;

// The package is CommonJS whose types say otherwise.
const { default: Elk } = createRequire(import.meta.url)('elkjs/lib/elk.bundled.js') as {
  readonly default: new () => { layout(graph: ElkNode): Promise<Placed> };
};

parentPort?.postMessage(await new Elk().layout(workerData as ElkNode));
