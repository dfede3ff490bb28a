import { OrreryError } from '../../../core/kernel/errors.ts';
import type { AdjustRequest, InventoryCommands } from '../../../core/services/inventory/ports.ts';
import type { OrderCommands } from '../../../core/services/orders/ports.ts';
import type { DemoRemoval } from '../../../core/services/demo/ports.ts';
import type { Database } from '../../postgres/database.ts';
import {
  openOrders,
  removableOrders,
  removeOrders,
  removeTheRest,
  soldUnits,
} from '../../postgres/demo/remove.ts';

/** Orders removed in one step: their partitions commit nothing meanwhile. */
const ORDERS_AT_ONCE = 200;
const CANCELLABLE: ReadonlySet<string> = new Set([
  'pending',
  'awaiting_payment',
  'in_review',
  'confirmed',
  'processing',
]);

/**
 * One step of taking the demo away: cancels what can still be cancelled, puts the units of orders that have ended back into the
 * stock, removes those orders from every service, and with the last of them the demo's people and sales.
 *
 * Units go back through the stock's actors, under ids derived from order, SKU and warehouse: a step that was cut off and is
 * taken again moves nothing twice, and ledger, counters and actors stay equal.
 */
export async function removeSome(
  {
    database,
    inventory,
    orders,
  }: {
    readonly database: Database;
    readonly inventory: Pick<InventoryCommands, 'adjustAll'>;
    readonly orders: Pick<OrderCommands, 'requestCancel'>;
  },
  by: string,
): Promise<DemoRemoval> {
  const open = await openOrders(database);
  for (const { id, status } of open) {
    if (CANCELLABLE.has(status)) await orders.requestCancel(id, by, 'the demo is removed');
  }
  const ids = await removableOrders(database, ORDERS_AT_ONCE);
  if (ids.length > 0) {
    await putBack(database, inventory, ids, by);
    await removeOrders(database, ids);
  }
  const left = (await removableOrders(database, ORDERS_AT_ONCE)).length;
  const underWay = (await openOrders(database)).length;
  const done = ids.length === 0 && left === 0 && underWay === 0 && (await isEmpty(database));
  if (done) await removeTheRest(database);
  return { removed: ids.length, left, underWay, done };
}

async function putBack(
  database: Database,
  inventory: Pick<InventoryCommands, 'adjustAll'>,
  orderIds: readonly string[],
  by: string,
): Promise<void> {
  const requests = new Map(
    (await soldUnits(database, orderIds)).map(
      ({ orderId, sku, warehouseId, units }): [string, AdjustRequest] => [
        `demo/${orderId}/${sku}/${warehouseId}`,
        { sku, warehouseId, delta: units, reason: 'a demo order was removed', requestedBy: by },
      ],
    ),
  );
  const outcomes = await inventory.adjustAll(requests);
  for (const id of requests.keys()) {
    if (outcomes.get(id)?.adjusted === true) continue;
    throw new OrreryError('stock_not_back', 'the stock did not take all units back yet; try again', {
      retryable: true,
    });
  }
}

/** Orders that have ended but rest, or whose money has not settled, are nobody's yet. */
async function isEmpty(database: Database): Promise<boolean> {
  const [row] = await database.query<{ left: boolean }>(
    `select exists (
       select from orders.orders where user_id in (
         select id from accounts.users where email in (select email from demo.account))) as left`,
  );
  return row?.left !== true;
}
