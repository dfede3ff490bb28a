import t from 'tap';
import { systemClock } from '../kernel/clock.ts';
import { silentLogger } from '../kernel/logger.ts';
import { HeldPartitions } from './held-partitions.ts';
import { OutboxSender } from './outbox-sender.ts';
import type { Subscription } from './ports.ts';
import { createRouter } from './router.ts';

const PARTITIONS = [0, 1, 2, 3];

t.test('partitions that are taken over together are listened to together', async (t) => {
  const asked: string[] = [];
  let answer = (): void => undefined;
  const answered = new Promise<void>((resolve) => {
    answer = resolve;
  });
  const subscription: Subscription = { cancel: () => Promise.resolve(), abandon: () => Promise.resolve() };
  const held = new HeldPartitions({
    service: 'counters',
    owner: 'a',
    store: {
      open: (_owner, partitions) => Promise.resolve(partitions.map((partition) => ({ partition, epoch: 1 }))),
      renew: () => Promise.resolve([]),
      release: () => Promise.resolve(),
      leftovers: () => Promise.resolve([]),
    },
    broker: {
      consume: async (queue) => {
        asked.push(queue);
        await answered;
        return subscription;
      },
    },
    sender: new OutboxSender({
      memberId: 'a',
      broker: { publish: () => Promise.resolve() },
      store: { confirmOutbox: () => Promise.resolve() },
      router: createRouter({
        partitions: PARTITIONS.length,
        exchangeOf: () => '',
        takersOf: () => 'partitions',
      }),
      clock: systemClock,
      random: () => 0,
      logger: silentLogger,
    }),
    logger: silentLogger,
    onDelivery: () => undefined,
    onLost: () => undefined,
  });
  const opening = held.open(PARTITIONS);
  await new Promise((resolve) => setImmediate(resolve));
  t.equal(asked.length, PARTITIONS.length, 'no subscription waits for the answer to another');
  answer();
  t.same(
    await opening,
    PARTITIONS.map((partition) => ({ partition, epoch: 1 })),
  );
  t.same(held.ids(), PARTITIONS);
});
