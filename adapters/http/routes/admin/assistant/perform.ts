import type { Action } from '../../../../../core/services/assistant/ports.ts';
import { HttpProblem } from '../../../problem.ts';
import { cancelOrder } from '../../orders.ts';
import { beginPause, endPause } from '../../ops/pauses.ts';
import { adjustStock } from '../inventory.ts';
import { decideReview } from '../review.ts';
import type { AssistantRoutesDeps } from './deps.ts';

/** Does what was confirmed, as the control room's own routes do it: with the same refusals and audit entries. */
export async function perform(action: Action, deps: AssistantRoutesDeps, by: string): Promise<void> {
  switch (action.kind) {
    case 'cancel_order':
      return cancelOrder(deps, await orderOf(action.orderId, deps), {
        by,
        isAdmin: true,
        reason: action.reason,
      });
    case 'review_order': {
      const { decision, reason } = action;
      return decideReview(deps, await orderOf(action.orderId, deps), { decision, reason, by });
    }
    case 'pause_service':
      await beginPause(deps, { service: action.service, reason: action.reason }, by);
      return;
    case 'resume_service':
      for (const { id, service } of await deps.pauses.list()) {
        if (service === action.service) await endPause(deps, id, by);
      }
      return;
    case 'restock': {
      const { sku, warehouseId, units: delta, reason } = action;
      await adjustStock({ ...deps, office: deps.office }, { sku, warehouseId, delta, reason }, by);
      return;
    }
    default: {
      const never: never = action;
      throw new Error(`no such action: ${JSON.stringify(never)}`);
    }
  }
}

async function orderOf(orderId: string, { orders }: AssistantRoutesDeps) {
  const order = await orders.find(orderId);
  if (order === undefined) throw new HttpProblem(404, 'unknown_order', `there is no order ${orderId}`);
  return order;
}
