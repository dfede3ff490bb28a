import { randomUUID } from 'node:crypto';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { AccountService } from '../../core/services/accounts/accounts.ts';
import type { User } from '../../core/services/accounts/ports.ts';
import { CartService } from '../../core/services/carts/carts.ts';
import { withTestPglite } from '../embedded/testing.ts';
import { EmbeddedTransientState } from '../embedded/transient.ts';
import { accountsMigrations } from '../postgres/accounts/schema.ts';
import { PostgresAccountStore } from '../postgres/accounts/store.ts';
import { migrate } from '../postgres/migrate.ts';
import type { ServerDeps } from './deps.ts';
import { argon2Hasher, newPassword } from './passwords.ts';
import { buildServer } from './server.ts';
import { TestShop } from './testing-shop.ts';
import { createTokenSigner } from './tokens.ts';

export const SECRET = 'a secret for tests only';
export const ADDRESS = { street: '1 Main St', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' };
export const CHECKOUT = { shippingAddress: ADDRESS, paymentMethod: { type: 'credit_card', token: 'tok_ok' } };

export interface Rig {
  readonly app: FastifyInstance;
  readonly shop: TestShop;
  readonly accounts: AccountService;
  /** The accounts' tables, for what another process would do. */
  readonly accountStore: PostgresAccountStore;
  readonly logLines: string[];
  /** A signed-in shopper's or admin's token and id. */
  signIn(role?: 'customer' | 'admin'): Promise<{ readonly token: string; readonly user: User }>;
  call(method: InjectOptions['method'], url: string, options?: CallOptions): Promise<LightMyRequestResponse>;
}

export interface CallOptions {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Runs tests on a gateway with real accounts and carts, over a shop in memory. */
export async function withGateway(
  more: Partial<ServerDeps> & { readonly now?: () => number },
  run: (rig: Rig) => Promise<void>,
): Promise<void> {
  await withTestPglite(async (database) => {
    await migrate(database, [accountsMigrations]);
    const { now = Date.now, ...deps } = more;
    const accountStore = new PostgresAccountStore(database);
    const accounts = await AccountService.open({
      store: accountStore,
      hasher: argon2Hasher,
      signer: createTokenSigner(SECRET),
      now,
      newId: randomUUID,
      newPassword,
    });
    const rig = await openRig(accounts, accountStore, deps);
    try {
      await run(rig);
    } finally {
      await rig.app.close();
    }
  });
}

async function openRig(
  accounts: AccountService,
  accountStore: PostgresAccountStore,
  more: Partial<ServerDeps>,
): Promise<Rig> {
  const shop = new TestShop();
  const logLines: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void logLines.push(line) });
  const state = new EmbeddedTransientState();
  const app = await buildServer({
    settings: { rateLimitPerMinute: 0, checkoutLimitPerMinute: 0 },
    logger,
    accounts,
    carts: new CartService(state, shop.catalog),
    limiter: state,
    catalog: shop.catalog,
    inventory: shop.inventory,
    orders: shop.orders,
    payments: shop.payments,
    shipping: shop.shipping,
    notifications: shop.notifications,
    broadcasts: shop.broadcasts,
    picture: ({ name }) => `<svg xmlns="http://www.w3.org/2000/svg"><title>${name}</title></svg>`,
    probes: [],
    metrics: new Registry(),
    ...more,
  });
  return {
    app,
    shop,
    accounts,
    accountStore,
    logLines,
    signIn: async (role = 'customer') => {
      const email = `${randomUUID()}@example.com`;
      if (role === 'admin') await accounts.resetAdmin({ email, password: 'a long password' });
      const request = { name: 'Ada', email, password: 'a long password' };
      const { token, user } =
        role === 'admin' ? await accounts.login(request) : await accounts.register(request);
      return { token, user };
    },
    call: (method = 'GET', url, { token, body, headers } = {}) =>
      app.inject({
        method,
        url,
        headers: { ...(token === undefined ? {} : { authorization: `Bearer ${token}` }), ...headers },
        ...(body === undefined ? {} : { payload: body as NonNullable<InjectOptions['payload']> }),
      }),
  };
}
