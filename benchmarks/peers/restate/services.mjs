// @ts-check
import * as restate from '@restatedev/restate-sdk';
import { totalCentsOf } from '../harness/shop.mjs';
import { trackingNumber, transactionId } from '../harness/partners.mjs';

/**
 * Owns: the shop as Restate services. A SKU is a virtual object, its calls one after the other; an order is a workflow,
 * keyed by its id, whose five steps are durable: stock reserved, paid, stock committed, shipped, confirmed.
 */

/** What has ended leaves its state, and not the journal of how it got there. */
const options = { journalRetention: 0 };

const FIRST = 'first';
const ON_HAND = 'onHand';
const RESERVED = 'reserved';

/** @param {restate.ObjectContext} context */
async function levelsOf(context) {
  const [onHand, reserved] = [await context.get(ON_HAND), await context.get(RESERVED)];
  return { onHand: Number(onHand ?? 0), reserved: Number(reserved ?? 0) };
}

export const stock = restate.object({
  name: 'Stock',
  options,
  handlers: {
    /**
     * @param {restate.ObjectContext} context
     * @param {number} units
     */
    fill: async (context, units) => {
      context.set(FIRST, units);
      context.set(ON_HAND, units);
      context.set(RESERVED, 0);
    },
    /** Units that nobody has reserved; does not wait for the calls before it. */
    available: restate.handlers.object.shared(async (context) => {
      const [onHand, reserved] = [await context.get(ON_HAND), await context.get(RESERVED)];
      return Number(onHand ?? 0) - Number(reserved ?? 0);
    }),
    /**
     * Whether there was enough.
     * @param {restate.ObjectContext} context
     * @param {number} quantity
     */
    reserve: async (context, quantity) => {
      const { onHand, reserved } = await levelsOf(context);
      if (onHand - reserved < quantity) return false;
      context.set(RESERVED, reserved + quantity);
      return true;
    },
    /**
     * @param {restate.ObjectContext} context
     * @param {number} quantity
     */
    commit: async (context, quantity) => {
      const { onHand, reserved } = await levelsOf(context);
      context.set(ON_HAND, onHand - quantity);
      context.set(RESERVED, reserved - quantity);
    },
    /**
     * @param {restate.ObjectContext} context
     * @param {number} quantity
     */
    release: async (context, quantity) => {
      const { reserved } = await levelsOf(context);
      context.set(RESERVED, reserved - quantity);
    },
  },
});

/**
 * @param {object} how
 * @param {boolean} how.askFirst Whether an order asks if there is enough before it queues for it: a call more per line, and
 *   what makes a sale of one product bearable.
 */
export function orderService({ askFirst }) {
  return restate.workflow({
    name: 'Order',
    options,
    handlers: {
      /**
       * @param {restate.WorkflowContext} context
       * @param {import('../harness/shop.mjs').Order} wanted
       * @returns {Promise<import('../harness/shop.mjs').Verdict>}
       */
      run: async (context, wanted) => {
        const { items } = wanted;
        const shelf = (/** @type {string} */ sku) => context.objectClient(stock, sku);
        if (askFirst) {
          const available = await restate.RestatePromise.all(items.map(({ sku }) => shelf(sku).available()));
          if (items.some(({ quantity }, line) => available[line] < quantity)) return cancel(context);
        }
        const enough = await restate.RestatePromise.all(
          items.map(({ sku, quantity }) => shelf(sku).reserve(quantity)),
        );
        if (enough.includes(false)) {
          const taken = items.filter((_, line) => enough[line]);
          await restate.RestatePromise.all(taken.map(({ sku, quantity }) => shelf(sku).release(quantity)));
          return cancel(context);
        }
        const payment = await context.run('pay', transactionId);
        await restate.RestatePromise.all(items.map(({ sku, quantity }) => shelf(sku).commit(quantity)));
        const shipment = await context.run('ship', trackingNumber);
        context.set('order', {
          ...wanted,
          status: 'confirmed',
          amountCents: totalCentsOf(wanted),
          payment,
          shipment,
        });
        return 'confirmed';
      },
    },
  });
}

/**
 * @param {restate.WorkflowContext} context
 * @returns {'cancelled'}
 */
function cancel(context) {
  context.set('order', { status: 'cancelled' });
  return 'cancelled';
}
