import type { Database } from '../../postgres/database.ts';
import { TcpProxy } from '../../network/tcp-proxy.ts';
import { checkAnswers, checkBooks } from './books.ts';
import { type Measured, runMeasuring } from './figures.ts';
import { startFleet } from './fleet.ts';
import { fillShelves } from './full-shelves.ts';
import { OutageCurve } from './outage-curve.ts';
import { awaitRest } from './rest.ts';
import { pause, say, Verdicts } from './run.ts';
import { enterShop, keepShopping, type Shop, shopInTurn, type Tally } from './shoppers.ts';
import { type Stage, withStage } from './stage.ts';

/**
 * `npm run drill:outage`: a gateway and two workers under a third of the load they can take, and RabbitMQ out of their
 * reach for a minute while the load goes on. What is measured: how long after its return everything is done that had
 * piled up.
 */
const PARTITIONS = 16;
const DRAINED_MS_MAX = 60_000;
const REST_MS_MAX = 180_000;
const SHOPPERS = 32;
const WARM_UP_MS = 5_000;
/** Load before the outage, to see what is usual. */
const STEADY_MS = 10_000;

interface Asked {
  /** Seconds for which capacity is measured. */
  readonly measure: number;
  /** Seconds for which RabbitMQ is out of reach. */
  readonly outage: number;
  /** Orders a second; 0: a third of what was measured. */
  readonly rate: number;
}

await runMeasuring(
  'outage',
  {
    measure: { min: 2, max: 600, fallback: 15 },
    outage: { min: 1, max: 3_600, fallback: 60 },
    rate: { min: 0, max: 10_000, fallback: 0 },
  },
  (asked) => withStage((stage) => drill(stage, asked)),
);

async function drill(stage: Stage, asked: Asked): Promise<Measured> {
  const { database } = stage;
  await fillShelves(database, PARTITIONS);
  const proxy = await TcpProxy.open(stage.urls.AMQP_URL);
  stage.defer(() => proxy.close());
  const throughProxy = { ...stage, urls: { ...stage.urls, AMQP_URL: proxy.url } };
  const { url } = await startFleet(throughProxy, { settings: { PARTITIONS: String(PARTITIONS) } });
  const shop = await enterShop(url);
  // A process that has just started is slow at everything it does for the first time.
  const first = await measureCapacity(database, shop, WARM_UP_MS);
  const capacity = await measureCapacity(database, shop, asked.measure * 1_000);
  const rate = asked.rate > 0 ? asked.rate : Math.max(1, Math.floor(capacity.perSecond / 3));
  say(`${rate} orders a second`);
  const shopping = keepShopping(shop, rate);
  const curve = new OutageCurve(stage, PARTITIONS, shopping.tally);
  await curve.follow('before', STEADY_MS);
  proxy.refuse(true);
  curve.away();
  await curve.follow('away', asked.outage * 1_000);
  proxy.refuse(false);
  const drainedMs = await curve.drain();
  const tally = await shopping.stop();
  report(tally);
  const rest = await awaitRest(database, REST_MS_MAX);
  say('unrest' in rest ? `not at rest: ${JSON.stringify(rest.unrest)}` : 'everything is at rest');
  const verdicts = new Verdicts();
  verdicts.check(
    `what piled up in ${asked.outage} s is done within ${DRAINED_MS_MAX} ms`,
    drainedMs < DRAINED_MS_MAX,
    `(${drainedMs.toFixed(0)} ms)`,
  );
  checkAnswers(tally, verdicts);
  const all = [first.tally, capacity.tally, tally];
  await checkBooks(
    database,
    {
      accepted: all.reduce((sum, { accepted }) => sum + accepted, 0),
      orderIds: new Set(all.flatMap(({ orderIds }) => [...orderIds])),
    },
    verdicts,
  );
  const { accepted, unavailable, unanswered, again, givenUp } = tally;
  return {
    verdicts,
    figures: {
      capacityPerSecond: capacity.perSecond,
      rate,
      drainedMs,
      requests: { accepted, unavailable, unanswered, again, givenUp },
      curve: curve.moments,
    },
  };
}

/**
 * As many orders as are taken in while shoppers come one after the other, by the time until the last of them is paid
 * for or cancelled: what the platform can do for as long as anybody likes.
 */
async function measureCapacity(
  database: Database,
  shop: Shop,
  forMs: number,
): Promise<{ readonly perSecond: number; readonly tally: Tally }> {
  const startedAt = performance.now();
  const tally = await shopInTurn(shop, SHOPPERS, forMs);
  const takenInMs = performance.now() - startedAt;
  while ((await undecided(database)) > 0) await pause(50);
  const decidedMs = performance.now() - startedAt;
  const perSecond = (tally.accepted * 1_000) / decidedMs;
  say(
    `capacity: ${perSecond.toFixed(0)} orders a second decided, ` +
      `${((tally.accepted * 1_000) / takenInMs).toFixed(0)} a second taken in (${tally.accepted} orders)`,
  );
  await awaitRest(database, REST_MS_MAX);
  return { perSecond, tally };
}

function report({ accepted, refused, unavailable, unanswered, again }: Tally): void {
  const no = [...refused].map(([status, count]) => `${count} × ${status}`).join(', ');
  say(
    `${accepted} accepted, refused: ${no === '' ? 'none' : no}; told to come back ${unavailable} times, ` +
      `without an answer ${unanswered} times, ${again} requests sent again`,
  );
}

async function undecided(database: Database): Promise<number> {
  const [row] = await database.query<{ orders: number }>(
    `select count(*) as orders from orders.orders where status in ('pending', 'awaiting_payment')`,
  );
  return row?.orders ?? 0;
}
