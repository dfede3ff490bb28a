import t from 'tap';
import { healthReport } from './health.ts';
import type { HealthFacts } from './report.ts';
import type { KnownProcess } from './ports.ts';
import { NO_TIMES, RecentTimes, sumOf } from './recent-times.ts';

const commits = new RecentTimes();
for (let commit = 0; commit < 6; commit += 1) commits.add(0, 4);

function worker(id: string, more: Partial<KnownProcess> = {}): KnownProcess {
  const node = {
    service: 'orders',
    partitions: [{ partition: 0, epoch: 3, queued: 2 }],
    leftToNewer: [],
    backlog: 0,
    unconfirmed: 0,
    messages: 60,
    commits: commits.read(0),
    retried: 0,
    buried: 0,
    again: 0,
    away: [],
  };
  return {
    id,
    host: 'h',
    pid: 1,
    build: '1.0.0',
    services: ['orders', 'inventory', 'payments', 'shipping', 'notifications'],
    startedAt: '2026-01-01T00:00:00.000Z',
    memoryBytes: 1,
    heapBytes: 1,
    cpu: 0,
    loopDelayMs: 1,
    brokerConnected: true,
    nodes: [node],
    routes: [],
    statements: [],
    silentMs: 500,
    stopped: false,
    ...more,
  };
}

function facts(more: Partial<HealthFacts> = {}): HealthFacts {
  return {
    processes: { answer: [worker('w1')] },
    leases: { answer: new Map([['orders', [{ partition: 0, owner: 'orders-w1', epoch: 3, live: true }]]]) },
    queues: { answer: { source: 'amqp', queues: [] } },
    database: { answer: { latencyMs: 1, bytes: 1, connections: 1, connectionsMax: 100, version: '16' } },
    transient: { answer: { latencyMs: 1 } },
    slowStatements: { answer: undefined },
    recentErrors: { answer: [] },
    deadLetters: { answer: new Map([['orders', 0]]) },
    failedOrders: { answer: '0' },
    lines: { answer: [] },
    resting: { answer: [] },
    stockDifferences: { answer: 0 },
    ...more,
  };
}

const codes = (more: Partial<HealthFacts>): string[] =>
  healthReport(facts(more), 0).problems.map(({ code }) => code);

t.test('what several processes found odd is told once, with the state it concerns', (t) => {
  const odd = (at: string) => ({
    series: 'payments-declined',
    text: '60 payments declined',
    at,
    value: 60,
    expected: 2,
    state: 'awaitingPayment',
  });
  const processes = {
    answer: [worker('w1', { anomalies: [odd('a')] }), worker('w2', { anomalies: [odd('b')] })],
  };
  const report = healthReport(facts({ processes }), 0);
  t.match(report.anomalies, [{ at: 'b' }]);
  t.match(report.problems, [{ level: 'warn', code: 'Anomaly', link: '/admin/sagas?state=awaitingPayment' }]);
  t.equal(report.status, 'warn');
  t.end();
});

t.test('a healthy platform has no problem, and its parts add up', (t) => {
  const report = healthReport(facts({ processes: { answer: [worker('w1'), worker('w2')] } }), 0);
  t.match(report, { status: 'ok', problems: [] });
  t.match(
    report.services.find(({ service }) => service === 'orders'),
    {
      processes: ['w1', 'w2'],
      messagesPerSecond: 2,
      batchMessages: 10,
      commits: { count: 12, maxMs: 4 },
    },
  );
  t.match(report.partitions, [{ service: 'orders', partition: 0, process: 'w1', epoch: 3, queued: 2 }]);
  t.end();
});

t.test('each thing that is wrong is named, with the way to where it is mended', (t) => {
  t.same(codes({ processes: { answer: [worker('w1'), worker('w2', { silentMs: 8_000 })] } }), [
    'ProcessSilent',
  ]);
  t.same(
    codes({ processes: { answer: [worker('w1'), worker('w2', { silentMs: 400_000 })] } }),
    [],
    'somebody has noticed by then',
  );
  t.same(
    codes({ processes: { answer: [worker('w1'), worker('w2', { stopped: true, silentMs: 9_000 })] } }),
    [],
  );
  t.same(
    codes({ processes: { answer: [worker('w1', { services: ['orders', 'inventory', 'shipping'] })] } }),
    ['ServiceMissing', 'ServiceMissing'],
  );
  t.same(
    codes({
      leases: {
        answer: new Map([['orders', [{ partition: 0, owner: 'orders-w1', epoch: 3, live: false }]]]),
      },
    }),
    ['PartitionsUnowned'],
  );
  t.same(codes({ deadLetters: { answer: new Map([['payments', 2]]) } }), ['DeadLetters']);
  t.same(codes({ failedOrders: { answer: '1' } }), ['OrdersFailed']);
  t.same(codes({ transient: { problem: 'gone' } }), ['TransientAway']);
  const line = {
    saleId: 's1',
    sku: 'MUG',
    units: 10,
    sold: 3,
    waiting: 40,
    headAgeMs: 700_000,
    openTurns: 0,
    turnsPerSecond: 0,
  };
  t.same(
    codes({ lines: { answer: [{ ...line, stillMs: 590_000 }] } }),
    [],
    'turns lapse, and orders are decided',
  );
  t.same(codes({ lines: { answer: [{ ...line, stillMs: 610_000 }] } }), ['FlashSaleStuck']);
  const times = { ...NO_TIMES, count: 100, failed: 2 };
  t.same(
    codes({
      processes: { answer: [worker('w1', { routes: [{ method: 'GET', route: '/api/cart', times }] })] },
    }),
    ['HttpErrors'],
  );
  t.same(codes({ stockDifferences: { answer: 2 } }), ['StockDifferences']);
  t.same(codes({ resting: { answer: ['payments'] } }), [], 'what rests on purpose is no problem');
  const [node] = worker('w1').nodes;
  if (node === undefined) throw new Error('a worker has a node');
  const told = (change: Partial<typeof node>) =>
    codes({ processes: { answer: [worker('w1', { nodes: [{ ...node, ...change }] })] } });
  t.same(told({ unconfirmed: 501 }), ['OutboxBacklog']);
  t.same(told({ retried: 61 }), ['RetriesHigh']);
  t.same(told({ leftToNewer: [3] }), ['LeftToNewerBuilds']);
  const slow = new RecentTimes();
  for (let commit = 0; commit < 20; commit += 1) slow.add(0, 400);
  t.same(told({ commits: slow.read(0) }), ['CommitsSlow']);
  t.same(told({ service: 'payments', commits: slow.read(0) }), [], 'a call to the outside may take its time');
  const late = { ...sumOf([slow.read(0)]), maxMs: 2_000, buckets: NO_TIMES.buckets.with(-1, 20) };
  const routes = (route: string) =>
    codes({ processes: { answer: [worker('w1', { routes: [{ method: 'GET', route, times: late }] })] } });
  t.same(routes('/api/cart'), ['HttpSlow']);
  t.same(routes('/api/live'), []);
  const { problems, status } = healthReport(
    facts({ database: { problem: 'no answer' }, deadLetters: { answer: new Map([['orders', 1]]) } }),
    0,
  );
  t.equal(status, 'error');
  t.same(
    problems.map(({ code, link }) => [code, link]),
    [
      ['DatabaseAway', '#database'],
      ['DeadLetters', '/admin/dead-letters?service=orders'],
    ],
    'the worst first',
  );
  t.end();
});
