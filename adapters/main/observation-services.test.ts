import t from 'tap';
import type { HealthReport } from '../../core/services/observation/report.ts';
import { checkOrderTrace } from '../contracts/order-trace.ts';
import { ADMIN, FAST_ROAD, PLATFORM_SETTINGS } from '../contracts/platform-stage.ts';
import { startCollector } from '../otel/testing.ts';
import { withTestDatabase } from '../postgres/testing.ts';
import { withTestVhost } from '../rabbitmq/testing.ts';
import { Caller, wrongWith } from './observation-testing.ts';
import { startVisibly, type VisiblePlatform } from './platform-testing.ts';
import { platformTopology } from './topology.ts';
import { eventually } from '../../core/kernel/testing-until.ts';

t.setTimeout(300_000);

const GATEWAY = 'gateway,accounts,catalog,carts';
const WORKER = 'orders,inventory,payments,shipping,notifications,analytics,intelligence';

t.test('a gateway and a worker on Postgres and RabbitMQ', (t) =>
  withTestDatabase(t, (_db, databaseUrl) =>
    withTestVhost(
      t,
      async (amqpUrl) => {
        const collector = await startCollector();
        const started: VisiblePlatform[] = [];
        const stop = (): Promise<unknown> =>
          Promise.all(started.splice(0).map(({ platform }) => platform.stop()));
        const settings = {
          ...PLATFORM_SETTINGS,
          ...FAST_ROAD,
          DATABASE_URL: databaseUrl,
          AMQP_URL: amqpUrl,
          OTEL_EXPORTER_OTLP_ENDPOINT: collector.url,
        };
        try {
          started.push(await startVisibly({ ...settings, SERVICES: WORKER }));
          started.push(await startVisibly({ ...settings, SERVICES: GATEWAY }));
          const caller = await Caller.signIn(started[1]?.platform.url ?? '', ADMIN);
          const orderId = await caller.buy('tok_ok');
          await caller.until(orderId, 'delivered');

          await eventually(async () => {
            const { services } = await caller.get<HealthReport>('/api/ops/health');
            return (services.find(({ service }) => service === 'orders')?.commits.count ?? 0) > 0;
          });
          const report = await caller.get<HealthReport>('/api/ops/health');
          t.same(wrongWith(report), [], 'nothing is wrong');
          const [worker, gateway] = report.processes;
          t.match(worker, { services: WORKER.split(','), pool: { max: 10 } }, 'the gateway tells of both');
          t.match(gateway, { services: GATEWAY.split(',') });
          t.ok(report.partitions.every(({ process, epoch }) => process === worker?.id && epoch >= 1));
          t.match(report.queues, { answer: { source: 'amqp' } });
          const queues = 'answer' in report.queues ? report.queues.answer.queues : [];
          t.match(
            queues.find(({ name }) => name === 'orders.p00'),
            { ready: 0, consumers: 1 },
          );

          await stop();
          const story = checkOrderTrace(t, collector.spans, orderId);
          t.equal(new Set(story.map(({ process }) => process)).size, 2, 'told by both processes');
        } finally {
          await stop();
          await collector.close();
        }
      },
      platformTopology(16),
    ),
  ),
);
