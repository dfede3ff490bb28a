import type { OrderPlan, OrdersStage } from './orders-stage.ts';

/** Orders on their way, some in each state in which an order can be at the moment of an upgrade. */

export const SKUS = { first: 'MUG-101', second: 'MUG-103', soldOut: 'MUG-112' } as const;

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

const ONE = [{ sku: SKUS.first, quantity: 2 }];
const TWO = [...ONE, { sku: SKUS.second, quantity: 1 }];
const APPROVED = 'tok_ok';

type Plan = Partial<Omit<OrderPlan, 'name'>>;
type Live = (stage: OrdersStage, orderId: string) => Promise<void>;

interface Scene {
  readonly name: string;
  readonly plan: Plan;
  /** What happens to it after it was placed, up to the state in which it is left. */
  readonly live: Live;
}

/** Messages of these types never arrive. */
function without(...types: readonly string[]): NonNullable<OrderPlan['heldBack']> {
  return (type) => types.includes(type);
}

const reaches =
  (state: string): Live =>
  (stage, orderId) =>
    stage.reaches(orderId, state);

function cancelled(from: string, to: string, by = 'user-of-the-drill', reason = 'changed my mind'): Live {
  return async (stage, orderId) => {
    await stage.reaches(orderId, from);
    await stage.cancel(orderId, by, reason);
    await stage.reaches(orderId, to);
  };
}

function flagged(from: string, to: string): Live {
  return async (stage, orderId) => {
    await stage.reaches(orderId, from);
    await stage.flag(orderId);
    await stage.reaches(orderId, to);
  };
}

/** Suspicious before it is paid: it is paid, its stock is committed, and it waits for an admin. */
const reviewed: Live = async (stage, orderId) => {
  await stage.flag(orderId);
  await stage.reaches(orderId, 'review.deciding');
};

const byAdmin = ['admin', 'asked for by telephone'] as const;

const OVERDUE: readonly Scene[] = [1, 2].map((number) => ({
  name: `overdue ${String(number)}`,
  plan: { deliveryMs: 40 * DAY_MS + 20 * SECOND_MS },
  live: reaches('processing'),
}));

const ENDED: readonly Scene[] = [
  { name: 'delivered', plan: { deliveryMs: MINUTE_MS }, live: reaches('processing') },
  { name: 'delivered, two lines', plan: { deliveryMs: MINUTE_MS, lines: TWO }, live: reaches('processing') },
  { name: 'declined', plan: { token: 'tok_declined' }, live: reaches('cancelled') },
  { name: 'sold out', plan: { lines: [{ sku: SKUS.soldOut, quantity: 1 }] }, live: reaches('cancelled') },
  { name: 'cancelled by the shopper', plan: {}, live: cancelled('processing', 'cancelled') },
];

const NO_PARCEL_MOVES = { deliveryMs: 5 * DAY_MS };

const FAILED: readonly Scene[] = [
  {
    name: 'refund unanswered',
    plan: { ...NO_PARCEL_MOVES, heldBack: without('payment.refund.requested') },
    live: cancelled('processing', 'compensating.settling', ...byAdmin),
  },
  {
    name: 'refund and release unanswered',
    plan: { heldBack: without('payment.refund.requested', 'inventory.release.requested') },
    live: async (stage, orderId) => {
      await reviewed(stage, orderId);
      await stage.decide(orderId, 'reject');
      await stage.reaches(orderId, 'compensating.settling');
    },
  },
  {
    name: 'withdrawal for a cancellation unanswered',
    plan: { ...NO_PARCEL_MOVES, heldBack: without('shipping.cancel.requested') },
    live: cancelled('processing', 'compensating.withdrawing'),
  },
  {
    name: 'withdrawal for a review unanswered',
    plan: { ...NO_PARCEL_MOVES, heldBack: without('shipping.cancel.requested') },
    live: flagged('processing', 'review.withdrawing'),
  },
];

const REFUND_GIVEN_UP: Scene = {
  name: 'refund given up',
  plan: { ...NO_PARCEL_MOVES, refundRefused: true },
  live: cancelled('processing', 'compensating.resting'),
};

/** The first step of their parcels falls into the last seconds. */
const SHIPPED: readonly Scene[] = [1, 2, 3].map((number) => ({
  name: number === 3 ? 'on its way, cancelled too late' : `on its way ${String(number)}`,
  plan: { deliveryMs: 40 * SECOND_MS },
  live: reaches('processing'),
}));

const BEFORE_SHIPPING: readonly Scene[] = [
  {
    name: 'stock not asked',
    plan: { heldBack: without('inventory.reserve.requested') },
    live: reaches('pending'),
  },
  {
    name: 'stock asked, its answer lost',
    plan: { heldBack: without('inventory.reserved') },
    live: reaches('pending'),
  },
  {
    name: 'one SKU of two reserved',
    plan: {
      lines: TWO,
      heldBack: (type, subject) => type === 'inventory.reserve.requested' && subject === SKUS.second,
    },
    live: reaches('pending'),
  },
  {
    name: 'stock not asked, suspicious',
    plan: { heldBack: without('inventory.reserve.requested') },
    live: async (stage, orderId) => stage.flag(orderId),
  },
  {
    name: 'gateway not asked, good card',
    plan: { heldBack: without('payment.requested') },
    live: reaches('awaitingPayment'),
  },
  {
    name: 'gateway not asked, bad card',
    plan: { token: 'tok_insufficient_funds', heldBack: without('payment.requested') },
    live: reaches('awaitingPayment'),
  },
  {
    name: 'gateway that will stay silent',
    plan: { token: 'tok_timeout', heldBack: without('payment.requested') },
    live: reaches('awaitingPayment'),
  },
  {
    name: 'charged, the answer lost',
    plan: { heldBack: without('payment.processed') },
    live: reaches('awaitingPayment'),
  },
  {
    name: 'declined, the answer lost',
    plan: { token: 'tok_expired_card', heldBack: without('payment.failed') },
    live: reaches('awaitingPayment'),
  },
  {
    name: 'gateway not asked, suspicious',
    plan: { heldBack: without('payment.requested') },
    live: flagged('awaitingPayment', 'awaitingPayment'),
  },
  {
    name: 'paid, stock not asked',
    plan: { heldBack: without('inventory.commit.requested') },
    live: reaches('committingStock'),
  },
  {
    name: 'paid, one SKU of two committed',
    plan: {
      lines: TWO,
      heldBack: (type, subject) => type === 'inventory.commit.requested' && subject === SKUS.second,
    },
    live: reaches('committingStock'),
  },
  {
    name: 'paid, committed, the answer lost',
    plan: { heldBack: without('inventory.committed') },
    live: reaches('committingStock'),
  },
  {
    name: 'parcel not asked for',
    plan: { heldBack: without('shipping.requested') },
    live: reaches('confirmed.requestingParcel'),
  },
  {
    name: 'parcel booked, the answer lost',
    plan: { deliveryMs: 30 * SECOND_MS, heldBack: without('shipping.scheduled') },
    live: reaches('confirmed.requestingParcel'),
  },
  { name: 'parcel refused once', plan: { parcelRefused: true }, live: reaches('confirmed.resting') },
  { name: 'parcel booked', plan: { deliveryMs: 30 * SECOND_MS }, live: reaches('processing') },
  {
    name: 'parcel booked, two lines',
    plan: { deliveryMs: 35 * SECOND_MS, lines: TWO },
    live: reaches('processing'),
  },
];

const REVIEWS: readonly Scene[] = [
  { name: 'to be approved', plan: {}, live: reviewed },
  { name: 'to be rejected', plan: { lines: TWO }, live: reviewed },
  {
    name: 'parcel withdrawn for the review',
    plan: NO_PARCEL_MOVES,
    live: flagged('processing', 'review.deciding'),
  },
  {
    name: 'parcel being withdrawn for the review',
    plan: { ...NO_PARCEL_MOVES, heldBack: without('shipping.cancel.requested') },
    live: flagged('processing', 'review.withdrawing'),
  },
  {
    name: 'parcel withdrawn for the review, the answer lost; approved',
    plan: { ...NO_PARCEL_MOVES, heldBack: without('shipping.cancelled') },
    live: async (stage, orderId) => {
      await flagged('processing', 'review.withdrawing')(stage, orderId);
      await stage.decide(orderId, 'approve');
    },
  },
];

const WINDING_UP: readonly Scene[] = [
  {
    name: 'parcel being withdrawn',
    plan: { ...NO_PARCEL_MOVES, heldBack: without('shipping.cancel.requested') },
    live: cancelled('processing', 'compensating.withdrawing'),
  },
  {
    name: 'parcel withdrawn, the answer lost',
    plan: { ...NO_PARCEL_MOVES, heldBack: without('shipping.cancelled') },
    live: cancelled('processing', 'compensating.withdrawing', ...byAdmin),
  },
  {
    name: 'parcel that may leave before it is withdrawn',
    plan: { deliveryMs: 26 * SECOND_MS, heldBack: without('shipping.cancel.requested') },
    live: cancelled('processing', 'compensating.withdrawing'),
  },
  {
    name: 'unpaid, nothing answered yet',
    plan: {
      heldBack: without('payment.requested', 'payment.refund.requested', 'inventory.release.requested'),
    },
    live: cancelled('awaitingPayment', 'compensating.settling'),
  },
  {
    name: 'paid, the refund not asked for',
    plan: { ...NO_PARCEL_MOVES, heldBack: without('payment.refund.requested') },
    live: cancelled('processing', 'compensating.settling'),
  },
  {
    name: 'paid, refunded, the answer lost',
    plan: { ...NO_PARCEL_MOVES, heldBack: without('payment.refunded') },
    live: cancelled('processing', 'compensating.settling', ...byAdmin),
  },
  {
    name: 'paid, restocked, the answer lost',
    plan: { ...NO_PARCEL_MOVES, lines: TWO, heldBack: without('inventory.released') },
    live: cancelled('processing', 'compensating.settling'),
  },
  {
    name: 'one SKU sold out, the other not released',
    plan: {
      lines: [...ONE, { sku: SKUS.soldOut, quantity: 1 }],
      heldBack: without('inventory.release.requested'),
    },
    live: reaches('compensating.settling'),
  },
  {
    name: 'declined, not released',
    plan: { token: 'tok_declined', heldBack: without('inventory.release.requested') },
    live: reaches('compensating.settling'),
  },
  {
    name: 'refund refused once',
    plan: { ...NO_PARCEL_MOVES, refundRefused: true },
    live: cancelled('processing', 'compensating.resting'),
  },
  {
    name: 'refund refused once, nothing released',
    plan: { ...NO_PARCEL_MOVES, refundRefused: true, heldBack: without('inventory.release.requested') },
    live: cancelled('processing', 'compensating.resting', ...byAdmin),
  },
];

/** Lives all of them up to `atMs`, which is when the oldest was placed plus forty days. */
export async function livePartOfTheirLives(stage: OrdersStage, atMs: number): Promise<void> {
  stage.setTime(atMs - 40 * DAY_MS);
  const overdue = await begin(stage, OVERDUE);
  stage.setTime(atMs - 31 * DAY_MS);
  await all(overdue, (orderId) => stage.reaches(orderId, 'shipped.underWay'));
  stage.setTime(atMs - 12 * HOUR_MS);
  await all(overdue, (orderId) => stage.reaches(orderId, 'shipped.overdue'));

  const ended = await begin(stage, ENDED);
  stage.setTime(atMs - 11 * HOUR_MS);
  await all(ended.slice(0, 2), (orderId) => stage.reaches(orderId, 'delivered'));

  stage.setTime(atMs - 10 * HOUR_MS);
  const failed = await begin(stage, FAILED);
  stage.setTime(atMs - 8 * HOUR_MS);
  await all(failed, (orderId) => stage.reaches(orderId, 'failed'));

  const [givenUp = ''] = await begin(stage, [REFUND_GIVEN_UP]);
  for (let tries = 1; tries < REFUNDS_TRIED; tries += 1) {
    await stage.hears(givenUp, 'payment.refund.failed', tries);
    stage.setTime(atMs - 8 * HOUR_MS + tries * 2 * MINUTE_MS);
  }
  await stage.reaches(givenUp, 'failed');

  stage.setTime(atMs - 10 * SECOND_MS);
  const shipped = await begin(stage, SHIPPED);
  stage.setTime(atMs - 5 * SECOND_MS);
  await begin(stage, [...BEFORE_SHIPPING, ...REVIEWS, ...WINDING_UP]);
  stage.setTime(atMs);
  await all(shipped, (orderId) => stage.reaches(orderId, 'shipped.underWay'));
  await stage.cancel(shipped.at(-1) ?? '', 'user-of-the-drill', 'too late');
  await stage.quiet();
}

/** How often the saga asks for a refund before an operator must look; its policy's `refundFailuresMax`. */
const REFUNDS_TRIED = 5;

async function begin(stage: OrdersStage, scenes: readonly Scene[]): Promise<readonly string[]> {
  return all(scenes, async ({ name, plan, live }) => {
    const orderId = await stage.place({ name, lines: ONE, token: APPROVED, ...plan });
    await live(stage, orderId);
    return orderId;
  });
}

function all<Item, Result>(
  items: readonly Item[],
  each: (item: Item) => Promise<Result>,
): Promise<readonly Result[]> {
  return Promise.all(items.map(each));
}
