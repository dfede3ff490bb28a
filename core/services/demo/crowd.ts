import { type Clock, type Random } from '../../kernel/clock.ts';
import { errorMessage } from '../../kernel/errors.ts';
import type { Logger } from '../../kernel/logger.ts';
import type { FlashSale, FlashSales } from '../catalog/ports.ts';
import { type DemoCounts, type DemoSettings, type DemoStore, PLANNED_BY_DEMO } from './ports.ts';
import { type CallShop, joinSale, type Outcome, plenty, visit } from './shopper.ts';

/*
 * Owns: one demo while it runs: how many shoppers come, when, and the flash sale every few minutes.
 *
 * I1. Real shoppers come first: few visits at a time, and none for a while when the platform says that it is busy or answers
 *     slowly.
 * I2. The demo lives as long as its lease: a process that ends takes it along, and one that can't reach the store stops.
 * I3. Accounts are marked before they are made, sales when they are planned.
 */

export interface Shopper {
  readonly userId: string;
  readonly call: CallShop;
}

export interface CrowdPorts {
  readonly store: Pick<DemoStore, 'renew' | 'end'>;
  readonly sales: Pick<FlashSales, 'plan' | 'end' | 'current'>;
  /** Makes one more marked account and signs it in. */
  readonly newShopper: () => Promise<Shopper>;
  /** Accepted checkouts a minute and user; 0: no limit. */
  readonly checkoutLimitPerMinute: number;
  readonly owner: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly newId: () => string;
  readonly logger: Logger;
}

export const DEMO_LEASE_MS = 5_000;
/** How often the settings are read again, and a wish to stop is heard. */
const LOOK_MS = 400;
const VISITS_AT_ONCE_MAX = 6;
/** Of visits, so many come to a checkout. */
const BUYING_SHARE = 0.75;
/** A visit that takes longer per answer than this has others waiting. */
const SLOW_VISIT_MS = 4_000;
const BUSY_REST_MS = 5_000;
const SALE_EVERY_MS = 180_000;
const FIRST_SALE_MS = 15_000;
const SALE_MS = 60_000;
const SALE_UNITS = 8;
const SALE_VISITORS = 12;
const SHOPPERS_LEAST = 16;

export class Crowd {
  readonly #ports: CrowdPorts;
  readonly #ending = new AbortController();
  readonly #visits = new Set<Promise<void>>();
  readonly #shoppers: Shopper[] = [];
  readonly #resting = new Set<() => void>();
  #settings: DemoSettings;
  #done = { placed: 0, refused: 0 };
  #nextVisitMs: number;
  #nextSaleMs: number;
  #busyUntilMs = 0;
  #sale: FlashSale | undefined;
  #turn = 0;

  constructor(ports: CrowdPorts, settings: DemoSettings) {
    this.#ports = ports;
    this.#settings = settings;
    this.#nextVisitMs = ports.clock.now();
    this.#nextSaleMs = ports.clock.now() + FIRST_SALE_MS;
  }

  /** Resolves when the demo is over: stopped, or its lease is somebody else's. */
  async run(): Promise<void> {
    const { store, owner, clock, logger } = this.#ports;
    let heardMs = clock.now();
    while (!this.#ending.signal.aborted) {
      try {
        const run = await store.renew(owner, DEMO_LEASE_MS, this.#takeCounts());
        if (run === undefined || run.stopping) break;
        this.#settings = run;
        heardMs = clock.now();
      } catch (error) {
        logger.warn({ error: errorMessage(error) }, 'the demo cannot reach the store');
        if (clock.now() - heardMs > DEMO_LEASE_MS) break;
      }
      this.#bringShoppers();
      await this.#rest(LOOK_MS);
    }
    await this.#end();
  }

  /** Ends it now; `run` resolves soon after. */
  stop(): void {
    this.#ending.abort();
    for (const wake of [...this.#resting]) wake();
  }

  async #end(): Promise<void> {
    const { store, sales, owner, logger } = this.#ports;
    this.stop();
    await Promise.all(this.#visits);
    try {
      if (this.#sale !== undefined) await sales.end(this.#sale.id).catch(() => undefined);
      await store.renew(owner, DEMO_LEASE_MS, this.#takeCounts());
      await store.end(owner);
    } catch (error) {
      logger.warn({ error: errorMessage(error) }, 'the demo ended without a word; its lease runs out');
    }
  }

  /** Those that are due until the next look. */
  #bringShoppers(): void {
    const { clock, random } = this.#ports;
    const now = clock.now();
    if (now < this.#busyUntilMs) {
      this.#nextVisitMs = this.#busyUntilMs;
      return;
    }
    if (this.#settings.sales && now >= this.#nextSaleMs) {
      this.#nextSaleMs = now + SALE_EVERY_MS;
      this.#begin(() => this.#holdSale());
    }
    const gapMs = (60_000 / this.#settings.ordersPerMinute) * BUYING_SHARE;
    // Slower than planned, they do not come all at once later.
    this.#nextVisitMs = Math.min(Math.max(this.#nextVisitMs, now - LOOK_MS), now + 2 * gapMs);
    for (; this.#nextVisitMs < now + LOOK_MS; this.#nextVisitMs += gapMs * (0.5 + random())) {
      if (this.#visits.size >= VISITS_AT_ONCE_MAX) continue;
      const inMs = Math.max(0, this.#nextVisitMs - now);
      this.#begin(async () => {
        await this.#rest(inMs);
        if (!this.#ending.signal.aborted) await this.#oneVisit();
      });
    }
  }

  async #oneVisit(): Promise<void> {
    const { sales, clock } = this.#ports;
    const onSale = new Set((await sales.current()).map(({ productId }) => productId));
    const shopper = await this.#shopper();
    const began = clock.now();
    const outcome = await visit(this.#visitor(shopper), onSale);
    if (clock.now() - began > SLOW_VISIT_MS) this.#giveWay();
    this.#note(outcome);
  }

  /** A sale that has more visitors than units, so that a line forms. */
  async #holdSale(): Promise<void> {
    const { sales, clock, random } = this.#ports;
    const taken = new Set((await sales.current()).map(({ productId }) => productId));
    const candidates = (await plenty(await this.#shopper(), SALE_UNITS * 2)).filter((id) => !taken.has(id));
    const productId = candidates[Math.floor(random() * candidates.length)];
    if (productId === undefined) return;
    const now = clock.now();
    this.#sale = await sales.plan({
      productId,
      startsAt: new Date(now).toISOString(),
      endsAt: new Date(now + SALE_MS).toISOString(),
      units: SALE_UNITS,
      plannedBy: PLANNED_BY_DEMO,
    });
    for (let visitor = 0; visitor < SALE_VISITORS && !this.#ending.signal.aborted; visitor += 1) {
      await this.#rest(1_000 + 1_500 * random());
      this.#begin(async () => {
        const shopper = await this.#shopper();
        this.#note(await joinSale(this.#visitor(shopper), productId, now + SALE_MS));
      });
    }
  }

  #begin(work: () => Promise<void>): void {
    if (this.#ending.signal.aborted) return;
    const visitDone = work()
      .catch((error: unknown) => {
        this.#ports.logger.warn({ error: errorMessage(error) }, 'a simulated shopper gave up');
        this.#giveWay();
      })
      .finally(() => {
        this.#visits.delete(visitDone);
      });
    this.#visits.add(visitDone);
  }

  /** In turn, so that nobody comes more often than one user may check out. */
  async #shopper(): Promise<Shopper> {
    const { checkoutLimitPerMinute: limit, newShopper } = this.#ports;
    const needed = limit === 0 ? 0 : Math.ceil((this.#settings.ordersPerMinute * 1.5) / limit);
    if (this.#shoppers.length < Math.max(SHOPPERS_LEAST, needed)) {
      const shopper = await newShopper();
      this.#shoppers.push(shopper);
      return shopper;
    }
    this.#turn = (this.#turn + 1) % this.#shoppers.length;
    const shopper = this.#shoppers[this.#turn];
    if (shopper === undefined) throw new RangeError('there are shoppers');
    return shopper;
  }

  #visitor({ call }: Shopper) {
    const { clock, random, newId } = this.#ports;
    return { call, clock, random, newId, signal: this.#ending.signal, pause: (ms: number) => this.#rest(ms) };
  }

  #note(outcome: Outcome): void {
    if (outcome === 'placed') this.#done.placed += 1;
    if (outcome === 'refused' || outcome === 'busy') this.#done.refused += 1;
    if (outcome === 'busy') this.#giveWay();
  }

  #giveWay(): void {
    this.#busyUntilMs = this.#ports.clock.now() + BUSY_REST_MS;
  }

  #takeCounts(): DemoCounts {
    const done = this.#done;
    this.#done = { placed: 0, refused: 0 };
    return done;
  }

  /** Ends early with the demo. */
  #rest(ms: number): Promise<void> {
    if (this.#ending.signal.aborted) return Promise.resolve();
    return new Promise((resolve) => {
      const wake = (): void => {
        cancel();
        this.#resting.delete(wake);
        resolve();
      };
      const cancel = this.#ports.clock.after(ms, wake);
      this.#resting.add(wake);
    });
  }
}
