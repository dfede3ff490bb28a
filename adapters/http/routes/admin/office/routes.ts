import type { App } from '../../../app.ts';
import type { OfficeRoutesDeps } from './deps.ts';
import { peopleRoutes } from './people.ts';
import { pictureRoutes } from './pictures.ts';
import { priceRoutes } from './prices.ts';
import { productRoutes } from './products.ts';
import { reconciliationRoutes } from './reconciliations.ts';
import { stockFileRoutes } from './stock-files.ts';
import { stockRoutes } from './stock.ts';

/** Keeping the shop: its stock, its catalog, its people. */
export function officeRoutes(app: App, deps: OfficeRoutesDeps): void {
  stockRoutes(app, deps);
  stockFileRoutes(app, deps);
  reconciliationRoutes(app, deps);
  productRoutes(app, deps);
  priceRoutes(app, deps);
  pictureRoutes(app, deps);
  peopleRoutes(app, deps);
}
