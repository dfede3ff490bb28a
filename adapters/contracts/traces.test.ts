import { InMemorySpanExporter, type ReadableSpan } from '@opentelemetry/sdk-trace-base';
import t from 'tap';
import { addMessage } from '../../core/engine/testing/counter.ts';
import { microBatch } from '../../core/engine/micro-batch.ts';
import type { Message } from '../../core/kernel/message.ts';
import { tellingWishes } from '../../core/services/orders/story.ts';
import { openTracing } from '../otel/tracing.ts';
import { onEmbedded, worldTests } from './engine-stacks.ts';
import { fresh } from './engine-world.ts';
import { until } from '../../core/kernel/testing-until.ts';

/** Traces that end in this test. */
function collect() {
  const exporter = new InMemorySpanExporter();
  const tracing = openTracing({
    endpoint: 'http://127.0.0.1:1',
    instance: 'test',
    environment: {},
    exporter,
  });
  const named = (name: string): readonly ReadableSpan[] =>
    exporter.getFinishedSpans().filter((span) => span.name === name);
  return { tracing, named, close: () => tracing.close() };
}

const contextOf = (span: ReadableSpan | undefined): string => {
  const { traceId, spanId } = span?.spanContext() ?? { traceId: '', spanId: '' };
  return `00-${traceId}-${spanId}-01`;
};

const world = worldTests(t, onEmbedded);

await world('a time-out goes on with the story of the message that armed it', async (t, world) => {
  const { tracing, named, close } = collect();
  t.teardown(close);
  await world.listeners();
  const first = await world.counters({ tracing });
  const begun = tracing.begin({ kind: 'server', name: 'somebody asks', parent: undefined, attributes: {} });
  const armed = { ...fresh(addMessage('a', { add: 1, alarmMs: 600 })), correlationId: 'a' };
  await world.send([
    { ...armed, traceparent: begun?.traceparent ?? '' },
    fresh(addMessage('b', { add: 1, alarmMs: 600 })),
  ]);
  begun?.end();
  await until('armed', () => world.heard.length === 2);
  // It is stored with the timer: another process goes on with it.
  await first.stop();
  await world.counters({ tracing });
  await until('fired', () => named('process engine.timer.fired').length > 0);
  await until('both fired', async () => {
    const rows = await world.db.query("select 1 from counters.actor_log where message_id like '%/timer/%'");
    return rows.length === 2;
  });
  const fires = named('process engine.timer.fired');
  t.equal(fires.length, 1, 'a time-out of no story is no story');
  const [fired] = fires;
  const [added] = named('process counter.add');
  t.equal(fired?.parentSpanContext?.spanId, added?.spanContext().spanId, 'below the step that armed it');
  t.equal(fired?.spanContext().traceId, named('somebody asks')[0]?.spanContext().traceId);
  t.match(fired?.attributes, { 'orrery.message.subject': 'a', 'messaging.message.conversation_id': 'a' });
  const [row] = await world.db.query<{ readonly traceparent: string }>(
    `select detail ->> 'traceparent' as traceparent from counters.actor_log
       where id = 'a' and message_id like '%/timer/%'`,
  );
  t.equal(row?.traceparent, contextOf(fired), 'and the log says so');
});

await t.test('what people ask of an order is told in its story', async (t) => {
  const { tracing, named, close } = collect();
  t.teardown(close);
  const begun = (name: string): string => {
    const span = tracing.begin({ kind: 'server', name, parent: undefined, attributes: {} });
    span?.end();
    return span?.traceparent ?? '';
  };
  const checkout = begun('checkout');
  const request = begun('request of an operator');
  const sent: Message[] = [];
  let lookUps = 0;
  const send = tellingWishes(
    (message) => {
      sent.push(message);
      return message.subject === 'refused'
        ? Promise.reject(new Error('the store is away'))
        : Promise.resolve();
    },
    {
      tracing,
      microBatch,
      storiesOf: (ids) => {
        lookUps += 1;
        if (ids.includes('lost')) return Promise.reject(new Error('the store is away'));
        return Promise.resolve(new Map(ids.includes('o1') ? [['o1', checkout]] : []));
      },
    },
  );
  const wish = (orderId: string, more: Partial<Message> = {}): Message => ({
    ...addMessage(orderId, { add: 1 }, { type: 'order.cancel.requested' }),
    correlationId: orderId,
    ...more,
  });

  await send(wish('o1', { traceparent: request }));
  const [told] = named('ask order.cancel.requested');
  t.equal(told?.spanContext().traceId, checkout.slice(3, 35), 'in the trace of the order');
  t.equal(told?.parentSpanContext?.spanId, checkout.slice(36, 52));
  t.same(
    told?.links.map(({ context }) => `${context.traceId}-${context.spanId}`),
    [request.slice(3, 52)],
    'with a link to whoever asked',
  );
  t.equal(sent[0]?.traceparent, contextOf(told), 'what follows is below it');

  await send(wish('o2', { traceparent: request }));
  t.equal(named('ask order.cancel.requested')[1]?.spanContext().traceId, request.slice(3, 35));
  await send(wish('lost'));
  t.equal(named('ask order.cancel.requested')[2]?.parentSpanContext, undefined, 'a story begins');
  const asked = lookUps;
  await send(wish('o1', { type: 'order.placed' }));
  t.equal(lookUps, asked, 'only wishes are looked up');
  t.equal(sent.at(-1)?.traceparent, undefined);

  await t.rejects(send(wish('refused')), { message: 'the store is away' });
  t.match(named('ask order.cancel.requested')[3]?.status, { code: 2 }, 'a wish that failed says so');
  lookUps = 0;
  await Promise.all(Array.from({ length: 50 }, () => send(wish('o1'))));
  t.equal(lookUps, 1, 'those of one moment are looked up together');
});
