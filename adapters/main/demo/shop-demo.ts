import { randomBytes } from 'node:crypto';
import type { FastifyInstance, InjectOptions } from 'fastify';
import { uuidv7 } from 'uuidv7';
import { systemClock } from '../../../core/kernel/clock.ts';
import { OrreryError } from '../../../core/kernel/errors.ts';
import type { Logger } from '../../../core/kernel/logger.ts';
import type { Accounts } from '../../../core/services/accounts/ports.ts';
import type { FlashSales } from '../../../core/services/catalog/ports.ts';
import { Crowd, DEMO_LEASE_MS, type Shopper } from '../../../core/services/demo/crowd.ts';
import {
  DEMO_MAIL_DOMAIN,
  type Demo,
  type DemoRun,
  type DemoSettings,
} from '../../../core/services/demo/ports.ts';
import type { CallShop } from '../../../core/services/demo/shopper.ts';
import type { InventoryCommands } from '../../../core/services/inventory/ports.ts';
import type { OrderCommands } from '../../../core/services/orders/ports.ts';
import type { Database } from '../../postgres/database.ts';
import { createDemoStore } from '../../postgres/demo/store.ts';
import type { Settings } from '../settings.ts';
import { removeSome } from './removal.ts';

/*
 * Owns: the demo of this process, if it has it: its shoppers call the gateway's own API, past the network.
 */
export interface DemoPorts {
  readonly settings: Settings;
  /** Names this process. */
  readonly owner: string;
  readonly database: Database;
  readonly accounts: Pick<Accounts, 'register'>;
  readonly sales: FlashSales;
  readonly inventory: Pick<InventoryCommands, 'adjustAll'>;
  readonly orders: Pick<OrderCommands, 'requestCancel'>;
  readonly logger: Logger;
}

/** Of documentation (RFC 5737): simulated shoppers use up nobody's share of requests but their own. */
const ADDRESS = '192.0.2.1';
const NAMES = [
  'Ada',
  'Grace',
  'Alan',
  'Edsger',
  'Barbara',
  'Donald',
  'Radia',
  'Leslie',
  'Frances',
  'Niklaus',
] as const;

export class ShopDemo implements Demo {
  readonly #ports: DemoPorts;
  readonly #store: ReturnType<typeof createDemoStore>;
  #app: FastifyInstance | undefined;
  #crowd: Crowd | undefined;
  #running: Promise<void> = Promise.resolve();

  constructor(ports: DemoPorts) {
    this.#ports = ports;
    this.#store = createDemoStore(ports.database);
  }

  /** The gateway that the shoppers call. */
  attach(app: FastifyInstance): void {
    this.#app = app;
  }

  async status() {
    const [running, data] = await Promise.all([this.#store.current(), this.#store.data()]);
    return { running: running ?? null, data };
  }

  async start(settings: DemoSettings, by: string): Promise<DemoRun> {
    this.#requireSimulation();
    if (!(await this.#store.adjust(settings))) await this.#begin(settings, by);
    const run = await this.#store.current();
    if (run === undefined) throw new OrreryError('no_demo', 'the demo ended as soon as it had begun');
    return run;
  }

  async stop(): Promise<void> {
    if (!(await this.#store.requestStop())) throw new OrreryError('no_demo', 'no demo is running');
  }

  async removeSome(by: string) {
    if ((await this.#store.current()) !== undefined) {
      throw new OrreryError('demo_running', 'a demo is running: stop it first');
    }
    return removeSome(this.#ports, by);
  }

  /** The process stops, and its demo with it. */
  async close(): Promise<void> {
    this.#crowd?.stop();
    await this.#running;
  }

  async #begin(settings: DemoSettings, by: string): Promise<void> {
    const { owner } = this.#ports;
    // One that is about to end here comes to its end first.
    if (this.#crowd !== undefined) await this.#running;
    if (!(await this.#store.begin(owner, settings, by, DEMO_LEASE_MS))) {
      throw new OrreryError(
        'demo_running',
        'a demo is just ending in another process; try again in a moment',
      );
    }
    const crowd = new Crowd(this.#crowdPorts(), settings);
    this.#crowd = crowd;
    this.#running = crowd.run().finally(() => {
      this.#crowd = undefined;
    });
  }

  #crowdPorts() {
    const { settings, owner, sales, logger } = this.#ports;
    return {
      store: this.#store,
      sales,
      newShopper: () => this.#newShopper(),
      checkoutLimitPerMinute: settings.checkoutLimitPerMinute,
      owner,
      clock: systemClock,
      random: Math.random,
      newId: uuidv7,
      logger,
    };
  }

  /** Marked first: an account that nobody knew as the demo's could not be removed. */
  async #newShopper(): Promise<Shopper> {
    const email = `shopper-${randomBytes(6).toString('hex')}@${DEMO_MAIL_DOMAIN}`;
    await this.#store.markAccount(email);
    const name = NAMES[Math.floor(Math.random() * NAMES.length)] ?? NAMES[0];
    const password = randomBytes(18).toString('base64url');
    const { user, token } = await this.#ports.accounts.register({
      name: `${name} (demo)`,
      email,
      password,
      device: 'Demo',
    });
    return { userId: user.id, call: this.#callAs(token) };
  }

  #callAs(token: string): CallShop {
    return async (method, path, { body, headers } = {}) => {
      const app = this.#app;
      if (app === undefined) throw new OrreryError('no_gateway', 'this process has no gateway');
      const options: InjectOptions = {
        method,
        url: path,
        remoteAddress: ADDRESS,
        headers: { authorization: `Bearer ${token}`, ...headers },
        ...(body === undefined ? {} : { payload: body }),
      };
      const answer = await app.inject(options);
      const isJson = /json/.test(String(answer.headers['content-type']));
      return { status: answer.statusCode, body: isJson ? answer.json<unknown>() : undefined };
    };
  }

  #requireSimulation(): void {
    const { stripeSecretKey, smtpUrl } = this.#ports.settings;
    const real =
      stripeSecretKey !== undefined ? 'STRIPE_SECRET_KEY' : smtpUrl !== undefined ? 'SMTP_URL' : undefined;
    if (real === undefined) return;
    throw new OrreryError(
      'demo_needs_simulation',
      `${real} is set: simulated shoppers are for shops whose payments and letters are simulated, too`,
    );
  }
}
