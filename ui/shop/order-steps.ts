/** An order's life as steps on a line, told from its log. Pure. */
import type { OrderStatus, OrderView, SagaLogEntry } from '../api/types.ts';

export type StepState = 'done' | 'current' | 'ahead' | 'ended';

/** `cancelling` is no public status: the order keeps its own until everything is undone. */
export type StepName = OrderStatus | 'cancelling';

export interface Step {
  readonly status: StepName;
  readonly state: StepState;
  /** When the order came to this step; null while ahead, or when the log does not tell. */
  readonly at: string | null;
}

const GOOD_LIFE: readonly OrderStatus[] = [
  'pending',
  'awaiting_payment',
  'confirmed',
  'processing',
  'shipped',
  'delivered',
];
const ALL: ReadonlySet<string> = new Set<OrderStatus>([...GOOD_LIFE, 'in_review', 'cancelled', 'failed']);

/** The saga is undoing what was done; it ends in `cancelled`, or in `failed`. */
export function isWindingUp(order: OrderView): boolean {
  return order.sagaState.split('.')[0] === 'compensating';
}

/** The status a saga state stands for, by the first part of its name: `awaitingPayment` → `awaiting_payment`. */
export function statusOfState(state: string): OrderStatus | undefined {
  if (state.split('.')[0] === 'review') return 'in_review';
  const name = (state.split('.')[0] ?? '').replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return ALL.has(name) ? (name as OrderStatus) : undefined;
}

/** When each status was first reached. A review may be come to more than once; its last time counts. */
function reachedAt(order: OrderView, entries: readonly SagaLogEntry[]): Map<OrderStatus, string> {
  const times = new Map<OrderStatus, string>([['pending', order.createdAt]]);
  for (const entry of entries) {
    const status = statusOfState(entry.to);
    if (status === undefined || statusOfState(entry.from) === status) continue;
    if (!times.has(status) || status === 'in_review') times.set(status, entry.at);
  }
  return times;
}

export function orderSteps(order: OrderView, entries: readonly SagaLogEntry[]): readonly Step[] {
  const times = reachedAt(order, entries);
  const at = (status: OrderStatus) => times.get(status) ?? null;
  const { status } = order;
  const windingUp = isWindingUp(order);
  if (status === 'cancelled' || status === 'failed' || windingUp) {
    const told = [...GOOD_LIFE, 'in_review' as const].filter((step) => times.has(step));
    // In the order of their times; steps of one moment stay in the order of a good life.
    const reached = told.sort((one, other) => (at(one) ?? '').localeCompare(at(other) ?? ''));
    const done = reached.map((step): Step => ({ status: step, state: 'done', at: at(step) }));
    if (windingUp) {
      const since = entries.find(({ to }) => to.startsWith('compensating'))?.at ?? order.updatedAt;
      return [...done, { status: 'cancelling', state: 'current', at: since }];
    }
    return [...done, { status, state: 'ended', at: at(status) ?? order.updatedAt }];
  }
  const latest = (list: readonly OrderStatus[]) =>
    Math.max(-1, ...list.map((step) => (times.has(step) ? GOOD_LIFE.indexOf(step) : -1)));
  const here = status === 'in_review' ? latest(GOOD_LIFE) : GOOD_LIFE.indexOf(status);
  const steps = GOOD_LIFE.map((step, index): Step => {
    if (index > here) return { status: step, state: 'ahead', at: null };
    const current = index === here && status !== 'in_review' && status !== 'delivered';
    return { status: step, state: current ? 'current' : 'done', at: at(step) };
  });
  if (!times.has('in_review') && status !== 'in_review') return steps;
  const review: Step = {
    status: 'in_review',
    state: status === 'in_review' ? 'current' : 'done',
    at: at('in_review'),
  };
  return [...steps.slice(0, reviewIndex(times, here)), review, ...steps.slice(reviewIndex(times, here))];
}

/** A review stands after the steps that were reached before it. */
function reviewIndex(times: ReadonlyMap<OrderStatus, string>, here: number): number {
  const review = times.get('in_review');
  if (review === undefined) return here + 1;
  const before = GOOD_LIFE.filter((step) => (times.get(step) ?? '\uffff') <= review).length;
  return Math.min(before, here + 1);
}

/** When it ended, by its log; before that has been read, by the order itself. Null while it goes on. */
export function endedAt(order: OrderView, entries: readonly SagaLogEntry[]): string | null {
  const { status, shipment } = order;
  if (status !== 'delivered' && status !== 'cancelled' && status !== 'failed') return null;
  const entered = entries.findLast(({ from, to }) => to === status && from !== status)?.at;
  return (status === 'delivered' ? shipment?.deliveredAt : undefined) ?? entered ?? order.updatedAt;
}

/** When the last money went back; null when none has, or the log does not tell. */
export function refundedAt(entries: readonly SagaLogEntry[]): string | null {
  return entries.findLast(({ type }) => type === 'payment.refunded')?.at ?? null;
}
