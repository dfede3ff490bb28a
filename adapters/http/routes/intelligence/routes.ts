import type { App } from '../../app.ts';
import type { Access } from '../../authentication.ts';
import type { ServerDeps } from '../../deps.ts';
import { customerRoutes } from './customers.ts';
import type { Intelligence } from './deps.ts';
import { forecastRoutes } from './forecasts.ts';
import { modelRoutes } from './models.ts';
import { paymentRoutes } from './payments.ts';
import { recommendationRoutes } from './recommendations.ts';
import { searchMeaningRoutes } from './search-meaning.ts';

/** What models answer; each route has an answer without them as well. */
export function intelligenceRoutes(
  app: App,
  deps: Pick<ServerDeps, 'catalog' | 'inventory' | 'sales' | 'audit' | 'office' | 'searchMeaning'> & {
    readonly intelligence: Intelligence;
    readonly access: Access;
  },
): void {
  recommendationRoutes(app, deps);
  modelRoutes(app, deps);
  searchMeaningRoutes(app, deps);
  customerRoutes(app, deps);
  paymentRoutes(app, deps);
  if (deps.office !== undefined) forecastRoutes(app, { ...deps, keeping: deps.office.keeping });
}
