import type { App } from '../../app.ts';
import { assistantRoutes } from './assistant/routes.ts';
import { adminAuditRoutes } from './audit.ts';
import { adminDeadLetterRoutes } from './dead-letters.ts';
import { consoleRoutes } from './console/routes.ts';
import { adminDemoRoutes } from './demo.ts';
import type { AdminRoutesDeps } from './deps.ts';
import { adminInventoryRoutes } from './inventory.ts';
import { officeRoutes } from './office/routes.ts';
import { adminOrderRoutes } from './orders.ts';
import { adminReviewRoutes } from './review.ts';
import { sagaRoutes } from './sagas.ts';

/** The control room's API, an area a file. */
export function adminRoutes(app: App, deps: AdminRoutesDeps): void {
  adminOrderRoutes(app, deps);
  adminReviewRoutes(app, deps);
  adminInventoryRoutes(app, deps);
  adminAuditRoutes(app, deps);
  if (deps.console !== undefined) consoleRoutes(app, { ...deps, console: deps.console });
  if (deps.office !== undefined) officeRoutes(app, { ...deps, office: deps.office });
  adminDeadLetterRoutes(app, deps);
  adminDemoRoutes(app, deps);
  if (deps.assistant !== undefined) assistantRoutes(app, { ...deps, assistant: deps.assistant });
  sagaRoutes(app, deps);
}
