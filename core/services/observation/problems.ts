import type { Asked, HealthReport, Problem } from './report.ts';
import type { KnownProcess } from './ports.ts';

/**
 * What an operator should look at, the worst first. Codes are those of the alert rules (docs/observability/alerts.yaml) where
 * there is one, and of the runbook in docs/operations.md.
 */
export type Seen = Pick<
  HealthReport,
  | 'services'
  | 'processes'
  | 'partitions'
  | 'queues'
  | 'deadLetters'
  | 'database'
  | 'transient'
  | 'routes'
  | 'failedOrders'
  | 'lines'
  | 'stockDifferences'
  | 'anomalies'
> & {
  /** Processes that leave partitions to newer builds. */
  readonly leftToNewer: readonly string[];
  readonly away: readonly { process: string; service: string; part: string; forMs: number }[];
  readonly told: Asked<readonly KnownProcess[]>;
};

/** Services without which orders stand still. */
const NEEDED = ['orders', 'inventory', 'payments', 'shipping', 'notifications'];
/** Frames in one partition's queue; the figure the platform is held to past a burst. */
const QUEUED_FRAMES_MAX = 500;
const UNCONFIRMED_ROWS_MAX = 500;
const LOOP_DELAY_MS_MAX = 250;
const DATABASE_LATENCY_MS_MAX = 250;
/** One in a hundred commits, or answers of a route, takes longer. */
const COMMIT_P99_MS_MAX = 250;
const ANSWER_P99_MS_MAX = 1_000;
/** A stream of updates is open for as long as somebody looks. */
const LIVE_ROUTE = '/api/live';
/** Of the last minute. */
const RETRIES_MAX = 60;
/** Below so many requests or commits a share of them says nothing. */
const REQUESTS_MIN = 20;
const FAILED_SHARE_MAX = 0.01;
/** Shorter interruptions mend themselves before anybody could look. */
const AWAY_MS_MIN = 1_000;
/** A turn that nobody uses lapses after two minutes, and an order is decided within less: some line moves in this time. */
const LINE_STILL_MS_MAX = 600_000;

export function findProblems(seen: Seen): readonly Problem[] {
  return [
    ...sharedParts(seen),
    ...processes(seen),
    ...services(seen),
    ...partitions(seen),
    ...deadLetters(seen),
    ...routes(seen),
    ...orders(seen),
    ...lines(seen),
    ...stock(seen),
    ...odd(seen),
  ].sort((one, other) => Number(other.level === 'error') - Number(one.level === 'error'));
}

function sharedParts({ database, transient, queues, told, away }: Seen): Problem[] {
  const problems: Problem[] = [];
  const add = (level: Problem['level'], code: string, text: string, link: string): void => {
    problems.push({ level, code, text, link });
  };
  if ('problem' in database || 'problem' in told) {
    const why = 'problem' in database ? database.problem : 'problem' in told ? told.problem : '';
    add('error', 'DatabaseAway', `The database does not answer: ${why}`, '#database');
  } else if (database.answer.latencyMs > DATABASE_LATENCY_MS_MAX) {
    const ms = Math.round(database.answer.latencyMs);
    add('warn', 'DatabaseSlow', `The database takes ${String(ms)} ms for a small question`, '#statements');
  }
  if ('problem' in queues)
    add('error', 'BrokerAway', `The broker does not answer: ${queues.problem}`, '#queues');
  if ('problem' in transient) {
    add('warn', 'TransientAway', `Carts and shared limits are away: ${transient.problem}`, '#database');
  }
  for (const { process, service, part, forMs } of away) {
    if (forMs < AWAY_MS_MIN) continue;
    const seconds = Math.round(forMs / 1_000);
    add(
      'error',
      'ServicePaused',
      `${service} in ${process} waits for ${part} since ${String(seconds)} s`,
      `/admin/events?type=paused&service=${service}`,
    );
  }
  return problems;
}

function processes({ processes: known, services: run }: Seen): Problem[] {
  const problems: Problem[] = [];
  for (const { id, state, silentMs, loopDelayMs, pool, brokerConnected } of known) {
    const add = (level: Problem['level'], code: string, text: string): void => {
      problems.push({ level, code, text, link: '#processes' });
    };
    if (state === 'silent') {
      add('error', 'ProcessSilent', `${id} has said nothing for ${String(Math.round(silentMs / 1_000))} s`);
    }
    if (state !== 'running') continue;
    if (!brokerConnected) add('error', 'BrokerAway', `${id} has no connection to the broker`);
    if (loopDelayMs > LOOP_DELAY_MS_MAX) {
      add(
        'warn',
        'EventLoopSlow',
        `${id} is too busy: its timers are ${String(Math.round(loopDelayMs))} ms late`,
      );
    }
    if (pool !== undefined && pool.waiting > pool.max) {
      add('warn', 'PoolExhausted', `${String(pool.waiting)} calls in ${id} wait for a database connection`);
    }
  }
  for (const needed of NEEDED) {
    if (known.length === 0 || run.some(({ service }) => service === needed)) continue;
    problems.push({
      level: 'error',
      code: 'ServiceMissing',
      text: `No process runs ${needed}`,
      link: '#processes',
    });
  }
  return problems;
}

/** Services whose commits are the database's alone; those of participants hold a call to the outside. */
const WITH_ACTORS: ReadonlySet<string> = new Set(['orders', 'inventory']);

function services({ services: all, leftToNewer }: Seen): Problem[] {
  const problems: Problem[] = [];
  const warn = (code: string, text: string, link: string): void => {
    problems.push({ level: 'warn', code, text, link });
  };
  for (const { service, unconfirmed, retried, commits } of all) {
    if (unconfirmed > UNCONFIRMED_ROWS_MAX) {
      warn('OutboxBacklog', `${String(unconfirmed)} outbox rows of ${service} have not arrived`, '#queues');
    }
    if (retried > RETRIES_MAX) {
      warn('RetriesHigh', `${service} tried ${String(retried)} messages again within a minute`, '#services');
    }
    const slow = commits.count >= REQUESTS_MIN && (commits.p99Ms ?? 0) > COMMIT_P99_MS_MAX;
    if (slow && WITH_ACTORS.has(service)) {
      warn('CommitsSlow', `Commits of ${service} take ${wholeMs(commits.p99Ms)} ms (p99)`, '#statements');
    }
  }
  if (leftToNewer.length > 0) {
    warn('LeftToNewerBuilds', `${leftToNewer.join(', ')} leaves partitions to newer builds`, '#processes');
  }
  return problems;
}

function partitions({ partitions: all, services }: Seen): Problem[] {
  const problems: Problem[] = [];
  for (const service of new Set(all.map((each) => each.service))) {
    const own = all.filter((each) => each.service === service);
    const free = own.filter(({ process }) => process === null);
    // Without any process that is the problem, and told as such.
    if (free.length > 0 && services.some((each) => each.service === service)) {
      problems.push({
        level: 'error',
        code: 'PartitionsUnowned',
        text: `Nobody owns partition ${names(free)} of ${service}`,
        link: `/admin/events?type=partitions.&service=${service}`,
      });
    }
    // What an operator has set at rest is behind on purpose.
    const behind = own.filter(({ queued, resting }) => !resting && (queued ?? 0) > QUEUED_FRAMES_MAX);
    if (behind.length > 0) {
      problems.push({
        level: 'warn',
        code: 'PartitionLag',
        text: `Partition ${names(behind)} of ${service} is behind`,
        link: '#partitions',
      });
    }
  }
  return problems;
}

function deadLetters({ deadLetters: waiting }: Seen): Problem[] {
  if (!('answer' in waiting)) return [];
  return waiting.answer
    .filter(({ letters }) => letters > 0)
    .map(({ service, letters }) => ({
      level: 'warn',
      code: 'DeadLetters',
      text: `${String(letters)} dead ${letters === 1 ? 'letter' : 'letters'} of ${service}`,
      link: `/admin/dead-letters?service=${service}`,
    }));
}

function routes({ routes: all }: Seen): Problem[] {
  const slow = all.filter(
    ({ route, count, p99Ms }) =>
      route !== LIVE_ROUTE && count >= REQUESTS_MIN && (p99Ms ?? 0) > ANSWER_P99_MS_MAX,
  );
  return [...failing(all), ...slow.map((each): Problem => slowRoute(each))];
}

function slowRoute({ method, route, p99Ms }: Seen['routes'][number]): Problem {
  const text = `${method} ${route} takes ${wholeMs(p99Ms)} ms (p99)`;
  return { level: 'warn', code: 'HttpSlow', text, link: '#statements' };
}

function failing(all: Seen['routes']): Problem[] {
  return all
    .filter(({ count, failedShare }) => count >= REQUESTS_MIN && failedShare > FAILED_SHARE_MAX)
    .map(({ method, route, failedShare }) => ({
      level: 'warn',
      code: 'HttpErrors',
      text: `${(failedShare * 100).toFixed(1)} % of ${method} ${route} fail`,
      link: '#routes',
    }));
}

function orders({ failedOrders }: Seen): Problem[] {
  if (!('answer' in failedOrders) || failedOrders.answer === '0') return [];
  const one = failedOrders.answer === '1';
  return [
    {
      level: 'warn',
      code: 'OrdersFailed',
      text: one ? 'One order needs a person' : `${failedOrders.answer} orders need a person`,
      link: '/admin/orders?status=failed',
    },
  ];
}

function lines({ lines: all }: Seen): Problem[] {
  if (!('answer' in all)) return [];
  return all.answer
    .filter(({ stillMs }) => stillMs > LINE_STILL_MS_MAX)
    .map(({ sku, waiting, stillMs }) => ({
      level: 'warn',
      code: 'FlashSaleStuck',
      text: `${String(waiting)} ${waiting === 1 ? 'shopper waits' : 'shoppers wait'} for ${sku}, without a turn for ${String(Math.floor(stillMs / 60_000))} min`,
      link: '#lines',
    }));
}

function stock({ stockDifferences: found }: Seen): Problem[] {
  if (!('answer' in found) || found.answer === 0) return [];
  const text =
    found.answer === 1
      ? 'One counter of the stock disagrees with the rows beside it'
      : `${String(found.answer)} counters of the stock disagree with the rows beside them`;
  return [{ level: 'error', code: 'StockDifferences', text, link: '/admin/inventory/reconciliation' }];
}

function odd({ anomalies }: Seen): Problem[] {
  return anomalies.map(({ text, state }) => ({
    level: 'warn',
    code: 'Anomaly',
    text,
    link: state === null ? '/admin/orders' : `/admin/sagas?state=${state}`,
  }));
}

function wholeMs(ms: number | null): string {
  return String(Math.round(ms ?? 0));
}

function names(all: readonly { readonly partition: number }[]): string {
  return all.map(({ partition }) => String(partition)).join(', ');
}
