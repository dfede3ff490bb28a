import type { MicroBatch } from '../../engine/participant-port.ts';
import type { Message } from '../../kernel/message.ts';
import { isRecorded, type Tracing } from '../../kernel/tracing.ts';
import type { MessageType } from '../../messages/catalogue.ts';

/** The trace contexts that orders began under, by order; those that began under none are missing. */
export type Stories = (orderIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;

/** What people ask of an order that is under way. */
const WISHES: ReadonlySet<string> = new Set<MessageType>([
  'order.cancel.requested',
  'order.refund.requested',
  'order.review.decided',
  'order.repair.requested',
  'shipping.dispatch.requested',
]);

/** Orders whose stories are looked up together. */
const LOOKED_UP_MAX = 500;

/**
 * Sends as `send` does, and tells what people ask of an order in the trace of that order: what it leads to is read there, and
 * not in a trace of its own. The step of whoever asked (a request of an operator's browser) is linked. Where the order's story
 * is not recorded, it goes on with that of whoever asked, or begins here.
 */
export function tellingWishes(
  send: (message: Message) => Promise<void>,
  { tracing, storiesOf, microBatch }: { tracing: Tracing; storiesOf: Stories; microBatch: MicroBatch },
): (message: Message) => Promise<void> {
  const storyOf = microBatch(
    async (orderIds: readonly string[]) => {
      const stories = await storiesOf([...new Set(orderIds)]);
      return orderIds.map((id) => stories.get(id));
    },
    { itemsMax: LOOKED_UP_MAX },
  );
  return async (message) => {
    if (!WISHES.has(message.type)) return send(message);
    // A trace is worth no wish: without its order's story it is told apart from it.
    const story = await storyOf(message.correlationId).catch(() => undefined);
    const asker = isRecorded(message.traceparent) ? message.traceparent : undefined;
    const span = tracing.begin({
      kind: 'internal',
      name: `ask ${message.type}`,
      parent: isRecorded(story) ? story : asker,
      links: isRecorded(story) && asker !== undefined ? [asker] : [],
      attributes: {
        'messaging.message.id': message.id,
        'messaging.message.conversation_id': message.correlationId,
        'orrery.message.subject': message.subject,
      },
    });
    try {
      await send(span === undefined ? message : { ...message, traceparent: span.traceparent });
      span?.end();
    } catch (error) {
      span?.end({ error });
      throw error;
    }
  };
}
