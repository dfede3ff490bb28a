import { Gauge, type Registry } from 'prom-client';
import { uuidv7 } from 'uuidv7';
import type { Broker } from '../../core/engine/ports.ts';
import { systemClock } from '../../core/kernel/clock.ts';
import { errorMessage } from '../../core/kernel/errors.ts';
import type { Logger } from '../../core/kernel/logger.ts';
import { DEFAULT_CURRENCY } from '../../core/kernel/money.ts';
import type { AccountService } from '../../core/services/accounts/accounts.ts';
import { People } from '../../core/services/accounts/people.ts';
import type { InventoryCommands } from '../../core/services/inventory/ports.ts';
import { reconcileStock } from '../../core/services/inventory/reconciliation.ts';
import { StockImports } from '../../core/services/inventory/stock-import.ts';
import { StockTopic } from '../http/live/stock-topic.ts';
import type { ShopOffice } from '../http/routes/admin/office/deps.ts';
import { createPeopleStore } from '../postgres/accounts/people.ts';
import { createCatalogKeeping } from '../postgres/catalog/keeping.ts';
import type { Database } from '../postgres/database.ts';
import { createStockBoard } from '../postgres/inventory/board.ts';
import { createStockImportStore } from '../postgres/inventory/imports.ts';
import { createReconciliationStore } from '../postgres/inventory/reconciliation.ts';
import type { Job } from './maintenance.ts';

/** How late a price may begin to hold. */
const PRICES_LOOK_MS = 1_000;

export interface OpenShopOffice extends ShopOffice {
  readonly jobs: readonly Job[];
  /** How many the last finished reconciliation of the stock found. */
  stockDifferences(): Promise<number>;
  /** What the gateway tells admins live. */
  liveTopics(): Promise<readonly StockTopic[]>;
  stop(): Promise<void>;
}

/** Owns: what keeping the shop needs, and what of it happens by itself: prices whose time has come, checks of the stock. */
export function openShopOffice(options: {
  readonly database: Database;
  readonly broker: Pick<Broker, 'onBroadcast'>;
  readonly inventory: InventoryCommands;
  readonly accounts: AccountService;
  readonly registry: Registry;
  readonly logger: Logger;
}): OpenShopOffice {
  const { database, broker, inventory, accounts, registry, logger } = options;
  const board = createStockBoard(database);
  const keeping = createCatalogKeeping(database, {
    newId: uuidv7,
    now: () => systemClock.now(),
    currency: DEFAULT_CURRENCY,
  });
  const imports = new StockImports({
    store: createStockImportStore(database),
    board,
    commands: inventory,
    productSkus: async (skus) => new Set((await keeping.bySku(skus)).keys()),
    newId: uuidv7,
    logger,
  });
  const reconciliations = createReconciliationStore(database);
  const reconcile = (askedBy: string | null) =>
    reconcileStock({ store: reconciliations, newId: uuidv7, logger }, askedBy);
  const stockDifferences = async (): Promise<number> => {
    const runs = await reconciliations.list(10);
    return runs.find(({ finishedAt }) => finishedAt !== null)?.differences ?? 0;
  };
  new Gauge({
    name: 'orrery_stock_differences',
    help: 'Counters of the stock that the last reconciliation found to disagree with ledger, reservations or actors',
    registers: [registry],
    async collect() {
      this.set(await stockDifferences().catch(() => 0));
    },
  });
  const stopPrices = everySecond(() => keeping.applyDuePrices(), logger);
  return {
    board,
    imports,
    reconciliations,
    reconcile,
    stockDifferences,
    keeping,
    people: new People({
      store: createPeopleStore(database),
      sessionsEnded: (ids) => {
        accounts.sessionsEnded(ids);
      },
      userChanged: (userId) => {
        accounts.userChanged(userId);
      },
    }),
    liveTopics: async () => [await StockTopic.open(board, broker, logger)],
    jobs: [
      { name: 'resume-stock-imports', cron: '* * * * *', run: () => imports.resume() },
      {
        name: 'reconcile-stock',
        cron: '7 4 * * *',
        run: async () => {
          await reconcile(null);
        },
      },
    ],
    stop: async () => {
      await stopPrices();
      await imports.rest();
    },
  };
}

/** One after the other; what fails is tried again a second later. */
function everySecond(work: () => Promise<unknown>, logger: Logger): () => Promise<void> {
  let running: Promise<void> | undefined;
  const timer = setInterval(() => {
    running ??= work()
      .then(
        () => undefined,
        (error: unknown) => {
          logger.warn({ error: errorMessage(error) }, 'prices to come could not be looked at');
        },
      )
      .finally(() => {
        running = undefined;
      });
  }, PRICES_LOOK_MS);
  timer.unref();
  return async () => {
    clearInterval(timer);
    await running;
  };
}
