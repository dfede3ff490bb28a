import { setImmediate as yieldOnce } from 'node:timers/promises';
import { Gauge, type Registry } from 'prom-client';
import { systemClock } from '../../core/kernel/clock.ts';
import { errorMessage } from '../../core/kernel/errors.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import { type Anomaly, AnomalyWatch, SERIES } from '../../core/services/observation/anomalies.ts';
import type { Queryable } from '../postgres/database.ts';
import { readTallyMinutes } from '../postgres/orders/tally-minutes.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LOOK_MS = 10_000;
/** What commits left in a minute is added up by then. */
const SETTLED_MS = 15_000;
/** Learnt anew from as much of the books, and again once as much has come since, so that memory and work stay bounded. */
const HISTORY_MS = 15 * 24 * HOUR_MS;
/** Minutes handled before others have a turn. */
const SLICE = 60;
const NAMES = [...new Set(SERIES.flatMap(({ tally, measure }) => (measure === 'stay' ? [] : [tally])))];

export interface OpenAnomalyWatch {
  current(): readonly Anomaly[];
  /** Resolves once nothing is under way. */
  stop(): Promise<void>;
}

/** Watches the books for what is odd, from what they already hold on. What fails is tried again with the next look. */
export function startAnomalyWatch(options: {
  readonly database: Queryable;
  readonly registry: Registry;
  /** Asked with each look: while it is not to tell, nothing is odd, and what is usual is learnt on. */
  readonly isOn?: () => Promise<boolean>;
  /** Told of each once, by this process. */
  readonly onFound: (anomaly: Anomaly) => void;
  readonly logger: Logger;
  readonly now?: () => number;
  readonly lookMs?: number;
}): OpenAnomalyWatch {
  const { database, registry, onFound, logger, now = () => systemClock.now(), lookMs = LOOK_MS } = options;
  const isOn = options.isOn ?? (() => Promise.resolve(true));
  let watch = new AnomalyWatch();
  let nextMs: number | undefined;
  let learntUntilMs = 0;
  let anyOrders = false;
  let on = true;
  let stopped = false;
  let running: Promise<void> | undefined;

  const current = (): readonly Anomaly[] => (on ? watch.current(now()) : []);
  const look = async (): Promise<void> => {
    on = await isOn();
    const untilMs = Math.floor((now() - SETTLED_MS) / MINUTE_MS) * MINUTE_MS;
    if (nextMs === undefined || untilMs - learntUntilMs > HISTORY_MS) {
      watch = new AnomalyWatch();
      anyOrders = false;
      nextMs = Math.floor((untilMs - HISTORY_MS) / HOUR_MS) * HOUR_MS;
      learntUntilMs = untilMs;
    }
    const minutes = await readTallyMinutes(database, NAMES, nextMs, untilMs);
    // Before the first order nothing was usual.
    const first = anyOrders ? 0 : minutes.findIndex(({ counts }) => counts.size > 0);
    anyOrders = first >= 0;
    const known = first < 0 ? [] : minutes.slice(first);
    for (const [index, minute] of known.entries()) {
      if (index % SLICE === SLICE - 1) await yieldOnce();
      if (stopped) return;
      nextMs = minute.minuteMs + MINUTE_MS;
      for (const anomaly of watch.next(minute)) if (on && minute.minuteMs >= learntUntilMs) onFound(anomaly);
    }
    nextMs = Math.max(nextMs, untilMs);
  };
  const turn = (): void => {
    running ??= look()
      .catch((error: unknown) => {
        logger.debug({ error: errorMessage(error) }, 'the books could not be watched; tried again soon');
      })
      .finally(() => {
        running = undefined;
      });
  };
  const timer = setInterval(turn, lookMs);
  timer.unref();
  turn();
  new Gauge({
    name: 'orrery_anomaly',
    help: '1 while something odd was found of late in what is counted by the minute or hour',
    labelNames: ['series'],
    registers: [registry],
    collect() {
      const odd = new Set(current().map(({ series }) => series));
      for (const { name } of SERIES) this.set({ series: name }, odd.has(name) ? 1 : 0);
    },
  });
  return {
    current,
    async stop() {
      stopped = true;
      clearInterval(timer);
      await running;
    },
  };
}
