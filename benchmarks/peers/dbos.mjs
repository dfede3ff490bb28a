// @ts-check
import { DBOS } from '@dbos-inc/dbos-sdk';
import { idOf } from './harness/shop.mjs';
import { trackingNumber, transactionId } from './harness/partners.mjs';
import { runPeer } from './harness/program.mjs';
import { versionOf } from './harness/versions.mjs';
import { auditShop, openShop } from './sql/shop.mjs';
import { steps } from './sql/steps.mjs';

/**
 * DBOS Transact: the order is a workflow of five steps, its checkpoints in the schema `dbos` of the same database. Each
 * step is one statement that does nothing when it is repeated, so a step is exactly once in effect.
 */
await runPeer({
  name: 'dbos',
  version: `@dbos-inc/dbos-sdk ${versionOf('@dbos-inc/dbos-sdk')}`,
  stack: 'services',
  settings: { inFlight: 64, pool: 16, systemPool: 16 },
  open: async (place, settings) => {
    const pool = await openShop(place, settings.pool);
    const order = DBOS.registerWorkflow(orderWorkflow(pool), { name: 'order' });
    DBOS.setConfig({
      name: 'orrery-peer',
      systemDatabaseUrl: place.settings.DATABASE_URL ?? '',
      systemDatabasePoolSize: settings.systemPool,
      logLevel: 'error',
    });
    await DBOS.launch();
    place.defer(() => DBOS.shutdown());
    return {
      place: (wanted) => DBOS.withNextWorkflowID(idOf(wanted), () => order(wanted)),
      audit: (sold) =>
        auditShop(pool, sold, {
          'workflows that have not ended well': `select count(*) from dbos.workflow_status where status <> 'SUCCESS'`,
          'orders without a workflow': `
            select count(*) from orders o where not exists (
              select from dbos.workflow_status w where w.workflow_uuid = o.id::text)`,
        }),
    };
  },
});

/** @param {import('pg').Pool} pool */
function orderWorkflow(pool) {
  /**
   * @param {import('./harness/shop.mjs').Order} order
   * @returns {Promise<import('./harness/shop.mjs').Verdict>}
   */
  return async (order) => {
    const status = await DBOS.runStep(
      async () => (await pool.query(steps.placeAndReserve(order))).rows[0].status,
      { name: 'reserve' },
    );
    if (status === 'cancelled') return 'cancelled';
    await DBOS.runStep(() => run(pool, steps.pay(order, transactionId())), { name: 'pay' });
    await DBOS.runStep(() => run(pool, steps.commitStock(order)), { name: 'commit' });
    await DBOS.runStep(() => run(pool, steps.ship(order, trackingNumber())), { name: 'ship' });
    await DBOS.runStep(() => run(pool, steps.confirm(order)), { name: 'confirm' });
    return 'confirmed';
  };
}

/**
 * @param {import('pg').Pool} pool
 * @param {import('pg').QueryConfig} statement
 */
async function run(pool, statement) {
  await pool.query(statement);
}
