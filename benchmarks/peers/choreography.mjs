// @ts-check
import { messagingTables, startMessaging } from './choreography/messaging.mjs';
import { createServices, PLACE } from './choreography/services.mjs';
import { runPeer } from './harness/program.mjs';
import { idOf, totalCentsOf } from './harness/shop.mjs';
import { versionOf } from './harness/versions.mjs';
import { auditShop, openShop } from './sql/shop.mjs';
import { orderValues } from './sql/steps.mjs';

const SERVICES = ['ordering', 'inventory', 'payment', 'shipping'];

/**
 * The textbook's choreography: services that react to each other's events, with transactional inbox and outbox.
 *
 * @typedef {import('./harness/shop.mjs').Verdict} Verdict
 */
await runPeer({
  name: 'choreography',
  version: `amqplib ${versionOf('amqplib')}, pg ${versionOf('pg')}`,
  stack: 'services',
  settings: { inFlight: 1_024, pool: 24, prefetch: 64, pollMs: 10, batch: 500 },
  open: async (place, settings) => {
    const pool = await openShop(place, settings.pool);
    await pool.query(SERVICES.map(messagingTables).join(''));
    /** @type {Map<string, { readonly resolve: (verdict: Verdict) => void, readonly reject: (error: Error) => void }>} */
    const undecided = new Map();
    const services = createServices(pool, (orderId, verdict) => {
      undecided.get(orderId)?.resolve(verdict);
      undecided.delete(orderId);
    });
    const messaging = await startMessaging(place, pool, services, {
      prefetch: settings.prefetch,
      pollMs: settings.pollMs,
      batch: settings.batch,
      onError: (error) => {
        for (const { reject } of undecided.values()) reject(error);
      },
    });
    return {
      place: async (order) => {
        const orderId = idOf(order);
        const lines = order.items.map(({ sku, quantity }) => ({ sku, quantity }));
        const event = JSON.stringify({ orderId, totalCents: totalCentsOf(order), lines });
        /** @type {Promise<Verdict>} */
        const decided = new Promise((resolve, reject) => undecided.set(orderId, { resolve, reject }));
        const placed = pool.query({ name: 'place', text: PLACE, values: [...orderValues(order), event] });
        const [verdict] = await Promise.all([decided, placed]);
        return verdict;
      },
      audit: async (sold) => {
        const left = Object.fromEntries(
          SERVICES.map((service) => [
            `messages left in the outbox of ${service}`,
            `select count(*) from ${service}_outbox`,
          ]),
        );
        const waiting = await messaging.stop();
        const wrong = await auditShop(pool, sold, left);
        return waiting === 0 ? wrong : [...wrong, `${waiting} messages left in queues`];
      },
    };
  },
});
