import type { MachineSpec } from '../../core/engine/from-machine.ts';
import { ORDER_TAKES } from './context.ts';
import { orderEffects } from './effects.ts';
import { orderMachine } from './machine.ts';
import { refundOpen } from './guards.ts';
import { migrateOrder, ORDER_DEFINITION } from './migrate.ts';
import { orderRepairs } from './repair.ts';
import { usualOrder } from './stored.ts';
import { orderProgress } from './view.ts';

/**
 * The order saga, ready for the engine: `fromMachine(orderSaga)` is its behaviour, whose `begin` takes the input
 * that core/services/orders/placement.ts makes.
 */
export const orderSaga: MachineSpec<typeof orderMachine> = {
  kind: 'order',
  definition: ORDER_DEFINITION,
  machine: orderMachine,
  accepts: ORDER_TAKES,
  effects: orderEffects,
  project: (id, _before, after, now) => [orderProgress(id, after, now)],
  // A failed order still waits for what it names, and so does a delivered one whose money goes back; a late message to the
  // others is handled all the same.
  finished: ({ state, context }) => state === 'cancelled' || (state === 'delivered' && !refundOpen(context)),
  usual: usualOrder,
  migrate: migrateOrder,
  repairs: orderRepairs,
};
