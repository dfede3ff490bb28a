import type { CollectedSpan } from '../otel/testing.ts';
import type { TapTest } from '../postgres/testing.ts';

/**
 * What the trace of one order must show: a single story from the checkout to the parcel that is scheduled, every step below the
 * step that caused it. Resolves with the spans of the story.
 */
export function checkOrderTrace(
  t: TapTest,
  spans: readonly CollectedSpan[],
  orderId: string,
): readonly CollectedSpan[] {
  const scheduled = spans.find(
    ({ name, attributes }) =>
      name === 'process shipping.scheduled' && attributes['messaging.message.conversation_id'] === orderId,
  );
  t.ok(scheduled, 'the parcel was scheduled under a span');
  const story = spans.filter(({ traceId }) => traceId === scheduled?.traceId);
  const byId = new Map(story.map((span) => [span.spanId, span]));

  t.same(
    wayTo(scheduled, byId).map(({ name }) => name),
    [
      'POST /api/orders/checkout',
      'send inventory.reserve.requested',
      'process inventory.reserve.requested',
      'send inventory.reserved',
      'process inventory.reserved',
      'send payment.requested',
      'process payment.requested',
      'send payment.processed',
      'process payment.processed',
      'send inventory.commit.requested',
      'process inventory.commit.requested',
      'send inventory.committed',
      'process inventory.committed',
      'send shipping.requested',
      'process shipping.requested',
      'send shipping.scheduled',
      'process shipping.scheduled',
    ],
    'one trace tells the way, each step below its cause',
  );
  const roots = story.filter(({ parentSpanId }) => parentSpanId === undefined);
  t.same(
    roots.map(({ name }) => name),
    ['POST /api/orders/checkout'],
  );
  t.match(roots[0], { kind: 2, attributes: { 'http.route': '/api/orders/checkout' } });
  for (const span of story) {
    if (span.parentSpanId !== undefined)
      t.ok(byId.has(span.parentSpanId), `${span.name} is below a known step`);
  }
  t.match(scheduled, {
    kind: 5,
    attributes: {
      'messaging.operation.type': 'process',
      'messaging.destination.template': 'shipping.scheduled',
    },
  });
  return story;
}

function wayTo(
  span: CollectedSpan | undefined,
  byId: ReadonlyMap<string, CollectedSpan>,
): readonly CollectedSpan[] {
  if (span === undefined) return [];
  return [...wayTo(byId.get(span.parentSpanId ?? ''), byId), span];
}
