import { EventEmitter } from 'node:events';
import type { ChannelModel } from 'amqplib';
import t from 'tap';
import { ManualClock } from '../../core/kernel/testing-clock.ts';
import { Publisher } from './publisher.ts';
import { copyOut } from './wire.ts';

/*
 * A memory alarm and a full socket can't be brought about without stopping everybody else's broker, so these few
 * tests publish to a channel of their own making. What RabbitMQ itself does is tested against RabbitMQ.
 */

type Confirm = (error: unknown) => void;

class ScriptedChannel extends EventEmitter {
  readonly written: string[] = [];
  readonly confirms: Confirm[] = [];
  /** Answer of the next publishes: whether the buffer takes more. */
  takesMore = true;

  publish(
    _exchange: string,
    routingKey: string,
    _content: Buffer,
    _options: unknown,
    confirm: Confirm,
  ): boolean {
    this.written.push(routingKey);
    this.confirms.push(confirm);
    return this.takesMore;
  }

  confirmAll(): void {
    for (const confirm of this.confirms.splice(0)) confirm(null);
  }
}

async function attached(): Promise<{ publisher: Publisher; channel: ScriptedChannel; clock: ManualClock }> {
  const channel = new ScriptedChannel();
  const clock = new ManualClock();
  const publisher = new Publisher(clock, () => undefined);
  await publisher.attach({ createConfirmChannel: () => Promise.resolve(channel) } as unknown as ChannelModel);
  return { publisher, channel, clock };
}

const to = (key: string) => [copyOut('', key, Buffer.from('[]'), 0)];
const unavailable = { code: 'broker_unavailable' };

await t.test('while the broker reads nothing publishes wait, then leave in order', async (t) => {
  const { publisher, channel } = await attached();
  publisher.block(true);
  const published = ['a', 'b', 'c'].map((key) => publisher.publish(to(key)));
  t.same(channel.written, []);
  publisher.block(false);
  t.same(channel.written, ['a', 'b', 'c']);
  channel.confirmAll();
  await Promise.all(published);
});

await t.test('a full buffer makes publishes wait until it has drained', async (t) => {
  const { publisher, channel } = await attached();
  channel.takesMore = false;
  const published = ['a', 'b', 'c'].map((key) => publisher.publish(to(key)));
  t.same(channel.written, ['a']);
  channel.emit('drain');
  t.same(channel.written, ['a', 'b']);
  channel.takesMore = true;
  channel.emit('drain');
  t.same(channel.written, ['a', 'b', 'c']);
  channel.confirmAll();
  await Promise.all(published);
});

await t.test('what is not confirmed in time is refused, together with everything behind it', async (t) => {
  const { publisher, channel, clock } = await attached();
  const first = publisher.publish(to('written'));
  publisher.block(true);
  clock.advance(10_000);
  const second = publisher.publish(to('waiting'));
  const outcomes = Promise.allSettled([first, second]);
  clock.advance(7_000);
  t.match(await outcomes, [
    { status: 'rejected', reason: unavailable },
    { status: 'rejected', reason: unavailable },
  ]);
  channel.confirmAll();
  publisher.block(false);
  t.same(channel.written, ['written'], 'what was refused does not leave later');
  const third = publisher.publish(to('third'));
  channel.confirmAll();
  await third;
});

await t.test('a refusal of one frame refuses its call, and no other', async (t) => {
  const { publisher, channel } = await attached();
  const refused = publisher.publish([...to('a'), ...to('b')]);
  const other = publisher.publish(to('c'));
  const [a, b, c] = channel.confirms;
  a?.(new Error('message nacked'));
  b?.(null);
  c?.(null);
  await t.rejects(refused, unavailable);
  await other;
});
