import type { Place } from '../../core/engine/from-machine.ts';
import type { RepairPlan } from '../../core/engine/machine-repair.ts';
import type { Refusal } from '../../core/engine/repair.ts';
import type { OrderChanges } from '../../core/messages/order-repair.ts';
import { shipmentKey } from './context.ts';
import type { Line, OrderContext } from './context.ts';
import { parcelOut, parcelUnderWay } from './guards.ts';

/*
 * Facts of an order, corrected by hand. Their shape was checked on the way in (core/messages/order-repair.ts); here stands
 * what only the order can tell, and what a changed belief moves: nothing.
 */

export function editing(
  { context }: Place<OrderContext>,
  changes: OrderChanges,
): RepairPlan<OrderContext> | { readonly refusal: Refusal } {
  const errors = wrongIn(context, changes);
  if (errors.length > 0) {
    const why = errors.map(({ path, message }) => `${path}: ${message}`).join('; ');
    return { refusal: { code: 'bad_changes', why, errors } };
  }
  return { facts: factsOf(context, changes), then: 'goOn', warnings: warningsOf(context, changes) };
}

function wrongIn(context: OrderContext, changes: OrderChanges): NonNullable<Refusal['errors']> {
  const errors: { path: string; message: string }[] = [];
  if (Object.values(changes).every((value) => value === undefined)) {
    errors.push({ path: 'changes', message: 'must change something' });
  }
  changes.lines?.forEach(({ sku }, index) => {
    if (!context.lines.some((line) => line.sku === sku)) {
      errors.push({ path: `changes.lines.${String(index)}.sku`, message: `the order has no line of ${sku}` });
    }
  });
  const refunded = changes.payment?.refundedCents ?? 0;
  if (refunded > context.totalCents) {
    errors.push({
      path: 'changes.payment.refundedCents',
      message: `must not be above the order's ${String(context.totalCents)} cents`,
    });
  }
  if (changes.shipment?.state !== undefined && context.shipment.state === 'none') {
    errors.push({ path: 'changes.shipment.state', message: 'no parcel was asked for yet' });
  }
  return errors;
}

function factsOf(context: OrderContext, changes: OrderChanges): Partial<OrderContext> {
  const { email, customerName, shippingAddress, paymentMethod, policy, payment, shipment, lines } = changes;
  const states = new Map(lines?.map(({ sku, state }) => [sku, state]));
  return withoutUndefined({
    email,
    customerName,
    shippingAddress,
    paymentMethod,
    policy: policy && { ...context.policy, ...withoutUndefined(policy) },
    payment: payment && { ...context.payment, ...withoutUndefined(payment) },
    shipment: shipment && { ...context.shipment, ...withoutUndefined(shipment) },
    lines:
      lines && context.lines.map((line): Line => ({ ...line, state: states.get(line.sku) ?? line.state })),
  });
}

function warningsOf(context: OrderContext, changes: OrderChanges): readonly string[] {
  const warnings: string[] = [];
  for (const { sku, state } of changes.lines ?? []) {
    warnings.push(`The order takes ${sku} for ${state}: the stock itself is not told, and not asked.`);
  }
  if (changes.payment !== undefined) {
    warnings.push(
      'The order takes its payment for what is written here: no money moves by it, and nobody is asked.',
    );
  }
  if (changes.shipment !== undefined) {
    warnings.push(
      'The order takes its parcel for what is written here: the carrier is not told, and not asked.',
    );
  }
  if (changes.shippingAddress !== undefined && (parcelUnderWay(context) || parcelOut(context))) {
    warnings.push(
      `Shipment ${shipmentKey(context)} keeps the address it was asked for: only a new one gets this one.`,
    );
  }
  if (changes.paymentMethod !== undefined && context.payment.state !== 'none') {
    warnings.push(
      'The charge was asked for by the old way of paying: it stays so where the gateway has decided.',
    );
  }
  return warnings;
}

function withoutUndefined(shape: object): object {
  return Object.fromEntries(Object.entries(shape).filter(([, value]) => value !== undefined));
}
