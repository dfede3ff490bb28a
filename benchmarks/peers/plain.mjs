// @ts-check
import { trackingNumber, transactionId } from './harness/partners.mjs';
import { runPeer } from './harness/program.mjs';
import { versionOf } from './harness/versions.mjs';
import { auditShop, openShop } from './sql/shop.mjs';
import { steps } from './sql/steps.mjs';

/**
 * No saga at all: one Postgres transaction per order, in five round trips. What a shop can do as long as the payment
 * gateway and the carrier answer at once and everything lives in one database.
 */
await runPeer({
  name: 'plain',
  version: `pg ${versionOf('pg')}`,
  stack: 'services',
  settings: { inFlight: 64, pool: 16 },
  open: async (place, settings) => {
    const pool = await openShop(place, settings.pool);
    return {
      place: async (order) => {
        const client = await pool.connect();
        try {
          await client.query('begin');
          const { rows } = await client.query(steps.placeAndReserve(order));
          const won = rows[0].status === 'reserved';
          if (won) {
            await client.query(steps.pay(order, transactionId()));
            await client.query(steps.finish(order, trackingNumber()));
          }
          await client.query('commit');
          return won ? 'confirmed' : 'cancelled';
        } finally {
          client.release();
        }
      },
      audit: (sold) => auditShop(pool, sold),
    };
  },
});
