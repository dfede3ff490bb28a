import type { Place } from '../../core/engine/from-machine.ts';
import type { MachineRepairs, RepairPlan } from '../../core/engine/machine-repair.ts';
import type { OperationNow } from '../../core/engine/behaviour.ts';
import type { Refusal, RepairRequest } from '../../core/engine/repair.ts';
import type { RepairCommand } from '../../core/messages/order-repair.ts';
import { orderRepairRequested } from '../../core/messages/orders.ts';
import { CANCELLED_BY_SHOP, type OrderContext } from './context.ts';
import { unsettled } from './guards.ts';
import { editing } from './repair-edit.ts';
import { RESTARTS, type Restart, restartable } from './repair-restart.ts';
import { skipNow } from './repair-skip.ts';
import { amount, bounded, notPossible, units } from './repair-words.ts';

/*
 * What an operator may do to an order by hand, and what each of it means for stock, money and parcels. The engine does it
 * (core/engine/machine-repair.ts); here stands what may be done where, and what has to be acknowledged.
 */

type Plan = RepairPlan<OrderContext>;
type OrderPlace = Place<OrderContext>;

const ENDED: ReadonlySet<string> = new Set(['delivered', 'cancelled']);

export const orderRepairs: MachineRepairs<OrderContext> = {
  type: orderRepairRequested.type,

  plan(place, request, now) {
    const command = request as RepairRequest & RepairCommand;
    const why = impossible(place, command.operation);
    if (why !== null) return notPossible(why);
    switch (command.operation) {
      case 'skip':
        return skip(place, command.step, now);
      case 'restart':
        return restart(place, command.step, request);
      case 'edit':
        return editing(place, command.changes);
      case 'compensate':
        return compensation(place, request);
      case 'cancel':
        return cancellation(place, request);
      case 'resend':
      case 'migrate':
      case 'park':
      case 'unpark':
        return notPossible(`${command.operation} is not the saga's to do`);
    }
  },

  objection: (_before, { state, context }) => (state === 'cancelled' ? leftBehind(context) : null),

  possible: (place) => [
    { operation: 'skip', why: impossible(place, 'skip'), steps: skippable(place) },
    {
      operation: 'restart',
      why: impossible(place, 'restart'),
      steps: restartable(place).map(({ step, meaning }) => ({ step, meaning })),
    },
    withoutSteps(place, 'edit'),
    withoutSteps(place, 'compensate'),
    withoutSteps(place, 'cancel'),
  ],
};

function withoutSteps(place: OrderPlace, operation: 'edit' | 'compensate' | 'cancel'): OperationNow {
  return { operation, why: impossible(place, operation), steps: [] };
}

/** Why an operation is not possible in this place; null: it is. */
function impossible(place: OrderPlace, operation: RepairCommand['operation']): string | null {
  const { state } = place;
  if (ENDED.has(state)) return `the order is ${state}: it has ended`;
  if (operation === 'skip') {
    const skipping = skipNow(place, 0);
    return 'why' in skipping ? skipping.why : null;
  }
  if (operation === 'restart' && restartable(place).length === 0) {
    return 'no step can be begun again from here; send the open request again instead';
  }
  if (operation === 'cancel') return uncancellable(state);
  return null;
}

function uncancellable(state: string): string | null {
  if (state.startsWith('shipped'))
    return 'the parcel has left; compensate, if the order must be wound up all the same';
  return state.startsWith('compensating') ? 'the order is being wound up already' : null;
}

function skippable(place: OrderPlace): readonly { readonly step: string; readonly meaning: string }[] {
  if (ENDED.has(place.state)) return [];
  const skipping = skipNow(place, 0);
  return 'why' in skipping ? [] : [{ step: place.state, meaning: skipping.meaning }];
}

function skip(place: OrderPlace, step: string | undefined, now: number): Plan | { refusal: Refusal } {
  if (step !== undefined && step !== place.state) {
    return notPossible(`the order is in ${place.state}, not in ${step}`);
  }
  const skipping = skipNow(place, now);
  return 'why' in skipping ? notPossible(skipping.why) : skipping.plan;
}

function restart(
  place: OrderPlace,
  step: string,
  request: Pick<RepairRequest, 'reason'>,
): Plan | { refusal: Refusal } {
  const wanted: Restart | undefined = RESTARTS.find((each) => each.step === step);
  if (wanted === undefined) {
    return notPossible(
      `${step} is no step to begin again from: ${RESTARTS.map((each) => each.step).join(', ')}`,
    );
  }
  const why = wanted.refusal(place);
  if (why !== null) return notPossible(why);
  const facts = wanted.facts?.(place.context, bounded(`an operator: ${request.reason}`));
  return {
    ...(facts === undefined ? {} : { facts }),
    then: { enter: wanted.step },
    warnings: wanted.warnings?.(place.context) ?? [],
  };
}

/** Winding up; what was asked back is asked back anew. */
function compensation({ state, context }: OrderPlace, { reason }: RepairRequest): Plan {
  const anew = RESTARTS.find(({ step }) => step === 'compensating');
  return {
    facts: {
      ...anew?.facts?.(context, reason),
      cancelReason: context.cancelReason ?? CANCELLED_BY_SHOP,
    },
    then: { enter: 'compensating' },
    warnings: state.startsWith('shipped') ? goneAndRefunded(context) : [],
  };
}

function goneAndRefunded(context: OrderContext): readonly string[] {
  return [
    `The parcel has left: ${amount(context)} are given back although the shopper may get the goods.`,
    `${units(context.lines)} go back into the stock's books although they are not on the shelf: correct the stock by ` +
      'hand afterwards.',
  ];
}

/** The same as when the shopper asks; the machine's own rules hold. */
function cancellation({ context }: OrderPlace, { requestedBy }: RepairRequest): Plan {
  const data = { orderId: context.orderId, requestedBy, reason: CANCELLED_BY_SHOP };
  return { then: { hear: [{ type: 'order.cancel.requested', data }] }, warnings: [] };
}

/** A cancelled order that would keep money or stock: no repair ends like that. */
function leftBehind(context: OrderContext): string | null {
  const left = unsettled({ ...context, cancelReason: context.cancelReason ?? 'repair' });
  return left.length === 0 ? null : `the order would be cancelled and keep: ${left.join('; ')}`;
}
