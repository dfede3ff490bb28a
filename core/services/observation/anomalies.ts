import { Detector } from '../../models/anomaly/detector.ts';
import { calendarSeasons } from '../../models/anomaly/seasons.ts';
import { Shortfall } from '../../models/anomaly/shortfall.ts';

/** Something odd in what the platform counts by the minute or hour. */
export interface Anomaly {
  /** Which series: `orders`, `payments-declined`. */
  readonly series: string;
  /** A sentence for people. */
  readonly text: string;
  /** Beginning of the minute or hour, ISO 8601, UTC. */
  readonly at: string;
  readonly value: number;
  readonly expected: number;
  /** The state of the order saga that it concerns; null: none. */
  readonly state: string | null;
}

interface Series {
  readonly name: string;
  readonly what: string;
  /** Name in the books (core/services/orders/tally.ts); of a stay, the state. */
  readonly tally: string;
  /** `stay`: seconds that orders were in the state. */
  readonly measure: 'count' | 'cents' | 'stay';
  readonly step: Step;
  readonly state: string | null;
  /** A smaller difference is none that anybody would look at. */
  readonly differenceMin: number;
  /** Default: both ways are odd. */
  readonly odd?: 'above' | 'below';
}

type Step = 'minute' | 'quarter' | 'hour';

const minute = (name: string, what: string, tally: string, state: string | null): Series => ({
  name,
  what,
  tally,
  measure: 'count',
  step: 'minute',
  state,
  differenceMin: 5,
});

/**
 * How long orders were in a state during a step, on the average of those that were in it: those who stood there at the ends of
 * the minutes, added up (Little 1961), by those who left and those who stand there still.
 */
const stay = (state: string, differenceMin: number): Series => ({
  name: `stay-${state}`,
  what: `seconds an order in ${state}`,
  tally: state,
  measure: 'stay',
  step: 'quarter',
  state,
  differenceMin,
  odd: 'above',
});

export const SERIES: readonly Series[] = [
  minute('orders', 'orders placed', 'told:order.placed', null),
  minute('orders-confirmed', 'orders confirmed', 'told:order.confirmed', 'confirmed'),
  minute('orders-cancelled', 'orders cancelled', 'told:order.cancelled', 'cancelled'),
  minute('orders-failed', 'orders that need a person', 'told:order.failed', 'failed'),
  minute('payments-declined', 'payments declined', 'handled:payment.failed', 'awaitingPayment'),
  minute('stock-refused', 'reservations refused', 'handled:inventory.reserve.failed', 'pending'),
  {
    name: 'revenue',
    what: 'cents confirmed',
    tally: 'told:order.confirmed',
    measure: 'cents',
    step: 'hour',
    state: null,
    differenceMin: 10_000,
  },
  // Where a minute without an order is nothing rare, a quarter of an hour may be.
  {
    name: 'orders-missing',
    what: 'orders placed',
    tally: 'told:order.placed',
    measure: 'count',
    step: 'quarter',
    state: null,
    differenceMin: 10,
    odd: 'below',
  },
  stay('pending', 60),
  stay('awaitingPayment', 60),
  stay('committingStock', 60),
  stay('compensating', 120),
  stay('confirmed', 120),
];

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const STEPS: Readonly<
  Record<
    Step,
    {
      readonly ms: number;
      readonly words: string;
      /** A day of minutes, two of quarters, a week of hours: before it nobody knows what is usual. */
      readonly learning: number;
      /** What level and spread are measured over, and the rest after an alarm. */
      readonly short: number;
      /** How long an anomaly is told. */
      readonly shownMs: number;
    }
  >
> = {
  minute: { ms: MINUTE_MS, words: 'minute', learning: 1_440, short: 15, shownMs: 30 * MINUTE_MS },
  quarter: {
    ms: 15 * MINUTE_MS,
    words: 'quarter of an hour',
    learning: 192,
    short: 4,
    shownMs: 45 * MINUTE_MS,
  },
  hour: { ms: HOUR_MS, words: 'hour', learning: 168, short: 6, shownMs: 2 * HOUR_MS },
};
/** Rarer than in the model's own grades: of seven series a false alarm should come in weeks, not hours. */
const ALARM_BELOW = 1e-4;
/** And it must be half of what was expected away from it. */
const DIFFERENCE_SHARE_MIN = 0.5;

/** What was counted in a minute. */
export interface CountedMinute {
  readonly minuteMs: number;
  /** By its name in the books. */
  readonly counts: ReadonlyMap<string, { readonly count: number; readonly cents: number }>;
  /** By state (of the top level): orders that stood in it at the minute's end, and those that left it in that minute. */
  readonly states: ReadonlyMap<string, { readonly standing: number; readonly left: number }>;
}

/** What one series has counted since its step began. */
interface Counting {
  readonly series: Series;
  readonly detector: Detector | Shortfall;
  sum: number;
  left: number;
  standing: number;
  /** An anomaly is told once: none before. */
  restsUntilMs: number;
}

/**
 * Watches the books minute by minute, in order and each once. Constant work per minute; deterministic, so that every process
 * that watches finds the same.
 */
export class AnomalyWatch {
  readonly #counting = SERIES.map((series): Counting => ({
    series,
    detector: detectorOf(series),
    sum: 0,
    left: 0,
    standing: 0,
    restsUntilMs: 0,
  }));
  readonly #found = new Map<string, Anomaly & { readonly untilMs: number }>();

  /** Takes the next whole minute; what is newly odd. */
  next(minute: CountedMinute): readonly Anomaly[] {
    const odd: Anomaly[] = [];
    for (const each of this.#counting) {
      const { series } = each;
      const { ms, short, shownMs } = STEPS[series.step];
      count(each, minute);
      const endMs = minute.minuteMs + MINUTE_MS;
      if (endMs % ms !== 0) continue;
      const value = valueOf(each);
      [each.sum, each.left] = [0, 0];
      const finding = each.detector.next(value);
      if (finding?.alarm !== true || endMs <= each.restsUntilMs) continue;
      // What nobody would look at is no reason to rest: it may be how something worse begins.
      if (!isNotable(series, value, finding.expected)) continue;
      each.restsUntilMs = endMs + short * ms;
      const anomaly = anomalyOf(series, endMs - ms, value, finding.expected);
      this.#found.set(series.name, { ...anomaly, untilMs: endMs + shownMs });
      odd.push(anomaly);
    }
    return odd;
  }

  /** Those found of late. */
  current(nowMs: number): readonly Anomaly[] {
    return [...this.#found.values()]
      .filter(({ untilMs }) => untilMs > nowMs)
      .map(({ untilMs: _until, ...anomaly }) => anomaly);
  }
}

function count(into: Counting, { counts, states }: CountedMinute): void {
  const { measure, tally } = into.series;
  if (measure !== 'stay') {
    into.sum += counts.get(tally)?.[measure] ?? 0;
    return;
  }
  const { standing, left } = states.get(tally) ?? { standing: 0, left: 0 };
  into.sum += standing;
  into.left += left;
  into.standing = standing;
}

function valueOf({ series, sum, left, standing }: Counting): number {
  if (series.measure !== 'stay') return sum;
  return ((MINUTE_MS / 1_000) * sum) / Math.max(1, left + standing);
}

function detectorOf({ step, measure }: Series): Detector | Shortfall {
  const { ms, learning, short } = STEPS[step];
  if (step === 'quarter' && measure === 'count') {
    return new Shortfall({ learningPoints: learning, seasons: calendarSeasons(ms), restPoints: 0 });
  }
  return new Detector({
    learningPoints: learning,
    seasons: calendarSeasons(ms),
    shortPoints: short,
    restPoints: 0,
    alarmBelow: ALARM_BELOW,
  });
}

function isNotable({ differenceMin, odd }: Series, value: number, expected: number): boolean {
  if (odd !== undefined && value > expected !== (odd === 'above')) return false;
  const difference = Math.abs(value - expected);
  return difference >= differenceMin && difference >= DIFFERENCE_SHARE_MIN * expected;
}

function anomalyOf(
  { name, what, step, state }: Series,
  atMs: number,
  value: number,
  expected: number,
): Anomaly {
  const at = new Date(atMs).toISOString();
  const whole = (number: number): string => Math.round(number).toLocaleString('en-US');
  const text = `${whole(value)} ${what} in the ${STEPS[step].words} from ${at.slice(11, 16)} UTC, where about ${whole(expected)} were expected`;
  return { series: name, text, at, value, expected, state };
}
