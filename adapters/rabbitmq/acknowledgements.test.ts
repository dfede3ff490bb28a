import type { Channel } from 'amqplib';
import t from 'tap';
import { Acknowledgements } from './acknowledgements.ts';

/** What goes over the wire: `5*` for everything up to 5, `5` for 5 alone. */
function onWire(closed = false): { wire: string[]; channel: Pick<Channel, 'ack'> } {
  const wire: string[] = [];
  const channel: Pick<Channel, 'ack'> = {
    ack: (message, allUpTo) => {
      if (closed) throw new Error('Channel closed');
      wire.push(`${String(message.fields.deliveryTag)}${allUpTo === true ? '*' : ''}`);
    },
  };
  return { wire, channel };
}

await t.test('acknowledgements of one turn leave as one, up to the first that is missing', async (t) => {
  const { wire, channel } = onWire();
  const acknowledgements = new Acknowledgements(channel, () => undefined);
  for (let tag = 1; tag <= 8; tag += 1) acknowledgements.delivered(tag);
  for (const tag of [3, 1, 2, 6, 8, 8, 99]) acknowledgements.acknowledge(tag);
  t.same(wire, []);
  await Promise.resolve();
  t.same(wire, ['3*', '6', '8']);
  t.equal(acknowledgements.outstanding(), 3);
  for (const tag of [4, 5, 1]) acknowledgements.acknowledge(tag);
  await Promise.resolve();
  t.same(wire, ['3*', '6', '8', '5*']);
});

await t.test('the end sends what was acknowledged before, and nothing after', async (t) => {
  const { wire, channel } = onWire();
  const acknowledgements = new Acknowledgements(channel, () => undefined);
  acknowledgements.delivered(1);
  acknowledgements.delivered(2);
  acknowledgements.acknowledge(1);
  acknowledgements.end();
  acknowledgements.acknowledge(2);
  acknowledgements.end();
  await Promise.resolve();
  t.same(wire, ['1*']);
});

await t.test('a closed channel makes acknowledgements no-ops', async (t) => {
  const { channel } = onWire(true);
  const acknowledgements = new Acknowledgements(channel, () => undefined);
  acknowledgements.delivered(1);
  acknowledgements.acknowledge(1);
  await Promise.resolve();
  acknowledgements.end();
  t.equal(acknowledgements.outstanding(), 0);
});
