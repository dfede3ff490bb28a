import t from 'tap';
import { streamOf } from '../../../core/kernel/seeded-random.ts';
import { Scheduler } from '../scheduler.ts';
import { Pipe } from './pipe.ts';

const ITEMS = 500;

await t.test('what is sent arrives in order, in time, and with no more events than items', async (t) => {
  const random = streamOf(1, 'pipe');
  const scheduler = new Scheduler(Date.UTC(2026, 0, 5));
  const arrived: number[] = [];
  const due: number[] = [];
  let early = 0;
  let bursts = 0;
  const pipe = new Pipe<number>(
    scheduler,
    (item) => {
      arrived.push(item);
      if (scheduler.now() < (due[item] ?? 0)) early += 1;
    },
    () => {
      bursts += 1;
    },
  );
  const send = (item: number): void => {
    const travelMs = 4 * random();
    due.push(Math.floor(scheduler.now() + travelMs));
    pipe.send(item, travelMs);
    if (arrived.includes(item)) t.fail('it arrived within the call that sent it');
    // Several in one moment, or one after the other.
    if (item + 1 === ITEMS) return;
    if (random() < 0.5) send(item + 1);
    else {
      scheduler.after(2 * random(), () => {
        send(item + 1);
      });
    }
  };
  send(0);
  await scheduler.run(() => false);
  t.same(
    arrived,
    Array.from({ length: ITEMS }, (_, item) => item),
  );
  t.equal(early, 0);
  t.ok(bursts < ITEMS * 0.9, 'those due in one moment share an event', { bursts });
});

await t.test('what is cleared never arrives, what is sent afterwards does', async (t) => {
  const scheduler = new Scheduler(0);
  const arrived: string[] = [];
  const pipe = new Pipe<string>(scheduler, (item) => {
    arrived.push(item);
    if (item === 'last before') pipe.clear();
  });
  pipe.send('lost', 5);
  pipe.clear();
  pipe.send('last before', 1);
  pipe.send('lost, too', 1);
  await scheduler.run(() => false);
  pipe.send('after', 1);
  await scheduler.run(() => false);
  t.same(arrived, ['last before', 'after']);
});
