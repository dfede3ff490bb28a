import type { Clock } from '../../kernel/clock.ts';
import { isoTime } from '../../kernel/iso-time.ts';
import type { Message } from '../../kernel/message.ts';
import { currentVersionOf, type DataOf, type MessageType } from '../../messages/catalogue.ts';
import type { AskedItem, JobStore, Refused, RunnableJob, Settled } from './job-store.ts';
import type { OrderFacts, OrderWalk } from './order-walk.ts';
import { outcomeOf, planFor, type Obstacle } from './plan.ts';
import { BULK_ORDERS_MAX } from './ports.ts';

/**
 * One step of a bulk action.
 *
 * Owns: collecting the orders, asking them a few at a time, reading back what they did.
 * Does not own: what an order does (its saga), who runs the step (runner.ts).
 *
 * I1. The orders are written down before the first is asked, and none that was placed later joins them.
 * I2. Each order is asked once: that it is asked is durable before the message leaves, and the message's id derives from
 *     job and order, so that a message sent again after a crash is known already where it arrives.
 * I3. An order counts as done once its saga has done it, never because it was asked.
 */
export interface BulkPorts {
  readonly store: JobStore;
  readonly walk: OrderWalk;
  /** The current parcel of each order that waits for its dispatch, by order. */
  readonly parcels: (orderIds: readonly string[]) => Promise<ReadonlyMap<string, string>>;
  /** Durable once resolved. */
  readonly send: (message: Message) => Promise<void>;
  readonly clock: Pick<Clock, 'now'>;
}

/** Orders written down at once. */
const COLLECT_MAX = 1_000;
/** Orders asked in one step. */
const ASK_MAX = 20;
/** Orders that may be at work for a job at a time: what they do must not crowd out checkouts. */
const AT_WORK_MAX = 200;
/** An order that has not come to an end by then is given up on. */
const ANSWER_MS_MAX = 600_000;

/** `worked`: there may be more to do at once. */
export type StepResult = 'worked' | 'waits' | 'over';

export async function bulkStep(ports: BulkPorts, owner: string, job: RunnableJob): Promise<StepResult> {
  if (job.state === 'running' && !job.collected) return collect(ports, owner, job);
  await sendDecided(ports, owner, job);
  const settled = await settle(ports, owner, job);
  const atWork = job.asked - settled;
  if (job.state !== 'running') {
    if (job.state === 'cancelling' && atWork === 0) {
      await ports.store.finish(owner, job, { state: 'cancelled' });
      return 'over';
    }
    return 'waits';
  }
  const waiting = await ports.store.waiting(job.id, Math.min(ASK_MAX, AT_WORK_MAX - atWork));
  if (waiting.length > 0) {
    await decide(ports, owner, job, waiting);
    await sendDecided(ports, owner, job);
    return 'worked';
  }
  if (atWork > 0) return 'waits';
  await ports.store.finish(owner, job, { state: 'done' });
  return 'over';
}

async function collect({ store, walk }: BulkPorts, owner: string, job: RunnableJob): Promise<StepResult> {
  if ((job.total ?? 0) > BULK_ORDERS_MAX) {
    const problem = `more than ${BULK_ORDERS_MAX.toLocaleString('en-US')} orders match: narrow the filter`;
    await store.finish(owner, job, { state: 'failed', problem });
    return 'over';
  }
  const { rows, next } = await walk.facts({
    filter: job.filter ?? {},
    until: job.createdAt,
    limit: COLLECT_MAX,
    ...(job.position === null ? {} : { after: job.position }),
  });
  await store.collect(owner, job, { orders: rows.map(({ id }) => id), position: next });
  return 'worked';
}

async function decide(
  { store, walk, parcels, clock }: BulkPorts,
  owner: string,
  job: RunnableJob,
  orderIds: readonly string[],
): Promise<void> {
  const facts = await walk.factsOf(orderIds);
  const askedAt = isoTime(clock.now());
  const ask: AskedItem[] = [];
  const refused: Refused[] = [];
  const refuse = (orderId: string, code: Obstacle): number =>
    refused.push({ orderId, outcome: 'failed', code });
  const leaving = job.action === 'mark_shipped' ? await parcels(orderIds) : new Map<string, string>();
  for (const orderId of orderIds) {
    const order = facts.get(orderId);
    const plan = order === undefined || job.action === null ? undefined : planFor(job.action, order);
    if (order === undefined || plan === undefined) refuse(orderId, 'unknown_order');
    else if ('code' in plan) refuse(orderId, plan.code);
    else {
      const parcel = leaving.get(orderId) ?? null;
      if (plan.effect === 'dispatch' && parcel === null) refuse(orderId, 'no_parcel');
      else ask.push({ orderId, effect: plan.effect, version: order.version, parcel, askedAt });
    }
  }
  await store.decide(owner, job, { ask, refused });
}

/** Sends what is written down as decided, be it of this step or of one that a crash cut short. */
async function sendDecided({ store, send }: BulkPorts, owner: string, job: RunnableJob): Promise<void> {
  const decided = await store.askedItems(job.id, 'deciding', ASK_MAX);
  if (decided.length === 0) return;
  await Promise.all(decided.map((item) => send(messageFor(job, item))));
  await store.sent(
    owner,
    job,
    decided.map(({ orderId }) => orderId),
  );
}

/** How many orders came to an end. */
async function settle({ store, walk, clock }: BulkPorts, owner: string, job: RunnableJob): Promise<number> {
  if (job.asked === 0) return 0;
  const asked = await store.askedItems(job.id, 'asked', AT_WORK_MAX);
  const facts = await walk.factsOf(asked.map(({ orderId }) => orderId));
  const settled = asked.flatMap((item) => settledAs(item, facts.get(item.orderId), clock.now()));
  if (settled.length > 0) await store.settle(owner, job, settled);
  return settled.length;
}

function settledAs(item: AskedItem, order: OrderFacts | undefined, nowMs: number): readonly Settled[] {
  const { orderId, effect, version, askedAt } = item;
  const late = nowMs - Date.parse(askedAt) > ANSWER_MS_MAX ? 'no_answer' : undefined;
  const outcome = order === undefined ? 'unknown_order' : (outcomeOf(effect, version, order) ?? late);
  if (outcome === undefined) return [];
  return [outcome === 'done' ? { orderId, outcome } : { orderId, outcome: 'failed', code: outcome }];
}

function messageFor(job: RunnableJob, { orderId, effect, parcel, askedAt }: AskedItem): Message {
  const { reason } = job;
  const requestedBy = job.by.id;
  const message = <Type extends MessageType>(type: Type, data: DataOf<Type>): Message => ({
    id: `bulk/${job.id}/${orderId}`,
    type,
    subject: orderId,
    correlationId: orderId,
    causationId: null,
    time: askedAt,
    version: currentVersionOf(type),
    data,
  });
  if (effect === 'dispatch') {
    const shipmentKey = parcel ?? '';
    return message('shipping.dispatch.requested', { orderId, shipmentKey, requestedBy, reason });
  }
  return effect === 'refund'
    ? message('order.refund.requested', { orderId, requestedBy, reason })
    : message('order.cancel.requested', { orderId, requestedBy, reason });
}
