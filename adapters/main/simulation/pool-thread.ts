import { parentPort, workerData } from 'node:worker_threads';
import { assert } from '../../../core/kernel/assert.ts';
import type { PoolWork, Share, ShareDone } from './pool.ts';
import { simulate } from './simulate.ts';
import { switchNamed } from './switches.ts';

/** A thread that runs the shares of seeds it is given, one after the other. */
const port = parentPort;
assert(port !== null, 'this program is a thread of the pool');
const { names, off } = workerData as PoolWork;
// Errors are part of the game here, thousands of them in a run; nobody reads where they come from.
Error.stackTraceLimit = 0;

async function run({ from, count }: Share): Promise<ShareDone> {
  const failures: ShareDone['failures'][number][] = [];
  let accepted = 0;
  let events = 0;
  let virtualMs = 0;
  for (let seed = from; seed < from + count; seed += 1) {
    const result = await simulate({
      seed,
      ...(names === undefined ? {} : { names }),
      ...(off === undefined ? {} : { off: switchNamed(off) }),
    });
    accepted += result.accepted;
    events += result.events;
    virtualMs += result.virtualMs;
    if (result.violations.length > 0) {
      failures.push({ seed, faults: result.faults, violations: result.violations });
    }
  }
  return { from, count, failures, accepted, events, virtualMs };
}

port.on('message', (share: Share) => {
  void run(share).then((done) => {
    port.postMessage(done);
  });
});
