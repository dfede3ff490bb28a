import t from 'tap';
import { pino } from 'pino';
import { microBatch } from '../../core/engine/micro-batch.ts';
import { OrreryError } from '../../core/kernel/errors.ts';
import type { Random } from '../../core/kernel/clock.ts';
import type { LineHead } from '../../core/services/gateway/line/ports.ts';
import { takeTurns } from '../../core/services/gateway/line/turns.ts';
import { WaitingLines } from '../../core/services/gateway/line/waiting-lines.ts';
import type { StockLevel } from '../../core/services/inventory/ports.ts';
import type { CheckoutAccepted } from '../../core/services/orders/ports.ts';
import type { OrderStatus } from '../../core/messages/status.ts';
import { createTicketSigner } from '../http/tickets.ts';
import type { Database } from '../postgres/database.ts';
import { createLineStore } from '../postgres/gateway/line-store.ts';
import { gatewayMigrations } from '../postgres/gateway/migrations.ts';
import { migrate } from '../postgres/migrate.ts';
import { chance, oneOf, streamOf, whole } from '../../core/kernel/seeded-random.ts';
import { bothDatabases } from './databases.ts';

/*
 * Two gateways on one store, shoppers who come, go, pay, don't pay and let their turns lapse in random order, and gateways
 * that die between taking a turn and hearing of the order. Left out: an order that lands after the line has looked for
 * it in vain and the turn has lapsed; only the stock bounds that one.
 */

const SHOPPERS = Array.from({ length: 24 }, (_, number) => `shopper-${String(number)}`);
const UNITS = 6;
const ROUNDS = 80;
const DRAIN_ROUNDS_MAX = 200;

type Fate = 'placed' | 'refused' | 'died before the order' | 'died after the order';

interface Order {
  readonly userId: string;
  readonly fingerprint: string;
  readonly quantity: number;
  status: OrderStatus;
}

/** What a gateway needs beside the store; orders are a map, for only their ends matter to a line. */
class World {
  readonly orders = new Map<string, Order>();
  /** Keys whose gateway died before the line heard of them. */
  readonly died = new Set<string>();
  readonly tickets = createTicketSigner('random lines');
  readonly tokens = new Map<string, string>();
  readonly saleId: string;
  readonly #stock: number;
  readonly #db: Database;
  readonly gateways: readonly { readonly lines: WaitingLines; readonly step: () => void }[];
  #keys = 0;

  constructor(db: Database, seed: number) {
    this.#db = db;
    this.saleId = `sale-${String(seed)}`;
    // Of every second sale a unit is missing on the shelf.
    this.#stock = UNITS - (seed % 2);
    this.gateways = [this.#gateway(), this.#gateway()];
  }

  get toSell(): number {
    return Math.min(UNITS, this.#stock);
  }

  available(): number {
    const live = [...this.orders.values()].filter(({ status }) => status !== 'cancelled');
    return this.#stock - live.reduce((sum, { quantity }) => sum + quantity, 0);
  }

  #level(): StockLevel {
    const available = this.available();
    const held = [...this.orders.values()].filter(({ status }) => status === 'pending');
    const reserved = held.reduce((sum, { quantity }) => sum + quantity, 0);
    return {
      sku: 'SKU-p1',
      warehouses: [{ id: 'w1', onHand: available + reserved, reserved, available }],
    };
  }

  #gateway(): { readonly lines: WaitingLines; readonly step: () => void } {
    let next: () => void = () => undefined;
    const sale = {
      id: this.saleId,
      productId: 'p1',
      sku: 'SKU-p1',
      startsAt: new Date(Date.now() - 1_000).toISOString(),
      endsAt: new Date(Date.now() + 3_600_000).toISOString(),
      units: UNITS,
    };
    const lines = new WaitingLines({
      sales: { current: () => Promise.resolve([sale]) },
      store: createLineStore(this.#db),
      orders: {
        versions: (ids) =>
          Promise.resolve(
            new Map(
              ids.flatMap((id) => {
                const order = this.orders.get(id);
                return order === undefined ? [] : [[id, { ...order, version: 1 }] as const];
              }),
            ),
          ),
        findByKey: (_user, key, fingerprint) => this.#findByKey(key, fingerprint),
      },
      inventory: { find: () => Promise.resolve(this.#level()) },
      tickets: this.tickets,
      microBatch,
      clock: {
        now: () => Date.now(),
        after: (_delayMs, callback) => {
          next = callback;
          return () => (next = () => undefined);
        },
      },
      logger: pino({ level: 'silent' }),
    });
    const step = (): void => {
      const now = next;
      next = () => undefined;
      now();
    };
    return { lines, step };
  }

  #findByKey(key: string, fingerprint: string): Promise<CheckoutAccepted | undefined> {
    const order = this.orders.get(key);
    if (order === undefined) return Promise.resolve(undefined);
    if (order.fingerprint !== fingerprint)
      return Promise.reject(new OrreryError('idempotency_mismatch', 'another body'));
    return Promise.resolve({ orderId: key, totalCents: 1, createdAt: '', repeated: true });
  }

  /** One checkout; resolves with the code it was refused with. */
  async checkout(
    lines: WaitingLines,
    userId: string,
    quantity: number,
    fate: Fate,
  ): Promise<string | undefined> {
    const key = `key-${String((this.#keys += 1))}`;
    const token = this.tokens.get(userId);
    try {
      const wish = { userId, idempotencyKey: key, fingerprint: key, token };
      const [turn] = await takeTurns(lines, wish, new Map([['p1', quantity]]));
      const placed = fate !== 'refused' && fate !== 'died before the order' && this.available() >= quantity;
      if (placed) this.orders.set(key, { userId, fingerprint: key, quantity, status: 'pending' });
      if (fate.startsWith('died')) this.died.add(key);
      else await (placed ? turn?.ordered(key) : turn?.giveBack());
      return undefined;
    } catch (error) {
      if (error instanceof OrreryError) return error.code;
      throw error;
    }
  }

  /** Where a shopper stands, told by either gateway; throws when they were moved back. */
  async look(lines: WaitingLines, userId: string): Promise<void> {
    const token = this.tokens.get(userId);
    const before = token === undefined ? undefined : this.tickets.verify(token);
    const place = await lines.place(this.saleId, userId, token);
    if (place === undefined) {
      this.tokens.delete(userId);
      return;
    }
    const now = this.tickets.verify(place.token);
    if (now?.position === before?.position && (now?.shown ?? 0) > (before?.shown ?? 0))
      throw new Error(`${userId} was moved back`);
    this.tokens.set(userId, place.token);
  }

  /** Some turns are over, or uses old enough to be asked about, as time makes them. */
  async letTimePass(random: Random, share: number): Promise<void> {
    await this.#db.query(
      `update gateway.place set turn_until = clock_timestamp() - interval '1 second'
       where sale_id = $1 and state = 'turn' and (position * $2) % 100 < $3`,
      [this.saleId, whole(random, 1, 97), share * 100],
    );
    await this.#db.query(
      `update gateway.place set used_at = clock_timestamp() - interval '20 seconds'
       where sale_id = $1 and state = 'used' and order_id is null and idempotency_key = any($2::text[])`,
      [this.saleId, [...this.died]],
    );
  }

  endSomeOrders(random: Random, probability: number, paid: number): void {
    for (const order of this.orders.values()) {
      if (order.status === 'pending' && chance(random, probability))
        order.status = chance(random, paid) ? 'confirmed' : 'cancelled';
    }
  }

  /** What is wrong in the store now; nothing may be, at any moment. */
  async broken(): Promise<readonly string[]> {
    const [row] = await this.#db.query<Readonly<Record<string, number>>>(
      `select line.units, line.sold, line.joined, line.admitted_up_to as admitted,
         count(*)::integer as places, max(position) as last,
         coalesce(sum(quantity) filter (where state in ('turn', 'used', 'sold')), 0)::integer as taken,
         coalesce(sum(quantity) filter (where state = 'sold'), 0)::integer as "soldPlaces",
         count(*) filter (where state = 'waiting' and position <= admitted_up_to)::integer as skipped,
         count(*) filter (where state in ('turn', 'used', 'sold') and position > admitted_up_to)::integer as early
       from gateway.line join gateway.place using (sale_id) where sale_id = $1
       group by line.sale_id`,
      [this.saleId],
    );
    if (row === undefined) return [];
    const of = (name: string): number => row[name] ?? NaN;
    const live = [...this.orders.values()].filter(({ status }) => status !== 'cancelled');
    const ordered = live.reduce((sum, { quantity }) => sum + quantity, 0);
    const rules: readonly (readonly [rule: string, holds: boolean])[] = [
      ['no more is held or sold than there is', of('taken') <= of('units')],
      ['what is sold is counted', of('sold') === of('soldPlaces')],
      ['places are numbered without a gap', of('places') === of('joined') && of('last') === of('joined')],
      ['nobody is passed over', of('skipped') === 0],
      ['nobody has a turn before it came', of('early') === 0],
      ['every order holds its units', ordered <= of('taken')],
    ];
    return rules.filter(([, holds]) => !holds).map(([rule]) => `${rule}: ${JSON.stringify(row)}`);
  }

  async sold(): Promise<number> {
    return (await this.head())?.sold ?? 0;
  }

  async head(): Promise<LineHead | undefined> {
    return (await createLineStore(this.#db).heads([this.saleId]))[0];
  }
}

async function someAction(world: World, random: Random): Promise<void> {
  const { lines, step } = oneOf(random, world.gateways);
  const userId = oneOf(random, SHOPPERS);
  const what = random();
  if (what < 0.2) step();
  else if (what < 0.3) await world.look(lines, userId);
  else if (what < 0.35) await lines.leave(world.saleId, userId);
  else {
    const fates: readonly Fate[] = ['placed', 'placed', 'placed', 'refused'];
    const deaths: readonly Fate[] = ['died before the order', 'died after the order'];
    await world.checkout(
      lines,
      userId,
      chance(random, 0.2) ? whole(random, 2, 3) : 1,
      oneOf(random, chance(random, 0.1) ? deaths : fates),
    );
  }
}

/** From now on everybody pays and nothing fails: everything that is there must be sold. */
async function drain(world: World, random: Random): Promise<void> {
  for (let round = 0; round < DRAIN_ROUNDS_MAX && (await world.head())?.soldOut !== true; round += 1) {
    for (const { lines, step } of world.gateways) {
      step();
      await Promise.all(SHOPPERS.map((userId) => world.checkout(lines, userId, 1, 'placed')));
    }
    await world.letTimePass(random, 0);
    world.endSomeOrders(random, 1, 1);
  }
}

await t.test('the waiting line holds whatever happens in whatever order', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [gatewayMigrations]);
    for (const seed of [1, 2, 3, 4]) {
      await t.test(`seed ${String(seed)}`, async (t) => {
        const random = streamOf(seed, 'waiting lines');
        const world = new World(db, seed);
        for (const { lines } of world.gateways) await lines.start();
        try {
          for (let round = 0; round < ROUNDS; round += 1) {
            const actions = Array.from({ length: whole(random, 1, 6) }, () => someAction(world, random));
            await Promise.all(actions);
            if (chance(random, 0.2)) await world.letTimePass(random, 0.3);
            world.endSomeOrders(random, 0.1, 0.1);
            const broken = await world.broken();
            if (broken.length > 0) throw new Error(`round ${String(round)}: ${broken.join('; ')}`);
          }
          await drain(world, random);
        } finally {
          for (const { lines } of world.gateways) await lines.stop();
        }
        t.strictSame(await world.broken(), []);
        t.equal(await world.sold(), world.toSell, 'every unit that came back was offered again');
        t.equal((await world.head())?.soldOut, true, 'and then nobody waits any more');
      });
    }
  }),
);
