import t from 'tap';
import { streamOf } from '../../kernel/seeded-random.ts';
import { type Anomaly, AnomalyWatch, type CountedMinute, SERIES } from './anomalies.ts';

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;
const START = Date.parse('2026-03-02T00:00:00Z');

/** Minutes that orders stay in a state: in most states seconds. */
const PAYMENT_MINUTES = 0.05;

interface Disturbed {
  readonly storm?: (minute: number) => boolean;
  readonly silence?: (minute: number) => boolean;
  /** Payments are not answered; they are all at once thereafter. */
  readonly stuck?: (minute: number) => boolean;
}

/** A shop of about `level` orders a minute that sells by day, with a share of declined cards. `storm` multiplies that share. */
function minutesOf(seed: number, days: number, disturbed: Disturbed = {}, level = 20): CountedMinute[] {
  const random = streamOf(seed, 'shop');
  const poisson = (mean: number): number => {
    let count = 0;
    for (let product = random(); product > Math.exp(-mean); product *= random()) count += 1;
    return count;
  };
  let paying = 0;
  return Array.from({ length: days * DAY_MINUTES }, (_, minute) => {
    const mean = level * (1 + 0.75 * Math.sin((2 * Math.PI * minute) / DAY_MINUTES));
    const placed = disturbed.silence?.(minute) === true ? 0 : poisson(mean);
    const share = disturbed.storm?.(minute) === true ? 0.8 : 0.05;
    const stay = disturbed.stuck?.(minute) === true ? 1 : PAYMENT_MINUTES;
    const standing = Array.from({ length: paying + placed }, random).filter((draw) => draw < stay).length;
    const left = paying + placed - standing;
    paying = standing;
    const declined = Array.from({ length: left }, random).filter((draw) => draw < share).length;
    const of = (count: number) => ({ count, cents: count * 4_000 });
    return {
      minuteMs: START + minute * MINUTE_MS,
      counts: new Map([
        ['told:order.placed', of(placed)],
        ['told:order.confirmed', of(left - declined)],
        ['told:order.cancelled', of(declined)],
        ['handled:payment.failed', of(declined)],
      ]),
      states: new Map([
        ['awaitingPayment', { standing, left }],
        ['pending', { standing: poisson(0.02 * mean), left: placed }],
      ]),
    };
  });
}

function alarmsOf(minutes: readonly CountedMinute[]): { index: number; anomaly: Anomaly }[] {
  const watch = new AnomalyWatch();
  return minutes.flatMap((minute, index) => watch.next(minute).map((anomaly) => ({ index, anomaly })));
}

t.test('ordinary fortnights of a busy and of a quiet shop raise next to no alarm', (t) => {
  const alarms = [minutesOf(1, 14), minutesOf(2, 14, {}, 2)].flatMap(alarmsOf);
  t.comment(`${String(alarms.length)} alarms in 28 days of ${String(SERIES.length)} series`);
  t.ok(alarms.length <= 2, JSON.stringify(alarms));
  t.end();
});

t.test(
  'a storm of declined cards is told within five minutes, with the state it concerns, and then no longer',
  (t) => {
    const begins = 3 * DAY_MINUTES + 600;
    const watch = new AnomalyWatch();
    const found = [];
    for (const [index, minute] of minutesOf(3, 4, {
      storm: (at) => at >= begins && at < begins + 20,
    }).entries()) {
      found.push(...watch.next(minute).map((anomaly) => ({ index, anomaly })));
    }
    t.ok(
      found.every(({ index }) => index >= begins),
      'nothing was odd before',
    );
    const [first] = found.filter(({ anomaly }) => anomaly.series === 'payments-declined');
    t.ok(first !== undefined && first.index < begins + 5, JSON.stringify(first));
    t.match(first?.anomaly, {
      state: 'awaitingPayment',
      text: /payments declined in the minute from \d\d:\d\d UTC/,
    });
    const atMs = START + (first?.index ?? 0) * MINUTE_MS;
    t.ok(watch.current(atMs).some(({ series }) => series === 'payments-declined'));
    t.same(watch.current(atMs + 86_400_000), []);
    t.end();
  },
);

t.test('orders that stop coming are told', (t) => {
  const begins = 3 * DAY_MINUTES + 300;
  const watch = new AnomalyWatch();
  const series = new Set(
    minutesOf(4, 4, { silence: (at) => at >= begins && at < begins + 30 })
      .flatMap((minute) => (minute.minuteMs < START + (begins + 15) * MINUTE_MS ? watch.next(minute) : []))
      .map((anomaly) => anomaly.series),
  );
  t.ok(series.has('orders'), [...series].join());
  t.end();
});

t.test(
  'at a tenth of that load, and at the quietest hour of the day, orders that stop coming are told within the hour',
  (t) => {
    const begins = 4 * DAY_MINUTES + 1_080;
    for (const [level, minute] of [
      [2, begins - 720],
      [8, begins],
    ] as const) {
      const silence = (at: number) => at >= minute && at < minute + 120;
      const found = alarmsOf(minutesOf(5, 5, { silence }, level)).filter(({ index }) => index >= minute);
      const [first] = found.filter(({ anomaly }) => anomaly.series.startsWith('orders'));
      t.ok(first !== undefined && first.index < minute + 60, `${String(level)}: ${JSON.stringify(first)}`);
    }
    t.end();
  },
);

t.test(
  'orders that stand still are told with their state, though nothing else is counted differently',
  (t) => {
    const begins = 3 * DAY_MINUTES + 600;
    const stuck = (at: number) => at >= begins && at < begins + 45;
    const found = alarmsOf(minutesOf(6, 4, { stuck }));
    t.ok(
      found.every(({ index }) => index >= begins),
      'nothing was odd before',
    );
    const first = found.find(({ anomaly }) => anomaly.series === 'stay-awaitingPayment');
    t.ok(first !== undefined && first.index < begins + 30, JSON.stringify(first));
    t.match(first?.anomaly, {
      state: 'awaitingPayment',
      text: /seconds an order in awaitingPayment in the quarter of an hour from/,
    });
    t.end();
  },
);

t.test(
  'a state that was always left at once is told though it begins to hold orders at the end of a quarter',
  (t) => {
    const begins = 3 * DAY_MINUTES + 613;
    const minutes = Array.from({ length: begins + 60 }, (_, index): CountedMinute => {
      const held = Math.max(0, index - begins) * 30;
      const states = new Map([['pending', { standing: held, left: held > 0 ? 0 : 30 }]]);
      return { minuteMs: START + index * MINUTE_MS, counts: new Map(), states };
    });
    const [first] = alarmsOf(minutes);
    t.match(first?.anomaly, { series: 'stay-pending', state: 'pending' });
    t.ok(first !== undefined && first.index < begins + 20, JSON.stringify(first));
    t.end();
  },
);
