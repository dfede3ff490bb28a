import type { App } from '../../../app.ts';
import { bulkRoutes } from './bulk.ts';
import type { ConsoleRoutesDeps } from './deps.ts';
import { dossierRoute } from './dossier.ts';
import { exportRoutes } from './export.ts';
import { jobRoutes } from './jobs.ts';
import { reviewQueueRoutes } from './review-queue.ts';

/** The order console's API beside its list: bulk actions, exports, jobs, reviews, all about one order. */
export function consoleRoutes(app: App, deps: ConsoleRoutesDeps): void {
  app.addHook('onClose', () => deps.console.stop());
  bulkRoutes(app, deps);
  exportRoutes(app, deps);
  jobRoutes(app, deps);
  reviewQueueRoutes(app, deps);
  dossierRoute(app, deps);
}
