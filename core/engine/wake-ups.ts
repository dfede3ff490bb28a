import type { Clock } from '../kernel/clock.ts';
import { errorMessage } from '../kernel/errors.ts';
import { TIMER_POLL_MS, TIMER_POLL_ROWS_MAX } from '../kernel/limits.ts';
import type { Logger } from '../kernel/logger.ts';
import { wakeMessage } from './inbound.ts';
import { actorKey } from './live-actor.ts';
import type { Broker, EngineStore, Frame, WakeWrite } from './ports.ts';
import type { Worker } from './worker.ts';

/**
 * Owns: noticing that actors are due to be woken.
 * Does not own: what waking does; the actor knows its timers, the row only says when to look.
 * Out: one wake message per due actor, through its partition's own queue.
 *
 * I1. A wake-up queues behind every message queued before it, so a time-out never overtakes its answer (P20).
 * I2. A wake message may be lost: the row stays until the actor has been woken, and is found again.
 */
export function startWakeUps(options: {
  readonly worker: Pick<Worker, 'awake' | 'queueOf'>;
  readonly store: Pick<EngineStore, 'dueWakes'>;
  readonly broker: Pick<Broker, 'publish' | 'connected'>;
  readonly clock: Clock;
  readonly logger: Logger;
}): () => Promise<void> {
  const { worker, store, broker, clock, logger } = options;
  /** Wakes under way, with the time they were sent. */
  const sent = new Map<string, number>();
  let stopped = false;
  let cancel: () => void = () => undefined;
  let polling: Promise<void> = Promise.resolve();

  const forgetOld = (now: number): void => {
    for (const [key, at] of sent) if (now - at > WAKE_AGAIN_MS) sent.delete(key);
  };
  const poll = async (): Promise<void> => {
    const partitions = worker.awake();
    if (partitions.length === 0 || !broker.connected()) return;
    const now = clock.now();
    forgetOld(now);
    try {
      const due = await store.dueWakes(partitions, now, TIMER_POLL_ROWS_MAX);
      const fresh = due.filter((wake) => !sent.has(sentKey(wake)));
      if (fresh.length === 0) return;
      for (const wake of fresh) sent.set(sentKey(wake), now);
      // The embedded broker confirms when the wake-up was handled, so nobody waits for it here (I2).
      broker.publish(framesOf(fresh, (partition) => worker.queueOf(partition))).catch((error: unknown) => {
        for (const wake of fresh) sent.delete(sentKey(wake));
        logger.warn({ error: errorMessage(error) }, 'wake-ups not sent; found again');
      });
    } catch (error) {
      logger.warn({ error: errorMessage(error) }, 'reading wake-ups failed');
    }
  };
  const schedule = (): void => {
    cancel = clock.after(TIMER_POLL_MS, () => {
      polling = poll().then(() => {
        if (!stopped) schedule();
      });
    });
  };
  schedule();
  return async () => {
    stopped = true;
    cancel();
    await polling;
  };
}

/** A wake-up that had no effect by then is sent again. */
const WAKE_AGAIN_MS = 10_000;

function sentKey({ kind, id, wakeAt }: WakeWrite): string {
  return `${actorKey(kind, id)}/${String(wakeAt)}`;
}

function framesOf(wakes: readonly WakeWrite[], queueOf: (partition: number) => string): Frame[] {
  const byPartition = new Map<number, WakeWrite[]>();
  for (const wake of wakes) {
    const list = byPartition.get(wake.partition);
    if (list === undefined) byPartition.set(wake.partition, [wake]);
    else list.push(wake);
  }
  return [...byPartition].map(([partition, list]) => ({
    exchange: '',
    routingKey: queueOf(partition),
    messages: list.map(({ kind, id, wakeAt }) => wakeMessage(kind, id, wakeAt ?? 0)),
    mandatory: true,
  }));
}
