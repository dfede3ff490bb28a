import { randomUUID } from 'node:crypto';
import { uuidv7 } from 'uuidv7';
import { systemClock } from '../../core/kernel/clock.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import type { Letters } from '../../core/services/accounts/letters.ts';
import type { JobStore } from '../../core/services/console/job-store.ts';
import { createJobs } from '../../core/services/console/jobs.ts';
import { startJobRunner } from '../../core/services/console/runner.ts';
import type { OrderConsole } from '../http/routes/admin/console/deps.ts';
import { createJobBook } from '../postgres/console/jobs.ts';
import { createJobRun } from '../postgres/console/job-run.ts';
import type { Database } from '../postgres/database.ts';
import { createCustomerQueries } from '../postgres/orders/customers.ts';
import { createOrderWalk } from '../postgres/orders/walk.ts';
import { waitingParcels } from '../postgres/shipping/queries.ts';
import type { Nodes } from './nodes.ts';

export function openJobStore(database: Database): JobStore {
  return { ...createJobBook(database), ...createJobRun(database) };
}

/** The order console of a process with a gateway: what is asked of its jobs, and their runner. */
export function openConsole(options: {
  readonly database: Database;
  readonly nodes: Pick<Nodes, 'all' | 'sendToOrders'>;
  readonly letters: Letters;
  readonly logger: Logger;
}): OrderConsole {
  const { database, nodes, letters, logger } = options;
  const store = openJobStore(database);
  const walk = createOrderWalk(database);
  const clock = systemClock;
  const runner = startJobRunner({
    store,
    walk,
    parcels: waitingParcels(database),
    send: nodes.sendToOrders,
    overloaded: () => [...nodes.all.values()].some((node) => node.overloaded()),
    clock,
    logger,
    owner: randomUUID(),
  });
  const wake = (): void => {
    runner.wake();
  };
  return {
    jobs: createJobs({ store, walk, clock, newId: uuidv7, wake }),
    customers: createCustomerQueries(database),
    letters,
    stop: () => runner.stop(),
  };
}
