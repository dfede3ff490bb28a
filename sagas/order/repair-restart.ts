import type { Place } from '../../core/engine/from-machine.ts';
import type { LineState, OrderContext, Payment, Shipment } from './context.ts';
import { allLines, parcelOut, parcelUnderWay } from './guards.ts';

/** A step that an order can begin again from, and where from. */
export interface Restart {
  /** The state that is entered. */
  readonly step: string;
  readonly meaning: string;
  /** Why not from here; null: it is possible. */
  refusal(place: Place<OrderContext>): string | null;
  /** What changes before, so that its requests are made anew; `because` is the operator's reason. */
  facts?(context: OrderContext, because: string): Partial<OrderContext>;
  warnings?(context: OrderContext): readonly string[];
}

/**
 * Forwards only while nothing was asked back: a released reservation and a voided charge stay so under their keys (P15, P16),
 * and a parcel under way is followed by none until it is withdrawn (P18).
 */
export const RESTARTS: readonly Restart[] = [
  {
    step: 'pending',
    meaning: 'asks every SKU for its units again',
    refusal: ({ state }) => (state === 'pending' ? null : 'its stock is reserved already'),
  },
  {
    step: 'awaitingPayment',
    meaning: 'asks the payment gateway again, by the same key: nothing is charged twice',
    refusal: (place) =>
      forwards(place, ['awaitingPayment', 'committingStock', 'review.deciding', 'confirmed.resting']) ??
      unless(allLines(place.context, 'reserved', 'committing', 'committed'), 'its stock is not reserved'),
  },
  {
    step: 'committingStock',
    meaning: 'asks every SKU again to take the units that were paid for',
    refusal: (place) =>
      forwards(place, ['committingStock', 'review.deciding', 'confirmed.resting']) ??
      unlessPaid(place.context),
  },
  {
    step: 'review',
    meaning: 'withdraws the parcel, if there is one, and waits for a reviewer',
    refusal: ({ state, context }) =>
      windingUp(context) ??
      unless(
        state.startsWith('confirmed') || ['processing', 'review.withdrawing', 'failed'].includes(state),
        `it is in ${state}`,
      ) ??
      unlessPaid(context) ??
      unless(allLines(context, 'committed'), 'its stock is not taken yet'),
    facts: (context, because) => ({
      review: 'flagged',
      suspicion: context.review === 'flagged' ? context.suspicion : because,
      shipment: askableAgain(context.shipment),
    }),
  },
  {
    step: 'confirmed.requestingParcel',
    meaning: 'asks shipping for a new parcel',
    refusal: (place) =>
      forwards(place, ['review.deciding', 'confirmed.resting']) ??
      unlessPaid(place.context) ??
      unless(allLines(place.context, 'committed'), 'its stock is not taken yet'),
    facts: ({ review }) => (review === 'flagged' ? { review: 'approved' } : {}),
    warnings: ({ review, suspicion }) =>
      review === 'flagged'
        ? [`Nobody has reviewed the order (${suspicion ?? 'no reason was noted'}): it is shipped as it is.`]
        : [],
  },
  {
    step: 'compensating',
    meaning: 'asks again for everything that is not settled: withdrawal, releases, refund',
    refusal: ({ state, context }) =>
      unless(context.cancelReason !== null, 'it is not being wound up; compensate does that') ??
      unless(state.startsWith('compensating') || state === 'failed', `it is in ${state}`),
    facts: (context) => ({
      lines: context.lines.map((line) => ({ ...line, state: releasableAgain(line.state) })),
      payment: refundableAgain(context.payment),
      shipment: askableAgain(context.shipment),
    }),
  },
];

export function restartable(place: Place<OrderContext>): readonly Restart[] {
  return RESTARTS.filter((restart) => restart.refusal(place) === null);
}

function forwards({ state, context }: Place<OrderContext>, from: readonly string[]): string | null {
  return (
    windingUp(context) ??
    unless(from.includes(state), `it is in ${state}`) ??
    unless(
      !parcelUnderWay(context) && !parcelOut(context),
      'a parcel is under way: it has to be withdrawn first',
    )
  );
}

function windingUp({ cancelReason }: OrderContext): string | null {
  return unless(
    cancelReason === null,
    'it is being wound up: what was asked back can not be asked for again',
  );
}

function unlessPaid({ payment }: OrderContext): string | null {
  return unless(payment.state === 'paid', 'it is not paid');
}

function unless(holds: boolean, why: string): string | null {
  return holds ? null : why;
}

/** The stock may hold units, and is to be asked for them once more. */
function releasableAgain(state: LineState): LineState {
  return state === 'releasing' ? 'requested' : state;
}

function refundableAgain(payment: Payment): Payment {
  return payment.state === 'refunding' || payment.state === 'refundFailed'
    ? { ...payment, state: 'refundFailed', refundFailures: 0 }
    : payment;
}

function askableAgain(shipment: Shipment): Shipment {
  if (shipment.state !== 'withdrawing') return shipment;
  return { ...shipment, state: shipment.tracking === null ? 'requested' : 'scheduled' };
}
