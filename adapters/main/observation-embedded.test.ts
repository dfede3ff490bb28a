import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { parse } from 'yaml';
import type { FunnelReport } from '../../core/services/analytics/funnel-ports.ts';
import type { BusinessMetrics, EventStats } from '../../core/services/analytics/ports.ts';
import type { HealthReport } from '../../core/services/observation/report.ts';
import type { EventPage } from '../../core/services/observation/ports.ts';
import { checkOrderTrace } from '../contracts/order-trace.ts';
import { ADMIN, FAST_ROAD, PLATFORM_SETTINGS } from '../contracts/platform-stage.ts';
import { startCollector } from '../otel/testing.ts';
import { Caller, wrongWith } from './observation-testing.ts';
import { startVisibly } from './platform-testing.ts';
import { eventually } from '../../core/kernel/testing-until.ts';

t.setTimeout(300_000);

t.test('what the embedded platform tells about itself', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'orrery-observation-'));
  const collector = await startCollector();
  const { platform, resources } = await startVisibly({
    ...PLATFORM_SETTINGS,
    ...FAST_ROAD,
    DATA_DIR: folder,
    OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
  });
  t.teardown(async () => {
    await platform.stop();
    await collector.close();
    await rm(folder, { recursive: true, force: true });
  });
  const caller = await Caller.signIn(platform.url ?? '', ADMIN);
  const live = caller.follow('admin:metrics');
  const delivered = await caller.buy('tok_ok');
  const declined = await caller.buy('tok_declined');
  await caller.until(delivered, 'delivered');
  await caller.until(declined, 'cancelled');

  await t.test('the books say what the log says', async (t) => {
    const metrics = await caller.get<BusinessMetrics>('/api/analytics/metrics');
    t.match(metrics.total, { orders: 2, confirmed: 1, delivered: 1, cancelled: 1, failed: 0 });
    t.match(metrics.cancelledBy, [{ reason: 'declined', count: 1 }]);
    t.equal(metrics.successRate, 0.5);
    t.equal(metrics.minutes.length, 60);
    t.same(metrics.lastHour, metrics.total);
    const { totalCents } = await caller.get<{ totalCents: number }>(`/api/orders/${delivered}`);
    t.equal(metrics.total.revenueCents, totalCents);
    const stats = await caller.get<EventStats>('/api/analytics/events/stats');
    const rows = await resources.database.query<{ type: string; total: number }>(
      `select type, count(*) as total from orders.actor_log group by type`,
    );
    t.same(
      new Map(stats.types.map(({ type, total }) => [type, total])),
      new Map(rows.map(({ type, total }) => [type, total])),
    );
    t.equal(
      stats.total,
      stats.types.reduce((sum, { total }) => sum + total, 0),
    );
    const recent = await caller.get<{ items: { id: string }[] }>('/api/analytics/orders/recent?limit=1');
    t.same(
      recent.items.map(({ id }) => id),
      [declined],
    );
  });

  await t.test('and tell it live', async (t) => {
    await eventually(() => {
      const told = live.updates.at(-1)?.data as BusinessMetrics | undefined;
      return Promise.resolve(told?.total.delivered === 1 && told.total.cancelled === 1);
    });
    t.match(live.updates[0], { topic: 'admin:metrics', type: 'metrics' });
  });

  await t.test('the health report knows all parts, and nothing is wrong', async (t) => {
    await eventually(async () => {
      const { services } = await caller.get<HealthReport>('/api/ops/health');
      return (services.find(({ service }) => service === 'orders')?.commits.count ?? 0) > 0;
    });
    const report = await caller.get<HealthReport>('/api/ops/health');
    t.same(wrongWith(report), []);
    t.match(report.processes, [{ brokerConnected: true, stopped: false }]);
    t.equal(report.partitions.length, 32);
    t.ok(report.partitions.every(({ process }) => process === report.processes[0]?.id));
    t.match(report.queues, { answer: { source: 'embedded' } });
    t.match(report.database, { answer: { connectionsMax: Number } });
    t.ok(report.routes.some(({ route, p99Ms }) => route === '/api/orders/checkout' && (p99Ms ?? 0) > 0));
    t.ok(report.statements.length > 0, 'statements by the time they took, whichever those are');
    for (const { name, count } of report.statements) t.ok(name !== '' && count > 0, `${name} was counted`);
  });

  await t.test('events are one list by time, narrowed and paged', async (t) => {
    const ofOrder = await caller.get<EventPage>(`/api/ops/events?order=${delivered}&limit=200`);
    t.match(ofOrder.items.at(-1), { type: 'order.placed', source: 'saga', text: 'pending' });
    t.equal(ofOrder.items[0]?.type, 'shipping.delivered');
    const started = await caller.get<EventPage>('/api/ops/events?type=process.&source=platform');
    t.match(started.items, [{ type: 'process.started', level: 'info' }]);
    const pages: string[] = [];
    let cursor: string | null = null;
    do {
      const more: string = cursor === null ? '' : `&cursor=${cursor}`;
      const page: EventPage = await caller.get<EventPage>(`/api/ops/events?limit=7${more}`);
      pages.push(...page.items.map(({ at, id }) => `${at} ${id}`));
      cursor = page.nextCursor;
    } while (cursor !== null);
    t.same(pages, [...pages].sort().reverse(), 'the newest first');
    t.equal(new Set(pages).size, pages.length, 'each once');
    const [logged] = await resources.database.query<{ n: number }>(
      'select count(*) as n from orders.actor_log',
    );
    const [told] = await resources.database.query<{ n: number }>('select count(*) as n from ops.event');
    t.equal(pages.length, Number(logged?.n) + Number(told?.n), 'none is missing');
    t.equal((await caller.fetch('/api/ops/events?cursor=nonsense')).status, 400);
    t.equal((await caller.fetch('/api/ops/events?from=2026-02-01&to=2026-01-01')).status, 400);
    const shopper = await Caller.register(platform.url ?? '');
    for (const path of ['/api/ops/health', '/api/ops/events', '/api/analytics/metrics']) {
      t.equal((await shopper.fetch(path)).status, 403, path);
    }
  });

  await t.test('the way from looks to orders is told for days that make sense', async (t) => {
    const funnel = '/api/analytics/funnel';
    const wrong = {
      from: ['2026-02-30', 'yesterday', '0000-01-01'],
      to: ['', '2026-1-1'],
      sort: ['name'],
      limit: ['0', '101', 'x'],
    };
    for (const [path, values] of Object.entries(wrong)) {
      for (const value of values) {
        const answer = await caller.fetch(`${funnel}?${path}=${value}`);
        t.equal(answer.status, 400, `${path}=${value}`);
        t.match(await answer.json(), { errors: [{ path }] });
      }
    }
    t.match(await (await caller.fetch(`${funnel}?from=2026-02-02&to=2026-02-01`)).json(), {
      errors: [{ path: 'from', message: 'must not be after to' }],
    });
    const nothing = { viewed: 0, added: 0, ordered: 0, viewToCart: null, cartToOrder: null };
    t.same(await caller.get<unknown>(`${funnel}?to=2026-02-07`), {
      from: '2026-02-01',
      to: '2026-02-07',
      totals: nothing,
      items: [],
    });
    const today = await caller.get<FunnelReport>(funnel);
    t.match(
      today.totals,
      { ordered: 1, cartToOrder: null },
      'two orders of one shopper, of the same product',
    );
  });

  await t.test(
    'every metric that dashboards and alerts name is there, and every alert is in the runbook',
    async (t) => {
      const text = await (await caller.fetch('/metrics')).text();
      const there = new Set<string>();
      for (const [, name = '', kind] of text.matchAll(/^# TYPE (\S+) (\S+)$/gm)) {
        there.add(name);
        if (kind === 'histogram') for (const part of ['bucket', 'sum', 'count']) there.add(`${name}_${part}`);
      }
      const dashboard = await readFile('docs/observability/grafana-orrery.json', 'utf8');
      const rules = await readFile('docs/observability/alerts.yaml', 'utf8');
      const { groups } = parse(rules) as {
        groups: { rules: { alert: string; expr: string; annotations: { runbook_url: string } }[] }[];
      };
      const alerts = groups.flatMap((group) => group.rules);
      const { panels } = JSON.parse(dashboard) as { panels: { targets?: { expr: string }[] }[] };
      const expressions = [
        ...alerts.map(({ expr }) => expr),
        ...panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
      ];
      const named = new Set(
        expressions.flatMap((each) => each.match(/\b(?:orrery|http|nodejs|process|live)_\w+/g) ?? []),
      );
      t.ok(named.size > 25);
      for (const name of named) t.ok(there.has(name), `${name} is told`);
      const runbook = await readFile('docs/operations.md', 'utf8');
      for (const { alert, annotations } of alerts) {
        t.equal(annotations.runbook_url, `docs/operations.md#${alert.toLowerCase()}`);
        t.match(runbook, new RegExp(`^### ${alert}$`, 'm'), `${alert} has an entry`);
      }
      t.match(
        text,
        /orrery_saga_transitions_total\{kind="order",from="shipped\.underWay",to="delivered"\} 1/,
      );
      t.notMatch(text, new RegExp(delivered), 'no id is a label');
    },
  );

  await t.test('the trace of an order', async (t) => {
    live.close();
    await platform.stop();
    const story = checkOrderTrace(t, collector.spans, delivered);
    t.ok(
      story.some(({ name }) => name === 'process shipping.delivered'),
      'which goes on with the parcel',
    );
    t.ok(story.every(({ attributes }) => attributes['messaging.message.conversation_id'] !== declined));
  });
});
