import { auditBooks } from '../main/drills/books.ts';
import type { TapTest } from '../postgres/testing.ts';
import { breaking, spying } from './platform-intrusions.ts';
import { listen } from './platform-live.ts';
import { counting } from './platform-looks.ts';
import { Person, Shelf } from './platform-person.ts';
import { until } from '../../core/kernel/testing-until.ts';
import { buying, declining, repeating, shortage } from './platform-purchases.ts';
import { repairing, resting } from './platform-repairs.ts';
import { approving, cancelling, rejecting, suspicious } from './platform-reviews.ts';
import type { Scene } from './platform-scene.ts';
import { FAST_ROAD, type PlatformGround, PlatformStage, SLOW_ROAD } from './platform-stage.ts';

/**
 * What people get from the whole product, over HTTP alone; only what nobody may do over HTTP (a fraud score, a broken
 * message) goes in through the broker. `open` gives the ground on which the platform is started, three times: on a
 * slow road, where orders can be stopped before they are shipped, and twice on a fast one.
 */
export async function platformContract(
  t: TapTest,
  open: (t: TapTest, run: (ground: PlatformGround) => Promise<void>) => Promise<void>,
): Promise<void> {
  await open(t, async (ground) => {
    const stage = new PlatformStage(ground);
    try {
      await stage.start(SLOW_ROAD);
      const [ada, admin] = await Promise.all([Person.register(stage, 'Ada'), Person.admin(stage)]);
      const scene: Scene = { stage, ada, admin, shelf: await Shelf.read(admin) };
      await t.test('an order is cancelled before it is shipped', (t) => cancelling(t, scene));
      await t.test('stuck orders are repaired by hand', (t) => repairing(t, scene));
      await t.test('a service rests', (t) => resting(t, scene));
      await t.test('a suspicious order is rejected', (t) => rejecting(t, scene));
      const inReview = await suspicious(scene, [{ productId: scene.shelf.take(60).id, quantity: 1 }]);

      await stage.stop();
      await stage.start(FAST_ROAD);
      await t.test('a suspicious order is approved, after a restart', (t) => approving(t, scene, inReview));
      await t.test('an order goes all the way', (t) => buying(t, scene));
      await t.test('from a look to an order', (t) => counting(t, scene));
      await t.test('a declined card', (t) => declining(t, scene));
      await t.test('not enough stock', (t) => shortage(t, scene));
      await t.test('one key, one order', (t) => repeating(t, scene));
      await t.test("nobody reads other people's orders", (t) => spying(t, scene));
      await t.test('live updates', (t) => following(t, scene));
      await t.test('broken messages', (t) => breaking(t, scene));

      const interrupted = await ada.buy([{ productId: scene.shelf.take(60).id, quantity: 1 }]);
      const stoppingAt = new Date().toISOString();
      await stage.stop();
      await stage.start(FAST_ROAD);
      await t.test('an order that was interrupted reaches its end', async (t) => {
        await ada.sees(interrupted, 'delivered');
        const [last] = (await ada.log(interrupted)).slice(-1);
        t.ok(
          last !== undefined && last.at > stoppingAt,
          'it was under way when the platform was told to stop',
        );
      });
      await t.test('in the end the books are right', (t) => auditing(t, scene));
    } finally {
      await stage.stop();
    }
  });
}

async function following(t: TapTest, { ada, shelf }: Scene): Promise<void> {
  const orderId = await ada.buy([{ productId: shelf.take(60).id, quantity: 1 }]);
  const { told, close } = await listen(ada, `order:${orderId}`);
  try {
    await ada.sees(orderId, 'delivered');
    const entries = await ada.log(orderId);
    await until('the last entry', () =>
      Promise.resolve(told.at(-1)?.cursor === entries.at(-1)?.seq ? true : undefined),
    );
    t.same(
      told.map(({ topic, cursor, type, data }) => ({ topic, cursor, type, to: data.entry.to })),
      entries.map(({ seq, type, to }) => ({ topic: `order:${orderId}`, cursor: seq, type, to })),
      'every entry once, in order',
    );
    t.equal(told.at(-1)?.data.entry.to, 'delivered');
  } finally {
    await close();
  }
}

async function auditing(t: TapTest, { stage }: Scene): Promise<void> {
  const { database } = stage.running;
  const wrong = async () => (await auditBooks(database)).filter(({ broken }) => broken.length > 0);
  t.same(await until('books that are right', wrong, ({ length }) => length === 0), []);
}
