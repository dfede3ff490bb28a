import type { Notice } from '../../engine/notices.ts';
import type { NodeFacts } from '../../engine/service-node.ts';
import type { Clock } from '../../kernel/clock.ts';
import type { NodeStatus, RouteTimes, StatementTimes } from './ports.ts';
import { RecentTimes } from './recent-times.ts';

/** Statements told of; the rest took less time in sum. */
const STATEMENTS_MAX = 20;
/** Routes and statements are named by code, so they are few; this keeps a mistake from growing without end. */
const NAMES_MAX = 500;

/**
 * Owns: what this process saw in the last minute: requests, commits, statements, mishaps.
 * Does not own: counters for Prometheus, events, how often it is told.
 */
export class ProcessWatch {
  readonly #clock: Pick<Clock, 'now'>;
  readonly #routes = new Map<string, { method: string; route: string; times: RecentTimes }>();
  readonly #statements = new Map<string, RecentTimes>();
  readonly #services = new Map<string, ServiceWatch>();

  constructor(clock: Pick<Clock, 'now'>) {
    this.#clock = clock;
  }

  request(method: string, route: string, status: number, tookMs: number): void {
    const key = `${method} ${route}`;
    let known = this.#routes.get(key);
    if (known === undefined) {
      if (this.#routes.size >= NAMES_MAX) return;
      known = { method, route, times: new RecentTimes() };
      this.#routes.set(key, known);
    }
    known.times.add(this.#clock.now(), tookMs, status >= 500);
  }

  statement(name: string, tookMs: number, failed: boolean): void {
    let times = this.#statements.get(name);
    if (times === undefined) {
      if (this.#statements.size >= NAMES_MAX) return;
      times = new RecentTimes();
      this.#statements.set(name, times);
    }
    times.add(this.#clock.now(), tookMs, failed);
  }

  committed(service: string, facts: { readonly messages: number; readonly commitMs: number }): void {
    const now = this.#clock.now();
    const watch = this.#service(service);
    watch.commits.add(now, facts.commitMs);
    // The sum of these "times" is the number of messages.
    watch.batches.add(now, facts.messages);
  }

  /** Of a participant: what a commit is to the others, a message with its call is here. */
  handled(service: string, tookMs: number): void {
    this.committed(service, { messages: 1, commitMs: tookMs });
  }

  noticed(service: string, notice: Notice): void {
    const now = this.#clock.now();
    const watch = this.#service(service);
    if (notice.type === 'message.retried') watch.retried.add(now, 0);
    if (notice.type === 'message.buried') watch.buried.add(now, 0);
    if (notice.type === 'decided.again') watch.again.add(now, 0);
  }

  node(service: string, facts: NodeFacts): NodeStatus {
    const now = this.#clock.now();
    const watch = this.#service(service);
    return {
      service,
      partitions: facts.partitions.map(({ partition, epoch }) => ({
        partition,
        epoch,
        queued: facts.queued.get(partition) ?? 0,
        ...(facts.resting.includes(partition) ? { resting: true } : {}),
      })),
      leftToNewer: facts.leftToNewer,
      backlog: facts.ownBacklog,
      unconfirmed: facts.unconfirmed,
      messages: watch.batches.read(now).sumMs,
      commits: watch.commits.read(now),
      retried: watch.retried.read(now).count,
      buried: watch.buried.read(now).count,
      again: watch.again.read(now).count,
      away: facts.away,
    };
  }

  /** Those with requests in the last minute. */
  routes(): readonly RouteTimes[] {
    const now = this.#clock.now();
    return [...this.#routes.values()]
      .map(({ method, route, times }) => ({ method, route, times: times.read(now) }))
      .filter(({ times }) => times.count > 0);
  }

  statements(): readonly StatementTimes[] {
    const now = this.#clock.now();
    return [...this.#statements]
      .map(([name, times]) => ({ name, times: times.read(now) }))
      .filter(({ times }) => times.count > 0)
      .sort((one, other) => other.times.sumMs - one.times.sumMs)
      .slice(0, STATEMENTS_MAX);
  }

  #service(service: string): ServiceWatch {
    let watch = this.#services.get(service);
    if (watch === undefined) {
      watch = new ServiceWatch();
      this.#services.set(service, watch);
    }
    return watch;
  }
}

class ServiceWatch {
  readonly commits = new RecentTimes();
  readonly batches = new RecentTimes();
  readonly retried = new RecentTimes();
  readonly buried = new RecentTimes();
  readonly again = new RecentTimes();
}
