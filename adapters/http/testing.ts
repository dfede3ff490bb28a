import { randomUUID } from 'node:crypto';
import type { FastifyInstance, InjectOptions, LightMyRequestResponse } from 'fastify';
import { pino } from 'pino';
import { Registry } from 'prom-client';
import { uuidv7 } from 'uuidv7';
import { microBatch } from '../../core/engine/micro-batch.ts';
import { systemClock } from '../../core/kernel/clock.ts';
import { silentLogger } from '../../core/kernel/logger.ts';
import { AccountService } from '../../core/services/accounts/accounts.ts';
import { AddressBook } from '../../core/services/accounts/addresses.ts';
import type { Letters, LetterToUser } from '../../core/services/accounts/letters.ts';
import { PasswordResetService } from '../../core/services/accounts/password-resets.ts';
import type { User } from '../../core/services/accounts/ports.ts';
import { CartService } from '../../core/services/carts/carts.ts';
import type { CartChange } from '../../core/services/carts/ports.ts';
import { WaitingLines } from '../../core/services/gateway/line/waiting-lines.ts';
import { withTestPglite } from '../embedded/testing.ts';
import { EmbeddedTransientState } from '../embedded/transient.ts';
import { PostgresAddressStore } from '../postgres/accounts/addresses.ts';
import { PostgresResetStore } from '../postgres/accounts/resets.ts';
import { accountsMigrations } from '../postgres/accounts/schema.ts';
import { PostgresAccountStore } from '../postgres/accounts/store.ts';
import type { Database } from '../postgres/database.ts';
import { createPauses } from '../postgres/engine/pauses.ts';
import { createAuditTrail } from '../postgres/gateway/audit.ts';
import { createLineStore } from '../postgres/gateway/line-store.ts';
import { gatewayMigrations } from '../postgres/gateway/migrations.ts';
import { migrate } from '../postgres/migrate.ts';
import type { ServerDeps } from './deps.ts';
import { argon2Hasher, newPassword } from './passwords.ts';
import { buildServer } from './server.ts';
import { TestSagas } from './testing-sagas.ts';
import { TestShop } from './testing-shop.ts';
import { createTicketSigner } from './tickets.ts';
import { createTokenSigner, resetTokens } from './tokens.ts';

export const SECRET = 'a secret for tests only';
export const ADDRESS = { street: '1 Main St', city: 'Springfield', state: 'IL', zip: '62701', country: 'US' };
export const CHECKOUT = { shippingAddress: ADDRESS, paymentMethod: { type: 'credit_card', token: 'tok_ok' } };

export interface Rig {
  readonly app: FastifyInstance;
  readonly shop: TestShop;
  readonly sagas: TestSagas;
  readonly accounts: AccountService;
  /** The accounts' tables, for what another process would do. */
  readonly accountStore: PostgresAccountStore;
  /** Letters that accounts sent, in order. */
  readonly letters: LetterToUser[];
  /** Users whose data the other services were told to forget. */
  readonly forgotten: string[];
  /** What they say to that, one by one; none left: it is done. */
  readonly refusals: Error[];
  readonly resets: PasswordResetService;
  readonly database: Database;
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

/** What a rig has instead of the usual. */
type RigOptions = Partial<ServerDeps> & {
  readonly letters?: Letters;
  /** Told of every change of a cart. */
  readonly cartChanged?: (change: CartChange) => void;
};

/** Runs tests on a gateway with real accounts and carts, over a shop in memory. */
export async function withGateway(
  more: RigOptions & { readonly now?: () => number },
  run: (rig: Rig) => Promise<void>,
): Promise<void> {
  await withTestPglite(async (database) => {
    await migrate(database, [accountsMigrations, gatewayMigrations]);
    const { now = Date.now, ...deps } = more;
    const accountStore = new PostgresAccountStore(database);
    const forgotten: string[] = [];
    const refusals: Error[] = [];
    const accounts = await AccountService.open({
      logger: silentLogger,
      store: accountStore,
      hasher: argon2Hasher,
      signer: createTokenSigner(SECRET),
      personalData: {
        forget: (userId) => {
          forgotten.push(userId);
          const refusal = refusals.shift();
          return refusal === undefined ? Promise.resolve() : Promise.reject(refusal);
        },
      },
      now,
      newId: randomUUID,
      newPassword,
    });
    const rig = await openRig(accounts, accountStore, { forgotten, refusals }, database, deps);
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
  others: Pick<Rig, 'forgotten' | 'refusals'>,
  database: Database,
  more: RigOptions,
): Promise<Rig> {
  const shop = new TestShop();
  const sagas = new TestSagas();
  const letters: LetterToUser[] = [];
  const logLines: string[] = [];
  const logger = pino({ level: 'debug' }, { write: (line: string) => void logLines.push(line) });
  const state = new EmbeddedTransientState();
  const lines = new WaitingLines({
    sales: shop.sales,
    store: createLineStore(database),
    orders: shop.orders,
    inventory: shop.inventory,
    tickets: createTicketSigner(SECRET),
    microBatch,
    clock: systemClock,
    logger,
  });
  await lines.start();
  const { letters: ownLetters, cartChanged, ...deps } = more;
  const resets = new PasswordResetService({
    accounts: accountStore,
    store: new PostgresResetStore(database),
    tokens: resetTokens,
    hasher: argon2Hasher,
    letters: ownLetters ?? {
      send: (letter) => {
        letters.push(letter);
        return Promise.resolve();
      },
    },
    sessionsEnded: (sessionIds) => accounts.sessionsEnded(sessionIds),
    logger,
  });
  const app = await buildServer({
    settings: { rateLimitPerMinute: 0, checkoutLimitPerMinute: 0 },
    logger,
    accounts,
    addresses: new AddressBook(new PostgresAddressStore(database), randomUUID),
    resets,
    audit: createAuditTrail(database, uuidv7),
    carts: new CartService(state, shop.catalog, cartChanged),
    limiter: state,
    catalog: shop.catalog,
    sales: shop.sales,
    lines,
    inventory: shop.inventory,
    orders: shop.orders,
    repairs: sagas.repairs,
    pauses: createPauses(database, new Map([['orders', { kinds: ['order'], partitions: 4 }]]), uuidv7),
    payments: shop.payments,
    shipping: shop.shipping,
    delivery: shop.delivery,
    notifications: shop.notifications,
    broadcasts: shop.broadcasts,
    picture: ({ name }) => `<svg xmlns="http://www.w3.org/2000/svg"><title>${name}</title></svg>`,
    probes: [],
    paused: () => Promise.resolve([]),
    metrics: new Registry(),
    ...deps,
  });
  return {
    app,
    shop,
    sagas,
    accounts,
    accountStore,
    letters,
    ...others,
    resets,
    database,
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
