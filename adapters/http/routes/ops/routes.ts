import type { App } from '../../app.ts';
import type { OpsRoutesDeps } from './deps.ts';
import { opsPauseRoutes } from './pauses.ts';
import { opsSagaRoutes } from './sagas.ts';

/** The API for those who keep the platform running, an area a file. */
export function opsRoutes(app: App, deps: OpsRoutesDeps): void {
  opsSagaRoutes(app, deps);
  opsPauseRoutes(app, deps);
}
