import type { Anomaly } from './anomalies.ts';
import type { KnownProcess, NodeStatus } from './ports.ts';
import { findProblems } from './problems.ts';
import { quantileMs, RECENT_SECONDS, sumOf, type Times } from './recent-times.ts';
import type {
  HealthFacts,
  HealthReport,
  PartitionHealth,
  ProcessHealth,
  Quantiles,
  ServiceHealth,
} from './report.ts';

/** A process tells every two seconds; silent for longer than this, it hangs, is cut off or has crashed. */
export const SILENT_AFTER_MS = 7_000;
/** Somebody has noticed by then, or it was meant: a process that is gone is shown no longer. */
const GONE_AFTER_MS = 300_000;
const STATEMENTS_MAX = 15;

/** Puts the report together; pure. */
export function healthReport(facts: HealthFacts, nowMs: number): HealthReport {
  const known = 'answer' in facts.processes ? facts.processes.answer : [];
  const processes = known.filter(({ silentMs }) => silentMs < GONE_AFTER_MS);
  const running = processes.filter((each) => stateOf(each) === 'running');
  const parts = {
    services: servicesOf(running),
    processes: processes.map(({ nodes: _n, routes: _r, statements: _s, anomalies: _a, ...rest }) => ({
      ...rest,
      state: stateOf(rest),
    })),
    partitions: partitionsOf(facts.leases, running),
    queues: facts.queues,
    database: facts.database,
    transient: facts.transient,
    routes: grouped(
      running.flatMap(({ routes }) => routes),
      ({ method, route }) => `${method} ${route}`,
    ).map(({ first: { method, route }, times }) => ({ method, route, ...quantiles(times) })),
    statements: grouped(
      running.flatMap(({ statements }) => statements),
      ({ name }) => name,
    )
      .map(({ first: { name }, times }) => ({ name, sumMs: times.sumMs, ...quantiles(times) }))
      .sort((one, other) => other.sumMs - one.sumMs)
      .slice(0, STATEMENTS_MAX),
    slowStatements: facts.slowStatements,
    recentErrors: facts.recentErrors,
    deadLetters: lettersOf(facts.deadLetters),
    failedOrders: facts.failedOrders,
    lines: facts.lines,
    resting: facts.resting,
    stockDifferences: facts.stockDifferences,
    anomalies: anomaliesOf(running),
  };
  const problems = findProblems({
    ...parts,
    away: awayOf(running),
    leftToNewer: leftToNewerOf(running),
    told: facts.processes,
  });
  const status = problems.some(({ level }) => level === 'error')
    ? 'error'
    : problems.length > 0
      ? 'warn'
      : 'ok';
  return { at: new Date(nowMs).toISOString(), status, seconds: RECENT_SECONDS, problems, ...parts };
}

function stateOf({ stopped, silentMs }: Pick<KnownProcess, 'stopped' | 'silentMs'>): ProcessHealth['state'] {
  if (stopped) return 'stopped';
  return silentMs > SILENT_AFTER_MS ? 'silent' : 'running';
}

function servicesOf(running: readonly KnownProcess[]): readonly ServiceHealth[] {
  const byService = new Map<string, { processes: string[]; nodes: NodeStatus[] }>();
  for (const { id, services, nodes } of running) {
    for (const service of services) {
      const known = byService.get(service) ?? { processes: [], nodes: [] };
      byService.set(service, known);
      known.processes.push(id);
    }
    // A gateway has nodes of orders and inventory that only send: what they send counts, whoever runs the service.
    for (const node of nodes) byService.get(node.service)?.nodes.push(node);
  }
  return [...byService]
    .map(([service, { processes, nodes }]) => serviceOf(service, processes, nodes))
    .sort((one, other) => (one.service < other.service ? -1 : 1));
}

function serviceOf(
  service: string,
  processes: readonly string[],
  nodes: readonly NodeStatus[],
): ServiceHealth {
  const sum = (of: (node: NodeStatus) => number): number =>
    nodes.reduce((total, node) => total + of(node), 0);
  const commits = sumOf(nodes.map((node) => node.commits));
  const messages = sum((node) => node.messages);
  return {
    service,
    processes,
    partitions: sum((node) => node.partitions.length),
    messagesPerSecond: messages / RECENT_SECONDS,
    batchMessages: commits.count === 0 ? 0 : messages / commits.count,
    commits: quantiles(commits),
    backlog: sum((node) => node.backlog),
    unconfirmed: sum((node) => node.unconfirmed),
    retried: sum((node) => node.retried),
    buried: sum((node) => node.buried),
    again: sum((node) => node.again),
  };
}

function partitionsOf(
  leases: HealthFacts['leases'],
  running: readonly KnownProcess[],
): readonly PartitionHealth[] {
  if (!('answer' in leases)) return [];
  return [...leases.answer].flatMap(([service, rows]) =>
    rows.map(({ partition, owner, epoch, live }): PartitionHealth => {
      const process = live && owner !== null ? owner.slice(service.length + 1) : null;
      const node = running.find(({ id }) => id === process)?.nodes.find((each) => each.service === service);
      const held = node?.partitions.find((each) => each.partition === partition);
      const commits = node?.commits;
      return {
        service,
        partition,
        process,
        epoch,
        queued: held?.queued ?? null,
        resting: held?.resting ?? false,
        batchMessages:
          commits === undefined || commits.count === 0 ? 0 : (node?.messages ?? 0) / commits.count,
        commitP99Ms: commits === undefined ? null : quantileMs(commits, 0.99),
      };
    }),
  );
}

function lettersOf(deadLetters: HealthFacts['deadLetters']): HealthReport['deadLetters'] {
  if (!('answer' in deadLetters)) return deadLetters;
  return { answer: [...deadLetters.answer].map(([service, letters]) => ({ service, letters })) };
}

function awayOf(
  running: readonly KnownProcess[],
): readonly { process: string; service: string; part: string; forMs: number }[] {
  return running.flatMap(({ id, nodes }) =>
    nodes.flatMap(({ service, away }) => away.map((each) => ({ process: id, service, ...each }))),
  );
}

/** Processes that watch find the same; of each series the latest is told. */
function anomaliesOf(running: readonly KnownProcess[]): readonly Anomaly[] {
  const latest = new Map<string, Anomaly>();
  for (const anomaly of running.flatMap(({ anomalies = [] }) => anomalies)) {
    const known = latest.get(anomaly.series);
    if (known === undefined || known.at < anomaly.at) latest.set(anomaly.series, anomaly);
  }
  return [...latest.values()];
}

function leftToNewerOf(running: readonly KnownProcess[]): readonly string[] {
  return running
    .filter(({ nodes }) => nodes.some(({ leftToNewer }) => leftToNewer.length > 0))
    .map(({ id }) => id);
}

function grouped<Item extends { readonly times: Times }>(
  items: readonly Item[],
  keyOf: (item: Item) => string,
): readonly { readonly first: Item; readonly times: Times }[] {
  const groups = new Map<string, { first: Item; all: Times[] }>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group === undefined) groups.set(keyOf(item), { first: item, all: [item.times] });
    else group.all.push(item.times);
  }
  return [...groups.values()]
    .map(({ first, all }) => ({ first, times: sumOf(all) }))
    .sort((one, other) => other.times.count - one.times.count);
}

function quantiles(times: Times): Quantiles {
  return {
    count: times.count,
    perSecond: times.count / RECENT_SECONDS,
    failedShare: times.count === 0 ? 0 : times.failed / times.count,
    p50Ms: quantileMs(times, 0.5),
    p95Ms: quantileMs(times, 0.95),
    p99Ms: quantileMs(times, 0.99),
    maxMs: times.maxMs,
  };
}
