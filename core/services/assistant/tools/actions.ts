import { z } from 'zod';
import { PAUSABLE_SERVICES } from '../entities.ts';
import { proposing, Unanswerable } from './tool.ts';
import { oneProduct } from './stock.ts';
import { count, counted, money, status } from './words.ts';

const UNITS_MAX = 1_000_000;
const reason = z.string().min(1).max(500).default('asked of the assistant');
const orderId = z.string().min(1).max(100);
const service = z.enum(PAUSABLE_SERVICES);
const BEYOND_CANCEL: ReadonlySet<string> = new Set(['shipped', 'delivered', 'cancelled']);

/** Actions that somebody confirms: these tools look and propose, and change nothing. */
export const ACTION_TOOLS = [
  proposing(
    'cancel_order',
    'Proposes to cancel one order, which the admin then confirms',
    z.object({ order_id: orderId, reason }),
    async (given, { orders }) => {
      const order = await orders.find(given.order_id);
      if (order === undefined) throw new Unanswerable(`There is no order ${given.order_id}.`);
      if (BEYOND_CANCEL.has(order.status))
        throw new Unanswerable(
          `Order ${order.id} is ${status(order.status)} and can no longer be cancelled.`,
        );
      return {
        action: { kind: 'cancel_order', orderId: order.id, reason: given.reason },
        text: `Cancel order ${order.id} (${money(order.totalCents, order.currency)}, ${status(order.status)})`,
      };
    },
  ),
  proposing(
    'review_order',
    'Proposes to approve or reject one order that is held for review, which the admin then confirms',
    z.object({ order_id: orderId, decision: z.enum(['approve', 'reject']), reason }),
    async (given, { orders }) => {
      const order = await orders.find(given.order_id);
      if (order === undefined) throw new Unanswerable(`There is no order ${given.order_id}.`);
      if (order.status !== 'in_review')
        throw new Unanswerable(`Order ${order.id} is ${status(order.status)}, not in review.`);
      const verb = given.decision === 'approve' ? 'Approve' : 'Reject';
      return {
        action: { kind: 'review_order', orderId: order.id, decision: given.decision, reason: given.reason },
        text: `${verb} order ${order.id} (${money(order.totalCents, order.currency)})`,
      };
    },
  ),
  proposing(
    'pause_service',
    'Proposes to set a service at rest, which the admin then confirms',
    z.object({ service, reason }),
    async (given, { pauses }) => {
      const paused = (await pauses()).some(
        (each) => each.service === given.service && each.kind === null && each.partition === null,
      );
      if (paused) throw new Unanswerable(`${given.service} is paused already.`);
      return {
        action: { kind: 'pause_service', service: given.service, reason: given.reason },
        text: `Pause ${given.service}: nothing of it is handled until it is resumed; orders are still taken in`,
      };
    },
  ),
  proposing(
    'resume_service',
    'Proposes to let a paused service go on, which the admin then confirms',
    z.object({ service }),
    async (given, { pauses }) => {
      const own = (await pauses()).filter((each) => each.service === given.service);
      if (own.length === 0) throw new Unanswerable(`Nothing of ${given.service} is paused.`);
      return {
        action: { kind: 'resume_service', service: given.service },
        text: `Resume ${given.service}: ${counted(own.length, 'pause')} of it would end`,
      };
    },
  ),
  proposing(
    'restock',
    'Proposes to add units to the stock of a SKU, which the admin then confirms',
    z.object({
      sku: z.string().min(1).max(100),
      units: z.int().min(1).max(UNITS_MAX),
      warehouse: z.string().min(1).max(100).optional().describe('Absent: where least is left'),
      reason,
    }),
    async (given, sources) => {
      const { sku, name } = await oneProduct(given.sku, sources);
      const level = await sources.stock.find(sku);
      const [least] = [...(level?.warehouses ?? [])].sort((one, other) => one.available - other.available);
      const warehouse =
        given.warehouse === undefined
          ? least
          : level?.warehouses.find(({ id }) => id === given.warehouse?.toLowerCase());
      if (warehouse === undefined)
        throw new Unanswerable(
          `${name ?? sku} is not kept ${given.warehouse === undefined ? 'anywhere' : `in ${given.warehouse}`}.`,
        );
      return {
        action: {
          kind: 'restock',
          sku,
          warehouseId: warehouse.id,
          units: given.units,
          reason: given.reason,
        },
        text: `Add ${counted(given.units, 'unit')} of ${name === undefined ? sku : `${name} (${sku})`} in ${warehouse.id}, where ${count(warehouse.available)} are available`,
      };
    },
  ),
];
