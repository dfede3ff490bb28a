import { partitionQueue } from '../../core/engine/topology.ts';
import { deliveryContract } from './broker-delivery.ts';
import { failureContract } from './broker-failures.ts';
import { Inbox } from './broker-inbox.ts';
import { exclusive, frame, shared, type BrokerWorld, type TapTest } from './broker-world.ts';
import { eventually } from '../../core/kernel/testing-until.ts';

export { contractTopology, type BrokerWorld } from './broker-world.ts';

/** The behaviour every broker adapter shows. Opens and closes its own brokers. */
export async function brokerContract(t: TapTest, world: BrokerWorld): Promise<void> {
  const broker = await world.open();
  await deliveryContract(t, world, broker);
  await failureContract(t, world, broker);

  await t.test('publishing while handling a delivery neither recurses nor loses', async (t) => {
    const inbox = new Inbox('acknowledge');
    const published: Promise<void>[] = [];
    let depth = 0;
    inbox.then = ({ messages }) => {
      t.equal(depth, 0, 'not within the handler');
      depth += 1;
      const count = Number((messages[0] as { id: string }).id);
      if (count < 50) published.push(broker.publish([frame(7, String(count + 1))]));
      depth -= 1;
    };
    const subscription = await broker.consume(partitionQueue('orders', 7), exclusive, inbox);
    await broker.publish([frame(7, '1')]);
    await inbox.until(50);
    await Promise.all(published);
    t.same(
      inbox.ids(),
      Array.from({ length: 50 }, (_, index) => String(index + 1)),
    );
    await subscription.cancel();
  });

  await t.test('a broadcast reaches everyone who listens to its topic now', async (t) => {
    const other = world.resolves === 'stored' ? await world.open() : broker;
    const heard: string[] = [];
    const hear = (who: string) => (payload: unknown) => {
      heard.push(`${who}:${JSON.stringify(payload)}`);
    };
    const leave = await broker.onBroadcast('order:1', hear('a'));
    const endB = await other.onBroadcast('order:1', hear('b'));
    const endC = await other.onBroadcast('order:*', hear('c'));
    broker.broadcast('order:1', { n: 1 });
    await eventually(() => heard.length === 2);
    await leave();
    other.broadcast('order:1', { n: 2 });
    await eventually(() => heard.length === 3);
    t.same(heard.sort(), ['a:{"n":1}', 'b:{"n":1}', 'b:{"n":2}'], 'topics are names, not patterns');
    await endB();
    await endC();
    if (other !== broker) await other.close();
  });

  await t.test('what does not exist is refused', async (t) => {
    await t.rejects(broker.consume('nowhere', shared, new Inbox('hold')), { code: 'broker_unavailable' });
    await t.rejects(broker.depth('nowhere'), { code: 'broker_unavailable' });
    t.ok(broker.connected(), 'and nothing else suffers');
    await broker.publish([]);
  });

  await t.test('a closed broker refuses, and closing is no loss', async (t) => {
    const inbox = new Inbox('hold');
    await broker.consume(partitionQueue('orders', 4), exclusive, inbox);
    await broker.close();
    t.same(inbox.lost, []);
    t.equal(broker.connected(), false);
    await t.rejects(broker.publish([frame(4, 'late')]), { code: 'broker_unavailable' });
    await t.rejects(broker.consume(partitionQueue('orders', 4), exclusive, inbox), {
      code: 'broker_unavailable',
    });
    await broker.close();
  });
}
