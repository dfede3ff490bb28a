import type { HeapReport } from './measured-process.ts';

/**
 * Loaded into a process before its program (`--import`): answers every message of its parent with what the process
 * holds once garbage is collected. Needs `--expose-gc`.
 */
process.on('message', () => {
  globalThis.gc?.();
  const { heapUsed, external, rss } = process.memoryUsage();
  const report: HeapReport = { heapBytes: heapUsed + external, residentBytes: rss };
  process.send?.(report);
});
// The program alone decides how long the process lives.
process.channel?.unref();
