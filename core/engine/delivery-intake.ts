import type { WorkerOptions } from './worker-options.ts';
import { type Inbound, type Source, TrackedDelivery } from './inbound.ts';
import { beginProcess } from './message-spans.ts';
import type { Delivery } from './ports.ts';

/**
 * What becomes of a delivery: each of its messages goes to `push`, or, where nobody here can read it, to the dead
 * letters at once, and what is around it goes on.
 */
export function createIntake(
  { decoder, graveyard, tracing }: Pick<WorkerOptions, 'decoder' | 'graveyard' | 'tracing'>,
  push: (inbound: Inbound) => void,
): (source: Source, delivery: Delivery) => void {
  const traced = (inbound: Inbound): Inbound => {
    const begun = tracing && beginProcess(tracing, inbound.message, inbound.tracked.source.queue);
    return begun === undefined ? inbound : { ...inbound, ...begun };
  };
  return (source, delivery) => {
    const raws = delivery.unreadable === undefined ? delivery.messages : [delivery.unreadable];
    if (raws.length === 0) {
      delivery.ack();
      return;
    }
    const tracked = new TrackedDelivery(source, delivery, raws.length);
    for (const raw of raws) {
      try {
        push(traced(decoder.decode(raw, tracked)));
      } catch (error) {
        void graveyard.bury({ queue: source.queue, message: raw, error, delivery }).then(() => {
          tracked.done();
        });
      }
    }
  };
}
