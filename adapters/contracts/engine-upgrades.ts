import { addMessage, counterBehaviour } from '../../core/engine/testing/counter.ts';
import { systemClock } from '../../core/kernel/clock.ts';
import { NEWER_BUILD_REST_MS } from '../../core/kernel/limits.ts';
import { partitionOf } from '../../core/kernel/partition.ts';
import type { WorldTest } from './engine-stacks.ts';
import { type EngineWorld, fresh, PARTITIONS } from './engine-world.ts';
import { until } from '../../core/kernel/testing-until.ts';

/** What holds while two builds run side by side, and for actors that a newer build can't continue. */

const older = counterBehaviour({ remember: 'log', definition: 1 });
const newer = counterBehaviour({ remember: 'log', definition: 2, migrate: (stored) => stored });

export async function engineUpgradeContract(world: WorldTest): Promise<void> {
  await world(
    'a newer build takes everything over while orders flow, without loss (P3)',
    async (t, world) => {
      await world.listeners();
      await world.counters({ memberId: 'older', behaviour: older });
      await until('the older build owns all', async () => (await owners(world)).join() === 'older');
      const subjects = Array.from({ length: 20 }, (_, index) => `k${String(index)}`);
      const load = (async () => {
        for (let round = 0; round < 20; round += 1) {
          await world.send(subjects.map((subject) => fresh(addMessage(subject, { add: 1 }))));
          await new Promise((resolve) => setTimeout(resolve, 100));
        }
      })();
      await until('the older build is at work', () => world.heard.length > 0);
      const node = await world.counters({ memberId: 'newer', behaviour: newer });
      await until('the newer build owns all', async () => (await owners(world)).join() === 'newer');
      await load;
      await until('all are answered', () => world.heard.length === 400);
      t.ok(Object.values(await world.sums()).every((sum) => sum === 20));

      await node.stop();
      await until('the older build owns all again', async () => (await owners(world)).join() === 'older');
      await world.add('nobody-yet', [1]);
      await until('it goes on with what the newer one never wrote', () => world.heard.length === 401);
      t.same(await definitions(world, 'nobody-yet'), [1]);
    },
  );

  await world('an older build never handles what a newer one wrote', async (t, world) => {
    await world.listeners();
    const [home, elsewhere] = [partitionOf('a', PARTITIONS), other('a')];
    const first = await world.counters({ behaviour: newer });
    await world.add('a', [1]);
    await until('written by the newer build', () => world.heard.length === 1);
    await first.stop();

    let takings = 0;
    let aheadMs = 0;
    const old = await world.counters({
      memberId: 'older',
      behaviour: older,
      clock: { ...systemClock, now: () => Date.now() + aheadMs },
      store: (store) => ({
        ...store,
        open: (owner, partitions, leaseMs) => {
          if (partitions.includes(home)) takings += 1;
          return store.open(owner, partitions, leaseMs);
        },
      }),
    });
    await until('the older build owns all', async () => (await owners(world)).join() === 'older');
    await world.add('a', [10]);
    await world.add('a', [100]);
    await world.add(elsewhere, [1]);
    await until('the other partitions go on', () => world.heard.length === 2);
    const free = async (): Promise<boolean> => (await world.store().leases())[home]?.owner === null;
    await until('its partition is given back', free);
    // Long enough for several looks at who owns what.
    await new Promise((resolve) => setTimeout(resolve, 2_500));
    t.ok(await free());
    t.equal(takings, 1, 'it is not taken again and again');
    t.same(old.facts().leftToNewer, [home]);
    t.same(await world.broker.deadLetters('counters', 10), [], 'nothing is buried');

    aheadMs = NEWER_BUILD_REST_MS;
    await until('it looks once more after a while', () => takings === 2);
    await until('and gives it back again', free);

    await world.counters({ memberId: 'newer', behaviour: newer });
    await until('a newer build handles all that waited', () => world.heard.length === 4);
    const sums = world.heard
      .filter(({ subject }) => subject === 'a')
      .map(({ data }) => (data as { sum: number }).sum);
    // What was given back comes before or after what is newer, as the broker likes (P3); each comes once.
    t.equal(sums[0], 1);
    t.ok(sums[1] === 11 || sums[1] === 101, String(sums[1]));
    t.equal(sums[2], 111);
    t.same(await definitions(world, 'a'), [2]);
  });

  await world('an actor that can not be migrated is kept as it is, and told of', async (t, world) => {
    await world.listeners();
    const first = await world.counters({ behaviour: older });
    await world.send(['kept', 'fine'].map((id) => fresh(addMessage(id, { add: 1, alarmMs: 100_000 }))));
    await until('both are there', () => world.heard.length === 2);
    await first.stop();
    const before = await stored(world, 'kept');

    const buried: string[] = [];
    const picky = counterBehaviour({
      remember: 'log',
      definition: 2,
      migrate: (state) => ((state as { sum: number }).sum === 1 ? undefined : state),
    });
    await world.db.query(`update counters.actor set snapshot = '{"sum": 5, "fired": []}' where id = 'fine'`);
    const second = await world.counters({ behaviour: picky, onBuried: (code) => buried.push(code) });
    await world.add('kept', [10]);
    await world.add('fine', [10]);
    await until('others are migrated', () => world.heard.length === 3);
    await until('its message is buried', () => buried.length === 1);
    const [letter] = await world.broker.deadLetters('counters', 10);
    t.match(letter, { code: 'not_migratable', reason: /^counter kept stays on definition 1: no way to 2$/ });
    t.same(buried, ['not_migratable'], 'and counted');
    t.same(await stored(world, 'kept'), before, 'it stays as it was');
    t.same(await definitions(world, 'fine'), [2]);
    await second.stop();

    const generous = counterBehaviour({ remember: 'log', definition: 3, migrate: (state) => state });
    await world.counters({ behaviour: generous });
    t.equal(await world.broker.replayDeadLetters('counters'), 1);
    await until('a build that can go on with it does so', () => world.heard.length === 4);
    t.match(await world.sums(), { kept: 11, fine: 15 });
  });
}

/** Of the partitions, each once. */
async function owners(world: EngineWorld): Promise<readonly (string | null)[]> {
  return [...new Set((await world.store().leases()).map(({ owner }) => owner))];
}

/** A subject that lives in another partition. */
function other(subject: string): string {
  for (let index = 0; ; index += 1) {
    const candidate = `${subject}${String(index)}`;
    if (partitionOf(candidate, PARTITIONS) !== partitionOf(subject, PARTITIONS)) return candidate;
  }
}

async function definitions(world: EngineWorld, id: string): Promise<readonly number[]> {
  return (await stored(world, id)).map(({ definition }) => definition);
}

function stored(world: EngineWorld, id: string): Promise<readonly { readonly definition: number }[]> {
  return world.db.query('select * from counters.actor where id = $1', [id]);
}
