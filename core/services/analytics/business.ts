import { DEFAULT_CURRENCY } from '../../kernel/money.ts';
import type { OrderQueries } from '../orders/ports.ts';
import { funnelReport } from './funnel-report.ts';
import type { AnalyticsQueries, Business, BusinessMetrics, EventStats, Tallies, TallySum } from './ports.ts';

const MINUTE_MS = 60_000;
const MINUTES = 60;
const DAY_MS = 86_400_000;
/** Whole minutes that rates are taken over. */
const RATE_MINUTES = 5;

type Books = Awaited<ReturnType<Tallies['read']>>;

/** Real-time metrics and statistics of events, read from the books: their cost does not grow with the orders there are. */
export function analyticsQueries(options: {
  readonly tallies: Tallies;
  readonly orders: Pick<OrderQueries, 'adminOrders'>;
  readonly funnel: Parameters<typeof funnelReport>[1];
  readonly now: () => number;
}): AnalyticsQueries {
  const { tallies, orders, now } = options;
  const read = async (): Promise<{ nowMs: number; books: Books }> => {
    const nowMs = now();
    const minuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
    const books = await tallies.read({
      dayMs: Math.floor(nowMs / DAY_MS) * DAY_MS,
      hourMs: minuteMs - (MINUTES - 1) * MINUTE_MS,
    });
    return { nowMs, books };
  };
  return {
    metrics: async () => {
      const { nowMs, books } = await read();
      return businessMetrics(books, nowMs);
    },
    eventStats: async () => {
      const { nowMs, books } = await read();
      return eventStats(books, nowMs);
    },
    funnel: (query) => funnelReport(query, options.funnel),
    recentOrders: async (limit) => (await orders.adminOrders({ limit })).items,
  };
}

export function businessMetrics({ total, today, minutes }: Books, nowMs: number): BusinessMetrics {
  const firstMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS - (MINUTES - 1) * MINUTE_MS;
  const series = Array.from({ length: MINUTES }, (_, index) => {
    const minuteMs = firstMs + index * MINUTE_MS;
    const of = business(minutes.filter((each) => each.minuteMs === minuteMs));
    return {
      minute: new Date(minuteMs).toISOString(),
      orders: of.orders,
      confirmed: of.confirmed,
      cancelled: of.cancelled,
      revenueCents: of.revenueCents,
    };
  });
  const day = business(today);
  const decided = day.confirmed + day.cancelled + day.failed;
  const whole = series.slice(-RATE_MINUTES - 1, -1);
  return {
    at: new Date(nowMs).toISOString(),
    currency: DEFAULT_CURRENCY,
    total: business(total),
    today: day,
    lastHour: business(minutes),
    ordersPerMinute: whole.reduce((sum, each) => sum + each.orders, 0) / RATE_MINUTES,
    // An order may be confirmed and cancelled afterwards: it counts on both sides, as two decisions.
    successRate: decided === 0 ? null : day.confirmed / decided,
    cancelledBy: named(today, 'cancelled:').map(({ name, count }) => ({ reason: name, count })),
    minutes: series,
  };
}

export function eventStats({ total, today, minutes }: Books, nowMs: number): EventStats {
  const thisMinuteMs = Math.floor(nowMs / MINUTE_MS) * MINUTE_MS;
  const whole = minutes.filter(
    ({ minuteMs }) => minuteMs < thisMinuteMs && minuteMs >= thisMinuteMs - RATE_MINUTES * MINUTE_MS,
  );
  const handled = named(total, 'handled:');
  const ofToday = countsOf(today);
  const ofHour = countsOf(minutes);
  return {
    at: new Date(nowMs).toISOString(),
    total: sum(handled),
    perSecond: sum(named(whole, 'handled:')) / (RATE_MINUTES * 60),
    types: handled.map(({ name: type, count }) => ({
      type,
      total: count,
      today: ofToday.get(`handled:${type}`) ?? 0,
      lastHour: ofHour.get(`handled:${type}`) ?? 0,
    })),
    transitions: named(total, 'moved:').map(({ name, count }) => {
      const [from = '', to = ''] = name.split('>');
      return { from, to, total: count, today: ofToday.get(`moved:${name}`) ?? 0 };
    }),
  };
}

function business(tallies: readonly TallySum[]): Business {
  let givenBackCents = 0;
  const told = new Map<string, { count: number; cents: number }>();
  for (const { name, count, cents } of tallies) {
    if (name.startsWith('cancelled:')) givenBackCents += cents;
    if (!name.startsWith('told:order.')) continue;
    const type = name.slice('told:order.'.length);
    const known = told.get(type) ?? { count: 0, cents: 0 };
    told.set(type, { count: known.count + count, cents: known.cents + cents });
  }
  const count = (type: string): number => told.get(type)?.count ?? 0;
  const confirmedCents = told.get('confirmed')?.cents ?? 0;
  return {
    orders: count('placed'),
    orderedCents: told.get('placed')?.cents ?? 0,
    confirmed: count('confirmed'),
    delivered: count('delivered'),
    cancelled: count('cancelled'),
    failed: count('failed'),
    revenueCents: confirmedCents - givenBackCents,
    averageOrderCents: count('confirmed') === 0 ? 0 : Math.round(confirmedCents / count('confirmed')),
  };
}

/** Those of an area, without its name, added up; the most frequent first. */
function named(tallies: readonly TallySum[], area: string): readonly { name: string; count: number }[] {
  return [...countsOf(tallies)]
    .filter(([name]) => name.startsWith(area))
    .map(([name, count]) => ({ name: name.slice(area.length), count }))
    .sort((one, other) => other.count - one.count || (one.name < other.name ? -1 : 1));
}

function countsOf(tallies: readonly TallySum[]): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const { name, count } of tallies) counts.set(name, (counts.get(name) ?? 0) + count);
  return counts;
}

function sum(all: readonly { readonly count: number }[]): number {
  return all.reduce((total, { count }) => total + count, 0);
}
