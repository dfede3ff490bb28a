import type { Commit } from '../../core/engine/ports.ts';
import { addMessage, counterBehaviour } from '../../core/engine/testing/counter.ts';
import { partitionQueue } from '../../core/engine/topology.ts';
import { BrokerUnavailable, StoreUnavailable } from '../../core/kernel/errors.ts';
import { partitionOf } from '../../core/kernel/partition.ts';
import type { WorldTest } from './engine-stacks.ts';
import { bound, fresh, PARTITIONS, withCommits } from './engine-world.ts';
import { until } from '../../core/kernel/testing-until.ts';

/**
 * What the running engine promises under failures, on whichever broker and store the worlds have. Each test names the
 * rule of the protocol that it would catch broken. This half: deciding and committing.
 */
export async function engineContract(world: WorldTest): Promise<void> {
  await world('messages of one actor are handled in order and each is answered once', async (t, world) => {
    await world.listeners();
    await world.counters();
    await world.add('a', [1, 2, 3]);
    await world.add('b', [10]);
    await until('four answers', () => world.heard.length === 4);
    t.same(await world.sums(), { a: 6, b: 10 });
    const ofA = world.heard
      .filter(({ subject }) => subject === 'a')
      .map(({ data }) => (data as { sum: number }).sum);
    t.same(ofA, [1, 3, 6]);
    await until('the outbox is empty', async () => (await world.count('counters.outbox')) === 0);
  });

  await world(
    'a commit that fails is decided again from the store, in order, before newer ones (P7)',
    async (t, world) => {
      let failures = 3;
      await world.listeners();
      await world.counters({
        store: withCommits((commit, next) => {
          if (commit.actors.length > 0 && failures > 0) {
            failures -= 1;
            return Promise.reject(new StoreUnavailable('the store is away'));
          }
          return next(commit);
        }),
      });
      await world.add('a', [1]);
      await world.add('a', [2]);
      await world.add('a', [3]);
      await until('three answers', () => world.heard.length === 3);
      t.equal(failures, 0);
      t.same(await world.sums(), { a: 6 });
      t.same(
        world.heard.map(({ data }) => (data as { sum: number }).sum),
        [1, 3, 6],
      );
    },
  );

  await world('when loading and committing fail together, the order stays (P7)', async (t, world) => {
    await world.listeners();
    let away = false;
    let hydrates = 0;
    let release: () => void = () => undefined;
    const outage = new Promise<void>((resolve) => {
      release = resolve;
    });
    await world.counters({
      store: (store) => ({
        ...withCommits(async (commit, next) => {
          if (commit.actors.length > 0 && !away) {
            // The next batch is being loaded when the store goes away for both.
            away = true;
            await outage;
            throw new StoreUnavailable('away');
          }
          return next(commit);
        })(store),
        hydrate: async (...args) => {
          hydrates += 1;
          if (hydrates === 2) {
            release();
            throw new StoreUnavailable('away');
          }
          return store.hydrate(...args);
        },
      }),
    });
    await world.add('a', [1]);
    await until('the first commit is under way', () => away);
    await world.add('a', [10]);
    await until('both are answered', () => world.heard.length === 2);
    t.same(
      world.heard.map(({ data }) => (data as { sum: number }).sum),
      [1, 11],
    );
  });

  await world('a partition that got no consumer gets one later (P1, P11)', async (t, world) => {
    await world.listeners();
    let refusals = 3;
    await world.counters({
      broker: (broker) => ({
        ...bound(broker),
        consume: (queue, options, consumer) => {
          if (refusals > 0) {
            refusals -= 1;
            return Promise.reject(new BrokerUnavailable('away'));
          }
          return broker.consume(queue, options, consumer);
        },
      }),
    });
    const subjects = Array.from({ length: 12 }, (_, index) => `s${String(index)}`);
    await world.send(subjects.map((subject) => fresh(addMessage(subject, { add: 1 }))));
    await until('every partition answers', () => world.heard.length === subjects.length);
    t.equal(refusals, 0);
  });

  await world('a stop does not wait for a store that is away', async (t, world) => {
    let away = false;
    const gone = <Result>(call: () => Promise<Result>): Promise<Result> =>
      away ? Promise.reject(new StoreUnavailable('away')) : call();
    await world.listeners();
    const node = await world.counters({
      store: (store) => ({
        ...store,
        heartbeat: (member) => gone(() => store.heartbeat(member)),
        renew: (...args) => gone(() => store.renew(...args)),
        open: (...args) => gone(() => store.open(...args)),
        hydrate: (...args) => gone(() => store.hydrate(...args)),
        commit: (commit) => gone(() => store.commit(commit)),
        release: (...args) => gone(() => store.release(...args)),
        leave: (id) => gone(() => store.leave(id)),
      }),
    });
    await world.add('a', [1]);
    await until('it works', () => world.heard.length === 1);
    away = true;
    await world.add('a', [2]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    let stopped = false;
    void node.stop().then(() => {
      stopped = true;
    });
    await until('it has stopped', () => stopped);
    await world.counters();
    await until('the next one does what was left', () => world.heard.length === 2);
    t.same(await world.sums(), { a: 3 });
  });

  await world('actors that can not be had do not keep others from being woken (P20)', async (t, world) => {
    await world.listeners();
    const first = await world.counters({ behaviour: counterBehaviour({ remember: 'log', definition: 1 }) });
    await world.send(['x', 'y', 'z'].map((id) => fresh(addMessage(id, { add: 1, alarmMs: 100_000 }))));
    await until('armed', () => world.heard.length === 3);
    await first.stop();
    await world.db.query("update counters.actor set wake_at_ms = 1 where id in ('x', 'y')");
    const newer = counterBehaviour({ remember: 'log', definition: 2, migrate: () => undefined });
    await world.counters({ behaviour: newer });
    const due = async (): Promise<number> =>
      (await world.db.query('select 1 from counters.actor where wake_at_ms = 1')).length;
    await until('their wake-ups are gone', async () => (await due()) === 0);
    await until(
      'both have said so',
      async () => (await world.broker.deadLetters('counters', 10)).length === 2,
    );
    const letters = await world.broker.deadLetters('counters', 10);
    t.same(
      letters.map(({ code }) => code),
      ['not_migratable', 'not_migratable'],
    );
  });

  await world(
    'a commit whose answer is lost takes effect once, and what it sent arrives (P6, P9)',
    async (t, world) => {
      let lost = 0;
      await world.listeners();
      await world.participant('askers', ['counter.ask'], () => () => Promise.resolve());
      await world.counters({
        store: withCommits(async (commit, next) => {
          await next(commit);
          if (commit.actors.length > 0 && lost === 0) {
            lost += 1;
            throw new StoreUnavailable('the answer is lost');
          }
        }),
      });
      await world.send([fresh(addMessage('a', { add: 5, ask: 'x' }))]);
      await until('the answer', () => world.heard.length === 1);
      await world.add('a', [1]);
      await until('the next answer', () => world.heard.length === 2);
      t.equal(lost, 1);
      t.same(await world.sums(), { a: 6 });
      t.equal(await world.count('counters.actor_log'), 2);
    },
  );

  await world('a writer that lost its lease writes nothing, whatever it believes (P2)', async (t, world) => {
    await world.listeners();
    const stale: Promise<void>[] = [];
    let tried: Commit | undefined;
    await world.counters({
      store: withCommits(async (commit, next) => {
        if (tried === undefined && commit.actors.length > 0) {
          tried = commit;
          // Another owner takes over while this commit is about to start.
          await world.db.query('update counters.partition set owner = $1, epoch = epoch + 1', ['thief']);
          const attempt = next(commit);
          stale.push(attempt);
          return attempt;
        }
        return next(commit);
      }),
    });
    await world.add('a', [1]);
    await until('a commit was tried', () => stale.length === 1);
    await t.rejects(stale[0] ?? Promise.resolve(), { code: 'fence_lost' });
    t.same(await world.sums(), {});
    await world.db.query('update counters.partition set owner = null, expires_at = null');
    await until('taken back and handled', () => world.heard.length === 1);
    t.same(await world.sums(), { a: 1 });
  });

  await world('a value the store refuses goes to the dead letters alone (P8)', async (t, world) => {
    await world.listeners();
    await world.counters();
    const bad = fresh(addMessage('a', { add: 100, text: 'nul \u0000 inside' }));
    await world.send([
      fresh(addMessage('a', { add: 1 })),
      fresh(addMessage('b', { add: 1 })),
      bad,
      fresh(addMessage('a', { add: 2 })),
    ]);
    await until('the good ones are answered', () => world.heard.length === 3);
    t.same(await world.sums(), { a: 3, b: 1 });
    await until('the dead letter', async () => (await world.broker.deadLetters('counters', 10)).length === 1);
    const [letter] = await world.broker.deadLetters('counters', 10);
    t.equal(letter?.code, 'value_refused');
  });

  await world(
    'bad messages die with their cause, their batch goes on, and a replay returns them',
    async (t, world) => {
      await world.listeners();
      await world.counters();
      const queue = partitionQueue('counters', partitionOf('a', PARTITIONS));
      const other = Array.from({ length: 50 }, (_, index) => `s${String(index)}`).find(
        (subject) => partitionOf(subject, PARTITIONS) !== partitionOf('a', PARTITIONS),
      );
      const bad = [
        { nonsense: true },
        fresh(addMessage('a', { add: 1 }, { type: 'counter.unheard' })),
        fresh(addMessage(other ?? '', { add: 1 })),
        fresh(addMessage('a', { add: 1, explode: true })),
      ] as never[];
      const sent = world.broker.publish([
        {
          exchange: '',
          routingKey: queue,
          messages: [...bad, fresh(addMessage('a', { add: 7 }))],
          mandatory: true,
        },
      ]);
      await until('the good one is answered', () => world.heard.length === 1);
      await sent;
      const letters = await world.broker.deadLetters('counters', 10);
      t.same(letters.map(({ code }) => code).sort(), [
        'bad_envelope',
        'behaviour_threw',
        'not_accepted',
        'wrong_partition',
      ]);
      t.ok(
        letters.every((letter) => letter.queue === queue && letter.reason !== ''),
        'each names its origin and its reason',
      );
      const exploded = letters.find(({ code }) => code === 'behaviour_threw');
      t.match(exploded?.stack, /asked to explode/);
      t.equal(await world.broker.replayDeadLetters('counters', [exploded?.id ?? '']), 1);
      await until('it died again', async () => (await world.broker.deadLetters('counters', 10)).length === 4);
    },
  );
}
