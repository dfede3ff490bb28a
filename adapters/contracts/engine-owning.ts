import { followUp } from '../../core/engine/compose.ts';
import { desiredPartitions } from '../../core/engine/membership.ts';
import { addMessage, counterBehaviour } from '../../core/engine/testing/counter.ts';
import { BrokerUnavailable, OrreryError, StoreUnavailable } from '../../core/kernel/errors.ts';
import type { Message } from '../../core/kernel/message.ts';
import { partitionOf } from '../../core/kernel/partition.ts';
import { insertOutbox } from '../postgres/engine/outbox.ts';
import type { WorldTest } from './engine-stacks.ts';
import { bound, fresh, PARTITIONS } from './engine-world.ts';
import { Freezer } from './freezer.ts';
import { until } from '../../core/kernel/testing-until.ts';

/** The other half: owning partitions, sending, waking, participants. */
export async function engineOwningContract(world: WorldTest): Promise<void> {
  await world('a worker that vanishes loses nothing: another takes its partitions (P1)', async (t, world) => {
    await world.listeners();
    const life = new Freezer();
    await world.counters({
      memberId: 'counters-doomed',
      store: (store) => ({
        ...store,
        heartbeat: (member) => life.run(() => store.heartbeat(member)),
        renew: (...args) => life.run(() => store.renew(...args)),
        open: (...args) => life.run(() => store.open(...args)),
        commit: (commit) => life.run(() => store.commit(commit)),
      }),
      broker: (broker) => ({
        ...bound(broker),
        consume: async (queue, options, consumer) => {
          const subscription = await broker.consume(queue, options, consumer);
          // A process that dies takes its connection along; one that comes back hears of it.
          life.onFreeze(() => void subscription.abandon());
          life.onThaw(() => {
            consumer.onLost(new Error('the connection was lost'));
          });
          return subscription;
        },
      }),
    });
    try {
      await until('the first owns all', async () =>
        (await world.store().leases()).every(({ owner }) => owner === 'counters-doomed'),
      );
      await world.add('a', [1]);
      await until('handled by the first', () => world.heard.length === 1);
      life.freeze();
      await world.counters({ memberId: 'counters-heir' });
      await world.add('a', [2]);
      await until('handled by the second', () => world.heard.length === 2);
      t.same(await world.sums(), { a: 3 });
      life.thaw();
      await world.add('a', [4]);
      await until('handled by whoever owns it now', () => world.heard.length === 3);
      t.same(await world.sums(), { a: 7 });
    } finally {
      life.thaw();
    }
  });

  await world(
    'a worker cut off from its store lets go of its deliveries, so that the next owner gets them (P1)',
    async (t, world) => {
      await world.listeners();
      const link = new Freezer();
      const [cutOff, heir] = twoWhoShare();
      await world.counters({
        memberId: cutOff,
        store: (store) => ({
          ...store,
          heartbeat: (member) => link.run(() => store.heartbeat(member)),
          renew: (...args) => link.run(() => store.renew(...args)),
          open: (...args) => link.run(() => store.open(...args)),
          hydrate: (...args) => link.run(() => store.hydrate(...args)),
          commit: (commit) => link.run(() => store.commit(commit)),
        }),
      });
      try {
        await world.counters({ memberId: heir });
        const owned = async (owner: string): Promise<readonly number[]> =>
          (await world.store().leases())
            .filter((lease) => lease.live && lease.owner === owner)
            .map(({ partition }) => partition);
        await until('both own some', async () => {
          const shares = await Promise.all([owned(cutOff), owned(heir)]);
          return shares.flat().length === PARTITIONS && shares.every(({ length }) => length > 0);
        });
        const partitions = await owned(cutOff);
        const subject =
          Array.from({ length: 50 }, (_, index) => `s${String(index)}`).find((each) =>
            partitions.includes(partitionOf(each, PARTITIONS)),
          ) ?? '';
        await world.add(subject, [1]);
        await until('handled by the first', () => world.heard.length === 1);
        link.freeze();
        // Its consumers are alive and well, and take whatever comes.
        await world.add(subject, [2]);
        await world.add(subject, [4]);
        await until('handled by the second', () => world.heard.length === 3);
        t.same(await world.sums(), { [subject]: 7 });
        link.thaw();
        await world.add(subject, [8]);
        await until('handled by whoever owns it now', () => world.heard.length === 4);
        t.same(await world.sums(), { [subject]: 15 });
      } finally {
        link.thaw();
      }
    },
  );

  await world(
    'a participant cut off from its store leaves deliveries to others, and takes them again afterwards',
    async (t, world) => {
      const link = new Freezer();
      const handled: string[] = [];
      const note = (name: string, { id }: Message): Promise<void> => {
        handled.push(`${name} ${id}`);
        return Promise.resolve();
      };
      // What the one that is cut off takes in hand stands still.
      await world.participant(
        'listeners',
        ['counter.added'],
        () => (message) => link.run(() => note('first', message)),
        {},
        { store: (store) => ({ ...store, heartbeat: (member) => link.run(() => store.heartbeat(member)) }) },
      );
      await world.participant('listeners', ['counter.added'], () => (message) => note('second', message));
      await world.counters();
      try {
        await world.add('a', [1, 1, 1, 1, 1, 1]);
        await until('all are handled', () => handled.length >= 6);
        // Both know of each other with the next heartbeat.
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        link.freeze();
        for (let each = 0; each < 6; each += 1) await world.add('a', [1]);
        const all = (): number => new Set(handled.map((line) => line.split(' ')[1])).size;
        await until('all are handled without it', () => all() === 12);
        link.thaw();
        const before = handled.length;
        await until('it takes part again', async () => {
          await world.add('a', [1]);
          return handled.slice(before).some((line) => line.startsWith('first'));
        });
        t.ok(handled.length > before);
      } finally {
        link.thaw();
      }
    },
  );

  await world('partitions are shared among workers and handed over without loss (P3)', async (t, world) => {
    await world.listeners();
    const [first, second] = twoWhoShare();
    await world.counters({ memberId: first });
    const subjects = Array.from({ length: 40 }, (_, index) => `k${String(index)}`);
    const load = (async () => {
      for (let round = 0; round < 30; round += 1) {
        await world.send(subjects.map((subject) => fresh(addMessage(subject, { add: 1 }))));
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    })();
    const node = await world.counters({ memberId: second });
    await until('both own some', async () => {
      const owners = new Set((await world.store().leases()).map(({ owner }) => owner));
      return owners.has(first) && owners.has(second);
    });
    await node.stop();
    await load;
    await until('all are answered', () => world.heard.length === 1_200);
    t.ok(Object.values(await world.sums()).every((sum) => sum === 30));
  });

  await world('rows of a writer that is gone are published by the sweeper (P9)', async (t, world) => {
    await world.listeners();
    const again: unknown[] = [];
    await world.counters({
      broker: (broker) => ({
        ...bound(broker),
        publish: (frames, how) => {
          if (frames.some(({ exchange }) => exchange === 'commands')) again.push(how?.again);
          return broker.publish(frames, how);
        },
      }),
    });
    const message = fresh(addMessage('a', { add: 9 }));
    await insertOutbox(world.db, 'counters', [
      { writer: 'gone-1', epoch: 0, sequence: 1, messages: [message] },
    ]);
    await until('swept and handled', () => world.heard.length === 1);
    t.same(await world.sums(), { a: 9 });
    t.same(again, [true], 'it may have been published before (P13)');
  });

  await world('a row whose commit had an unknown end is found and sent (P9, P21)', async (t, world) => {
    await world.listeners();
    const node = await world.counters();
    const row = node.tools.outbox.row([fresh(addMessage('a', { add: 4 }))]);
    const ghost = node.tools.outbox.row([fresh(addMessage('a', { add: 100 }))]);
    await insertOutbox(world.db, 'counters', [row]);
    node.tools.outbox.abandoned(row);
    node.tools.outbox.abandoned(ghost);
    await until('found and handled', () => world.heard.length === 1);
    t.same(await world.sums(), { a: 4 }, 'what never was committed is never sent');
    await until('the outbox is empty', async () => (await world.count('counters.outbox')) === 0);
  });

  await world(
    'publishing that fails is done again, in order, until the broker has it (P11)',
    async (t, world) => {
      await world.listeners();
      let failures = 4;
      let mended = 0;
      await world.counters({
        broker: (broker) => ({
          ...bound(broker),
          publish: (frames, how) => {
            if (failures > 0 && frames.some(({ exchange }) => exchange === 'events')) {
              failures -= 1;
              return Promise.reject(new BrokerUnavailable('the broker is away'));
            }
            if (how?.again === true) mended += 1;
            return broker.publish(frames, how);
          },
        }),
      });
      for (let add = 1; add <= 5; add += 1) await world.add('a', [add]);
      await until('five answers', () => world.heard.length === 5);
      t.equal(failures, 0);
      t.ok(mended > 0, 'the broker is told that it is not for the first time (P13)');
      t.same(
        world.heard.map(({ data }) => (data as { sum: number }).sum),
        [1, 3, 6, 10, 15],
      );
    },
  );

  await world('timers survive a restart and fire once (P20)', async (t, world) => {
    await world.listeners();
    const first = await world.counters();
    await world.send([fresh(addMessage('a', { add: 1, alarmMs: 1_500 }))]);
    await until('armed', () => world.heard.length === 1);
    await first.stop();
    await world.counters();
    const fired = async (): Promise<number> => {
      const rows = await world.db.query("select 1 from counters.actor_log where message_id like '%/timer/%'");
      return rows.length;
    };
    await until('fired', async () => (await fired()) === 1);
    await new Promise((resolve) => setTimeout(resolve, 500));
    t.equal(await fired(), 1);
  });

  await world('a request without an answer is sent again, unchanged (P14)', async (t, world) => {
    const asked: string[] = [];
    await world.listeners();
    await world.participant('askers', ['counter.ask'], (tools) => async (message) => {
      asked.push(message.id);
      if (asked.length < 2) return;
      const answer = followUp(
        message,
        { type: 'counter.answered', subject: 'a', data: { add: 0 } },
        0,
        Date.now(),
        () => 1,
      );
      const row = tools.outbox.row([answer]);
      await insertOutbox(world.db, 'askers', [row]);
      tools.outbox.committed(row);
    });
    await world.counters();
    await world.send([fresh(addMessage('a', { add: 1, ask: 'x' }))]);
    await until('asked twice', () => asked.length === 2);
    t.equal(asked[0], asked[1], 'the same id');
    await until('settled', async () => {
      const [row] = await world.db.query<{ waiting: unknown[] }>(
        "select waiting from counters.actor where id = 'a'",
      );
      return row?.waiting.length === 0;
    });
  });

  await world(
    'a participant retries what failed for now, gives up in the end, and buries what is bad (P25)',
    async (t, world) => {
      const calls = new Map<string, number>();
      await world.counters({ behaviour: counterBehaviour({ remember: 'inbox' }) });
      await world.participant('askers', ['counter.ask'], () => (message) => {
        const count = (calls.get(message.subject) ?? 0) + 1;
        calls.set(message.subject, count);
        if (message.subject === 'flaky' && count < 2) {
          return Promise.reject(new OrreryError('busy', 'come back later', { retryable: true }));
        }
        if (message.subject === 'storeless' && count < 3) return Promise.reject(new StoreUnavailable('away'));
        if (message.subject === 'bad') return Promise.reject(new Error('never'));
        return Promise.resolve();
      });
      await world.send(['flaky', 'storeless', 'bad'].map((ask) => fresh(addMessage('a', { add: 1, ask }))));
      await until('all were tried', () => calls.get('flaky') === 2 && calls.get('storeless') === 3);
      await until('buried', async () => (await world.broker.deadLetters('askers', 10)).length === 1);
      const [letter] = await world.broker.deadLetters('askers', 10);
      t.match(letter, { code: 'internal_error', reason: 'never', queue: 'askers', attempts: 1 });
      t.equal(calls.get('bad'), 1);
    },
  );
}

/** Two members of whom each gets some of the few partitions. */
function twoWhoShare(): readonly [string, string] {
  for (let index = 0; ; index += 1) {
    const ids = ['one', `two-${String(index)}`] as const;
    const members = ids.map((id) => ({ id, worker: true, generation: 1, backlog: 0 }));
    if (ids.every((id) => desiredPartitions(members, id, PARTITIONS).length > 0)) return ids;
  }
}
