import { Attempts } from '../../../core/services/accounts/attempts.ts';
import type { Limiter } from '../../../core/services/transient.ts';
import type { App } from '../app.ts';
import { addressRoutes } from './accounts/addresses.ts';
import type { AccountRoutesDeps } from './accounts/deps.ts';
import { forgottenPasswordRoutes } from './accounts/forgotten-password.ts';
import { profileRoutes } from './accounts/profile.ts';
import { sessionRoutes } from './accounts/sessions.ts';
import { signInRoutes } from './accounts/sign-in.ts';

/** Everything under /api/auth. `limited`: false means no limits per IP or address at all. */
export function accountRoutes(
  app: App,
  deps: Omit<AccountRoutesDeps, 'attempts'> & { readonly limiter: Limiter; readonly limited: boolean },
): void {
  const attempts = new Attempts(deps.limited ? deps.limiter : undefined);
  for (const routes of [signInRoutes, profileRoutes, sessionRoutes, addressRoutes, forgottenPasswordRoutes]) {
    routes(app, { ...deps, attempts });
  }
}
