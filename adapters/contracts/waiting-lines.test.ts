import t from 'tap';
import type { LineUnits } from '../../core/services/gateway/line/ports.ts';
import { createLineStore } from '../postgres/gateway/line-store.ts';
import { gatewayMigrations } from '../postgres/gateway/migrations.ts';
import { migrate } from '../postgres/migrate.ts';
import { bothDatabases } from './databases.ts';

const TURN_MS = 60_000;
const order = (key: string, quantity = 1) => ({
  quantity,
  idempotencyKey: key,
  fingerprint: `body of ${key}`,
});
const all = ({ units, sold, inOrders, onTurns }: LineUnits): number => units - sold - inOrders - onTurns;

await t.test('the waiting line of a flash sale', (t) =>
  bothDatabases(t, async (t, db) => {
    await migrate(db, [gatewayMigrations]);
    const store = createLineStore(db);
    let sales = 0;
    const newSale = (units: number, endsAt = '2030-01-01T00:00:00.000Z') => {
      sales += 1;
      return { id: `sale-${String(sales)}`, units, endsAt };
    };
    const headOf = async (saleId: string) => (await store.heads([saleId]))[0];

    await t.test('places are given in the order of arrival, one for each shopper', async (t) => {
      const sale = newSale(10);
      const first = await store.join(sale, ['u1', 'u2', 'u3']);
      t.strictSame(
        first.map(({ userId, position, state }) => [userId, position, state]),
        [
          ['u1', 1, 'waiting'],
          ['u2', 2, 'waiting'],
          ['u3', 3, 'waiting'],
        ],
      );
      const again = await store.join(sale, ['u4', 'u2']);
      t.strictSame(again.map(({ userId, position }) => [userId, position]).toSorted(), [
        ['u2', 2],
        ['u4', 4],
      ]);
      t.strictSame([...(await store.places(sale.id, ['u3', 'nobody'])).keys()], ['u3']);
      t.match(await headOf(sale.id), { joined: 4, admittedUpTo: 0, sold: 0, soldOut: false });
    });

    await t.test('two gateways at once give nobody two places, and no place twice', async (t) => {
      const sale = newSale(10);
      const shoppers = Array.from({ length: 40 }, (_, index) => `u${String(index)}`);
      const given = await Promise.all([
        store.join(sale, shoppers),
        store.join(sale, shoppers.toReversed()),
        store.join(sale, shoppers.slice(10, 30)),
      ]);
      const positions = new Map<string, Set<number>>();
      for (const { userId, position } of given.flat()) {
        positions.set(userId, (positions.get(userId) ?? new Set()).add(position));
      }
      t.ok([...positions.values()].every(({ size }) => size === 1));
      t.equal(new Set([...positions.values()].flatMap((each) => [...each])).size, shoppers.length);
    });

    await t.test('turns come in the order of places, and never for more than there is', async (t) => {
      const sale = newSale(2);
      await store.join(sale, ['u1', 'u2', 'u3']);
      t.strictSame(
        (await Promise.all([1, 2, 3].map(() => store.admit(sale.id, TURN_MS, all)))).toSorted(),
        [0, 0, 2],
      );
      t.match(await headOf(sale.id), { admittedUpTo: 2 });
      const places = await store.places(sale.id, ['u1', 'u2', 'u3']);
      t.strictSame(
        ['u1', 'u2', 'u3'].map((user) => places.get(user)?.state),
        ['turn', 'turn', 'waiting'],
      );
      t.equal(await store.admit(sale.id, TURN_MS, all), 0, 'both units are spoken for');
    });

    await t.test('a turn is used once, and only by who has it', async (t) => {
      const sale = newSale(1);
      await store.join(sale, ['u1', 'u2']);
      await store.admit(sale.id, TURN_MS, all);
      const uses = await Promise.all(['a', 'b', 'c'].map((key) => store.use(sale.id, 'u1', order(key))));
      t.strictSame(uses.map(({ outcome }) => outcome).toSorted(), ['no_turn', 'no_turn', 'used']);
      t.strictSame(await store.use(sale.id, 'u2', order('d')), { outcome: 'no_turn' });
      const winner = ['a', 'b', 'c'][uses.findIndex(({ outcome }) => outcome === 'used')] ?? '';
      t.match((await store.places(sale.id, ['u1'])).get('u1'), { state: 'used', idempotencyKey: winner });
      await store.giveBack(sale.id, 1, winner);
      t.match((await store.places(sale.id, ['u1'])).get('u1'), { state: 'turn', idempotencyKey: null });
      t.match(await store.use(sale.id, 'u1', order('e')), { outcome: 'used', position: 1 });
      await store.ordered(sale.id, 1, order('e'), 'order-1');
      await store.giveBack(sale.id, 1, 'e');
      t.match(await store.used(sale.id, 0, 10), [
        { position: 1, userId: 'u1', idempotencyKey: 'e', orderId: 'order-1', quantity: 1 },
      ]);
    });

    await t.test('who wants more than one unit gets no more than are left', async (t) => {
      const sale = newSale(3);
      await store.join(sale, ['u1', 'u2']);
      await store.admit(sale.id, TURN_MS, ({ onTurns }) => Math.max(0, 2 - onTurns));
      t.strictSame(await store.use(sale.id, 'u1', order('a', 3)), { outcome: 'too_many', unitsLeft: 2 });
      t.match(await store.use(sale.id, 'u1', order('a', 2)), { outcome: 'used' });
      t.strictSame(await store.use(sale.id, 'u2', order('b', 2)), { outcome: 'too_many', unitsLeft: 1 });
      t.match(await store.use(sale.id, 'u2', order('b')), { outcome: 'used' });
    });

    await t.test(
      'what lapses, or comes to nothing, goes to the next; what is paid for ends the sale',
      async (t) => {
        const sale = newSale(2);
        await store.join(sale, ['u1', 'u2', 'u3', 'u4']);
        t.equal(await store.admit(sale.id, 0, all), 2);
        t.strictSame(await store.use(sale.id, 'u1', order('late')), { outcome: 'no_turn' }, 'it has lapsed');
        t.equal(await store.admit(sale.id, TURN_MS, all), 2);
        t.equal((await store.places(sale.id, ['u1', 'u2'])).size, 0, 'who let it lapse has no place');
        await store.use(sale.id, 'u3', order('a'));
        await store.use(sale.id, 'u4', order('b'));
        await store.join(sale, ['u1']);
        await store.settle(sale.id, [
          { position: 3, state: 'sold' },
          { position: 4, state: 'released' },
        ]);
        t.match(await headOf(sale.id), { sold: 1, soldOut: false });
        t.equal(await store.admit(sale.id, TURN_MS, all), 1);
        t.match(await store.use(sale.id, 'u1', order('c')), { outcome: 'used', position: 5 });
        const sold = [{ position: 5, state: 'sold' as const }];
        await Promise.all([store.settle(sale.id, sold), store.settle(sale.id, sold)]);
        t.match(await headOf(sale.id), { sold: 2, soldOut: true }, 'told twice, sold once');
        t.equal(await store.admit(sale.id, TURN_MS, () => 10), 0);
      },
    );

    await t.test('once the goods have run out nobody gets a turn, and it stays so', async (t) => {
      const sale = newSale(3);
      await store.join(sale, ['u1', 'u2']);
      await store.admit(sale.id, TURN_MS, () => 1);
      await store.use(sale.id, 'u1', order('a'));
      await store.settle(sale.id, [{ position: 1, state: 'sold' }]);
      const seen: LineUnits[] = [];
      const gone = (line: LineUnits) => {
        seen.push(line);
        return 'sold_out' as const;
      };
      t.equal(await store.admit(sale.id, TURN_MS, gone), 0);
      t.strictSame(seen, [{ units: 3, sold: 1, inOrders: 0, onTurns: 0 }]);
      t.match(await headOf(sale.id), { sold: 1, soldOut: true });
      t.equal(await store.admit(sale.id, TURN_MS, all), 0, 'goods that come later are for another sale');
      await store.settle(sale.id, []);
      t.match(await headOf(sale.id), { soldOut: true });
    });

    await t.test('a use that is over can neither free nor take the turn of another order', async (t) => {
      const sale = newSale(1);
      await store.join(sale, ['u1']);
      await store.admit(sale.id, TURN_MS, all);
      await store.use(sale.id, 'u1', order('slow'));
      await store.giveBack(sale.id, 1, 'slow');
      await store.use(sale.id, 'u1', order('quick'));
      await store.giveBack(sale.id, 1, 'slow');
      await store.ordered(sale.id, 1, order('slow'), 'order-slow');
      t.match(await store.used(sale.id, 0, 10), [{ idempotencyKey: 'quick', orderId: null }]);
      await store.giveBack(sale.id, 1, 'quick');
      await store.ordered(sale.id, 1, order('slow'), 'order-slow');
      t.match(
        await store.used(sale.id, 0, 10),
        [{ idempotencyKey: 'slow', orderId: 'order-slow' }],
        'an order that was thought to be none holds its unit',
      );
    });

    await t.test('uses are read in the order of places, as many as asked for', async (t) => {
      const sale = newSale(3);
      const users = ['u1', 'u2', 'u3'];
      await store.join(sale, users);
      await store.admit(sale.id, TURN_MS, all);
      for (const user of users) await store.use(sale.id, user, order(user));
      t.strictSame(
        (await store.used(sale.id, 1, 1)).map(({ position }) => position),
        [2],
      );
      const [first] = await store.used(sale.id, 0, 10);
      t.ok(first !== undefined && first.usedForMs >= 0 && first.usedForMs < 10_000);
    });

    await t.test('turns come though a crowd joins at the same time', async (t) => {
      const sale = newSale(5);
      await store.join(sale, ['first']);
      const crowd = Array.from({ length: 20 }, (_, number) => store.join(sale, [`u${String(number)}`]));
      t.ok((await store.admit(sale.id, TURN_MS, all)) >= 1);
      await Promise.all(crowd);
    });

    await t.test('lines are forgotten some time after their sales, with all places', async (t) => {
      const old = newSale(1, '2020-01-01T00:00:00.000Z');
      const recent = newSale(1);
      for (const sale of [old, recent]) await store.join(sale, ['u1', 'u2']);
      await store.forget('2020-01-01T00:00:00.001Z');
      t.equal(await headOf(old.id), undefined);
      t.equal((await store.places(old.id, ['u1', 'u2'])).size, 0);
      t.match(await headOf(recent.id), { joined: 2 });
      t.equal((await store.places(recent.id, ['u1', 'u2'])).size, 2);
    });
  }),
);
