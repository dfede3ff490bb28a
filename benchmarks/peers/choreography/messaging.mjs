// @ts-check
import { setTimeout as pause } from 'node:timers/promises';
import { connect } from 'amqplib';

/**
 * Owns: how services hear of each other. What a service has to say lies in its outbox, written in the transaction that made
 * it so; a publisher polls it. What a service has heard is in its inbox, written in the transaction that acted on it.
 *
 * I1. A row leaves the outbox in a transaction that commits only once the broker has confirmed the message.
 * I2. A message is acknowledged only once the transaction that handled it is committed; a repeat changes nothing.
 *
 * @typedef {import('../harness/program.mjs').Place} Place
 * @typedef {import('pg').Pool} Pool
 *
 * @typedef {object} Message
 * @property {string} id
 * @property {string} topic
 * @property {Event} event
 *
 * @typedef {object} Event What every message says of the order.
 * @property {string} orderId
 * @property {number} totalCents
 * @property {readonly { readonly sku: string, readonly quantity: number }[]} lines
 *
 * @typedef {object} Settings
 * @property {number} prefetch messages a service handles at a time
 * @property {number} pollMs how long a publisher rests once its outbox is empty
 * @property {number} batch messages a publisher takes at a time
 * @property {(error: Error) => void} onError Told when something cannot go on.
 *
 * @typedef {object} Service
 * @property {string} name
 * @property {readonly string[]} topics it listens to
 * @property {(message: Message) => Promise<void>} handle Resolves once it is committed.
 */

const EXCHANGE = 'events';

/** @param {string} service */
export function messagingTables(service) {
  return `
    create table ${service}_inbox (id text primary key);
    create table ${service}_outbox (id bigint generated always as identity primary key, topic text not null, event jsonb not null);`;
}

/**
 * Declares the queues, then consumes and publishes until the place is left.
 * @param {Place} place
 * @param {Pool} pool
 * @param {readonly Service[]} services
 * @param {Settings} settings
 */
export async function startMessaging(place, pool, services, settings) {
  const connection = await connect(place.settings.AMQP_URL ?? '', { noDelay: true });
  place.defer(() => connection.close());
  const setUp = await connection.createChannel();
  await setUp.assertExchange(EXCHANGE, 'topic', { durable: true });
  for (const { name, topics } of services) {
    await setUp.assertQueue(name, { durable: true, arguments: { 'x-queue-type': 'quorum' } });
    for (const topic of topics) await setUp.bindQueue(name, EXCHANGE, topic);
  }
  for (const service of services) await consume(connection, service, settings);
  const publishers = services.map(async ({ name }) =>
    publish(pool, await connection.createConfirmChannel(), name, settings),
  );
  const stop = async () => {
    await Promise.all((await Promise.all(publishers)).map((stopOne) => stopOne()));
  };
  place.defer(stop);
  return {
    /** Stops publishing; resolves with the number of messages that still wait in queues. */
    stop: async () => {
      await stop();
      const counts = await Promise.all(services.map(({ name }) => setUp.checkQueue(name)));
      return counts.reduce((sum, { messageCount }) => sum + messageCount, 0);
    },
  };
}

/**
 * @param {import('amqplib').ChannelModel} connection
 * @param {Service} service
 * @param {Settings} settings
 */
async function consume(connection, { name, handle }, { prefetch, onError }) {
  const channel = await connection.createChannel();
  await channel.prefetch(prefetch);
  await channel.consume(name, (delivery) => {
    if (delivery === null) throw new Error(`the queue ${name} is gone`);
    const { properties, fields, content } = delivery;
    const message = {
      id: properties.messageId,
      topic: fields.routingKey,
      event: JSON.parse(content.toString()),
    };
    handle(message).then(() => channel.ack(delivery), onError);
  });
}

/**
 * @param {Pool} pool
 * @param {import('amqplib').ConfirmChannel} channel
 * @param {string} service
 * @param {Settings} settings
 * @returns {() => Promise<void>} Stops it.
 */
function publish(pool, channel, service, { pollMs, batch, onError }) {
  let stopped = false;
  const loop = async () => {
    while (!stopped) {
      const sent = await publishBatch(pool, channel, service, batch);
      if (sent < batch) await pause(pollMs);
    }
  };
  const running = loop().catch(onError);
  return () => {
    stopped = true;
    return running;
  };
}

/**
 * @param {Pool} pool
 * @param {import('amqplib').ConfirmChannel} channel
 * @param {string} service
 * @param {number} batch
 * @returns {Promise<number>} how many messages went
 */
async function publishBatch(pool, channel, service, batch) {
  const client = await pool.connect();
  try {
    await client.query('begin');
    const { rows } = await client.query({
      name: `take-${service}`,
      text: `delete from ${service}_outbox where id in (
          select id from ${service}_outbox order by id limit $1 for update skip locked)
        returning id, topic, event::text as event`,
      values: [batch],
    });
    for (const { id, topic, event } of rows) {
      const options = { persistent: true, messageId: `${service}-${id}`, contentType: 'application/json' };
      channel.publish(EXCHANGE, topic, Buffer.from(event), options);
    }
    if (rows.length > 0) await channel.waitForConfirms();
    await client.query('commit');
    return rows.length;
  } finally {
    client.release();
  }
}
