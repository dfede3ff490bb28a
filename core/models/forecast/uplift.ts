import { bootstrap } from '../evaluation/bootstrap.ts';

/** What an event (a promotion, a flash sale) did to one series. */
export interface Uplift {
  readonly eventSteps: number;
  /** Sold on event steps. */
  readonly sold: number;
  /** What would have been sold on them without. */
  readonly expected: number;
  /** Sold divided by expected: 1.5 is half as much again. */
  readonly factor: number;
  /** Bounds of the 95 % interval of the factor, from drawing events. */
  readonly low: number;
  readonly high: number;
  /** Less sold than expected in the steps after events, as a share of what events brought: demand pulled forward. */
  readonly pulledForward: number;
}

/** Steps without an event on either side that say what is usual. */
const NEIGHBOURS = 4;
/** With fewer events an interval would say more than is known. */
const EVENTS_LEAST = 3;

interface Event {
  readonly from: number;
  /** The first step after it. */
  readonly to: number;
}

/**
 * The uplift of events against the same phase of the season before and after them (Blattberg, Briesch and Fox 1995 on
 * what promotions do): expected is the mean of the nearest four steps of the phase on each side that are free of events, so that
 * season and slow trends stay out.
 *
 * @param event 1 where there was an event, as long as `values`
 * @returns undefined when there are fewer than three events, or nothing was expected
 */
export function upliftOf(values: Float64Array, event: ArrayLike<number>, season: number): Uplift | undefined {
  const events = eventsOf(event, values.length);
  if (events.length < EVENTS_LEAST) return undefined;
  const sums = events.map((each) => sumsOf(values, event, season, each));
  const total = (of: 'sold' | 'expected' | 'after' | 'afterExpected'): number =>
    sums.reduce((sum, next) => sum + next[of], 0);
  const [sold, expected] = [total('sold'), total('expected')];
  if (expected <= 0) return undefined;
  const { low, high } = bootstrap(events.length, (drawn) => {
    let [top, bottom] = [0, 0];
    for (const index of drawn) {
      top += sums[index]?.sold ?? 0;
      bottom += sums[index]?.expected ?? 0;
    }
    return bottom > 0 ? top / bottom : Number.NaN;
  });
  const brought = sold - expected;
  const missing = total('afterExpected') - total('after');
  return {
    eventSteps: events.reduce((sum, { from, to }) => sum + to - from, 0),
    sold,
    expected,
    factor: sold / expected,
    low,
    high,
    pulledForward: brought > 0 ? Math.min(1, Math.max(0, missing / brought)) : 0,
  };
}

function eventsOf(event: ArrayLike<number>, length: number): Event[] {
  const events: Event[] = [];
  for (let time = 0; time < length; time += 1) {
    if ((event[time] ?? 0) <= 0) continue;
    const from = time;
    while (time < length && (event[time] ?? 0) > 0) time += 1;
    events.push({ from, to: time });
  }
  return events;
}

function sumsOf(values: Float64Array, event: ArrayLike<number>, season: number, { from, to }: Event) {
  let [sold, expected, after, afterExpected] = [0, 0, 0, 0];
  for (let time = from; time < to + (to - from); time += 1) {
    const usual = usualAt(values, event, season, time);
    const value = values[time];
    if (usual === undefined || value === undefined) continue;
    if (time < to) {
      sold += value;
      expected += usual;
    } else if ((event[time] ?? 0) <= 0) {
      after += value;
      afterExpected += usual;
    }
  }
  return { sold, expected, after, afterExpected };
}

/** The mean of the nearest steps of the same phase that are free of events. */
function usualAt(
  values: Float64Array,
  event: ArrayLike<number>,
  season: number,
  time: number,
): number | undefined {
  let [sum, count] = [0, 0];
  for (const way of [-season, season]) {
    let found = 0;
    for (let place = time + way; found < NEIGHBOURS && place >= 0 && place < values.length; place += way) {
      if ((event[place] ?? 0) > 0) continue;
      sum += values[place] ?? 0;
      found += 1;
    }
    count += found;
  }
  return count > 0 ? sum / count : undefined;
}
