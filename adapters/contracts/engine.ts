import { followUp } from '../../core/engine/compose.ts';
import { desiredPartitions } from '../../core/engine/membership.ts';
import type { Commit } from '../../core/engine/ports.ts';
import { addMessage, counterBehaviour } from '../../core/engine/testing/counter.ts';
import { partitionQueue } from '../../core/engine/topology.ts';
import { BrokerUnavailable, OrreryError, StoreUnavailable } from '../../core/kernel/errors.ts';
import type { Message } from '../../core/kernel/message.ts';
import { partitionOf } from '../../core/kernel/partition.ts';
import { insertOutbox } from '../postgres/engine/outbox.ts';
import type { WorldTest } from './engine-stacks.ts';
import { type EngineWorld, fresh, PARTITIONS, withCommits } from './engine-world.ts';

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
    await world.until('four answers', () => world.heard.length === 4);
    t.same(await world.sums(), { a: 6, b: 10 });
    const ofA = world.heard
      .filter(({ subject }) => subject === 'a')
      .map(({ data }) => (data as { sum: number }).sum);
    t.same(ofA, [1, 3, 6]);
    await world.until('the outbox is empty', async () => (await world.count('counters.outbox')) === 0);
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
      await world.until('three answers', () => world.heard.length === 3);
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
    await world.until('the first commit is under way', () => away);
    await world.add('a', [10]);
    await world.until('both are answered', () => world.heard.length === 2);
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
    await world.until('every partition answers', () => world.heard.length === subjects.length);
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
    await world.until('it works', () => world.heard.length === 1);
    away = true;
    await world.add('a', [2]);
    await new Promise((resolve) => setTimeout(resolve, 500));
    let stopped = false;
    void node.stop().then(() => {
      stopped = true;
    });
    await world.until('it has stopped', () => stopped);
    await world.counters();
    await world.until('the next one does what was left', () => world.heard.length === 2);
    t.same(await world.sums(), { a: 3 });
  });

  await world('actors that can not be had do not keep others from being woken (P20)', async (t, world) => {
    await world.listeners();
    const first = await world.counters({ behaviour: counterBehaviour({ remember: 'log', definition: 1 }) });
    await world.send(['x', 'y', 'z'].map((id) => fresh(addMessage(id, { add: 1, alarmMs: 100_000 }))));
    await world.until('armed', () => world.heard.length === 3);
    await first.stop();
    await world.db.query("update counters.actor set wake_at_ms = 1 where id in ('x', 'y')");
    const newer = counterBehaviour({ remember: 'log', definition: 2, migrate: () => undefined });
    await world.counters({ behaviour: newer });
    const due = async (): Promise<number> =>
      (await world.db.query('select 1 from counters.actor where wake_at_ms = 1')).length;
    await world.until('their wake-ups are gone', async () => (await due()) === 0);
    await world.until(
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
      await world.until('the answer', () => world.heard.length === 1);
      await world.add('a', [1]);
      await world.until('the next answer', () => world.heard.length === 2);
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
    await world.until('a commit was tried', () => stale.length === 1);
    await t.rejects(stale[0] ?? Promise.resolve(), { code: 'fence_lost' });
    t.same(await world.sums(), {});
    await world.db.query('update counters.partition set owner = null, expires_at = null');
    await world.until('taken back and handled', () => world.heard.length === 1);
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
    await world.until('the good ones are answered', () => world.heard.length === 3);
    t.same(await world.sums(), { a: 3, b: 1 });
    await world.until(
      'the dead letter',
      async () => (await world.broker.deadLetters('counters', 10)).length === 1,
    );
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
      await world.until('the good one is answered', () => world.heard.length === 1);
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
      await world.until(
        'it died again',
        async () => (await world.broker.deadLetters('counters', 10)).length === 4,
      );
    },
  );
}

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
      await world.until('the first owns all', async () =>
        (await world.store().leases()).every(({ owner }) => owner === 'counters-doomed'),
      );
      await world.add('a', [1]);
      await world.until('handled by the first', () => world.heard.length === 1);
      life.freeze();
      await world.counters({ memberId: 'counters-heir' });
      await world.add('a', [2]);
      await world.until('handled by the second', () => world.heard.length === 2);
      t.same(await world.sums(), { a: 3 });
      life.thaw();
      await world.add('a', [4]);
      await world.until('handled by whoever owns it now', () => world.heard.length === 3);
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
        await world.until('both own some', async () => {
          const shares = await Promise.all([owned(cutOff), owned(heir)]);
          return shares.flat().length === PARTITIONS && shares.every(({ length }) => length > 0);
        });
        const partitions = await owned(cutOff);
        const subject =
          Array.from({ length: 50 }, (_, index) => `s${String(index)}`).find((each) =>
            partitions.includes(partitionOf(each, PARTITIONS)),
          ) ?? '';
        await world.add(subject, [1]);
        await world.until('handled by the first', () => world.heard.length === 1);
        link.freeze();
        // Its consumers are alive and well, and take whatever comes.
        await world.add(subject, [2]);
        await world.add(subject, [4]);
        await world.until('handled by the second', () => world.heard.length === 3);
        t.same(await world.sums(), { [subject]: 7 });
        link.thaw();
        await world.add(subject, [8]);
        await world.until('handled by whoever owns it now', () => world.heard.length === 4);
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
        await world.until('all are handled', () => handled.length >= 6);
        // Both know of each other with the next heartbeat.
        await new Promise((resolve) => setTimeout(resolve, 1_500));
        link.freeze();
        for (let each = 0; each < 6; each += 1) await world.add('a', [1]);
        const all = (): number => new Set(handled.map((line) => line.split(' ')[1])).size;
        await world.until('all are handled without it', () => all() === 12);
        link.thaw();
        const before = handled.length;
        await world.until('it takes part again', async () => {
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
    await world.until('both own some', async () => {
      const owners = new Set((await world.store().leases()).map(({ owner }) => owner));
      return owners.has(first) && owners.has(second);
    });
    await node.stop();
    await load;
    await world.until('all are answered', () => world.heard.length === 1_200, 20_000);
    t.ok(Object.values(await world.sums()).every((sum) => sum === 30));
  });

  await world('rows of a writer that is gone are published by the sweeper (P9)', async (t, world) => {
    await world.listeners();
    await world.counters();
    const message = fresh(addMessage('a', { add: 9 }));
    await insertOutbox(world.db, 'counters', [
      { writer: 'gone-1', epoch: 0, sequence: 1, messages: [message] },
    ]);
    await world.until('swept and handled', () => world.heard.length === 1);
    t.same(await world.sums(), { a: 9 });
  });

  await world('a row whose commit had an unknown end is found and sent (P9, P21)', async (t, world) => {
    await world.listeners();
    const node = await world.counters();
    const row = node.tools.outbox.row([fresh(addMessage('a', { add: 4 }))]);
    const ghost = node.tools.outbox.row([fresh(addMessage('a', { add: 100 }))]);
    await insertOutbox(world.db, 'counters', [row]);
    node.tools.outbox.abandoned(row);
    node.tools.outbox.abandoned(ghost);
    await world.until('found and handled', () => world.heard.length === 1);
    t.same(await world.sums(), { a: 4 }, 'what never was committed is never sent');
    await world.until('the outbox is empty', async () => (await world.count('counters.outbox')) === 0);
  });

  await world(
    'publishing that fails is done again, in order, until the broker has it (P11)',
    async (t, world) => {
      await world.listeners();
      let failures = 4;
      await world.counters({
        broker: (broker) => ({
          ...bound(broker),
          publish: (frames) => {
            if (failures > 0 && frames.some(({ exchange }) => exchange === 'events')) {
              failures -= 1;
              return Promise.reject(new BrokerUnavailable('the broker is away'));
            }
            return broker.publish(frames);
          },
        }),
      });
      for (let add = 1; add <= 5; add += 1) await world.add('a', [add]);
      await world.until('five answers', () => world.heard.length === 5);
      t.equal(failures, 0);
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
    await world.until('armed', () => world.heard.length === 1);
    await first.stop();
    await world.counters();
    const fired = async (): Promise<number> => {
      const rows = await world.db.query("select 1 from counters.actor_log where message_id like '%/timer/%'");
      return rows.length;
    };
    await world.until('fired', async () => (await fired()) === 1, 15_000);
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
    await world.until('asked twice', () => asked.length === 2, 15_000);
    t.equal(asked[0], asked[1], 'the same id');
    await world.until('settled', async () => {
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
      await world.until(
        'all were tried',
        () => calls.get('flaky') === 2 && calls.get('storeless') === 3,
        15_000,
      );
      await world.until('buried', async () => (await world.broker.deadLetters('askers', 10)).length === 1);
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

/** Stops a process in the middle of what it does, and lets it go on. */
class Freezer {
  private frozen: Promise<void> | undefined;
  private wake: () => void = () => undefined;
  private freezes: (() => void)[] = [];
  private thaws: (() => void)[] = [];

  onFreeze(action: () => void): void {
    if (this.frozen === undefined) this.freezes.push(action);
  }

  onThaw(action: () => void): void {
    if (this.frozen === undefined) this.thaws.push(action);
  }

  freeze(): void {
    this.frozen = new Promise((resolve) => {
      this.wake = resolve;
    });
    for (const action of this.freezes.splice(0)) action();
  }

  thaw(): void {
    if (this.frozen === undefined) return;
    this.frozen = undefined;
    for (const action of this.thaws.splice(0)) action();
    this.wake();
  }

  /** What a stopped process does happens, if ever, when it goes on. */
  async run<Result>(call: () => Promise<Result>): Promise<Result> {
    await this.frozen;
    return call();
  }
}

/** A broker's methods, for overriding some: adapters are classes, whose methods a spread would lose. */
function bound(broker: EngineWorld['broker']): EngineWorld['broker'] {
  return {
    publish: (frames) => broker.publish(frames),
    consume: (queue, options, consumer) => broker.consume(queue, options, consumer),
    retry: (queue, delayMs, message, attempts) => broker.retry(queue, delayMs, message, attempts),
    deadLetter: (letter) => broker.deadLetter(letter),
    broadcast: (topic, payload) => {
      broker.broadcast(topic, payload);
    },
    onBroadcast: (topic, listener) => broker.onBroadcast(topic, listener),
    depth: (queue) => broker.depth(queue),
    deadLetters: (service, limit) => broker.deadLetters(service, limit),
    replayDeadLetters: (service, ids) => broker.replayDeadLetters(service, ids),
    connected: () => broker.connected(),
    close: () => broker.close(),
  };
}
