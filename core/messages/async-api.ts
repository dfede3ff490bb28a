import { z } from 'zod';
import { catalogue, envelope } from './catalogue.ts';
import type { ExchangeName, MessageDefinition } from './define.ts';

/**
 * The platform's messages as an AsyncAPI 3 document, generated from the schemas that messages are parsed by, so it can't say
 * anything else than what is checked.
 */
export interface AsyncApiOptions {
  /** Version of the build. */
  readonly version: string;
  /** Partitions of a service with actors. */
  readonly partitions: number;
  /** The services whose queues take a type. */
  readonly takenBy: (type: string) => readonly string[];
}

type JsonObject = Readonly<Record<string, unknown>>;

export function asyncApiDocument({ version, partitions, takenBy }: AsyncApiOptions): JsonObject {
  const definitions: readonly MessageDefinition[] = catalogue;
  const each = <Value>(value: (definition: MessageDefinition) => Value): Record<string, Value> =>
    Object.fromEntries(definitions.map((definition) => [definition.type, value(definition)]));
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Orrery messages',
      version,
      description:
        'Commands ask one service for something, events tell what happened. An AMQP message carries an array of messages of ' +
        'one type. Messages with one subject arrive in order; any may come twice, with the same id. To hear all events of a ' +
        'type bind `<type>.*`: between two services of one process they are published as `<type>.local`, commands not at all.',
      license: { name: 'MIT' },
    },
    defaultContentType: 'application/json',
    channels: each((definition) => channel(definition, partitions)),
    operations: Object.assign(
      {},
      ...definitions.map((definition) => operations(definition, takenBy(definition.type))),
    ) as JsonObject,
    components: {
      messages: each(message),
      schemas: each(payload),
    },
  };
}

function channel({ type, exchange }: MessageDefinition, partitions: number): JsonObject {
  return {
    address: `${type}.p{partition}`,
    messages: { [type]: { $ref: `#/components/messages/${type}` } },
    parameters: {
      partition: {
        description: `Two digits, 00 to ${String(partitions - 1).padStart(2, '0')}: that of the actor the first message is for.`,
      },
    },
    bindings: { amqp: { is: 'routingKey', exchange: exchangeOf(exchange), bindingVersion: '0.3.0' } },
  };
}

function exchangeOf(name: ExchangeName): JsonObject {
  return { name, type: 'topic', durable: true, autoDelete: false };
}

function operations({ type, exchange }: MessageDefinition, takers: readonly string[]): JsonObject {
  const refs = {
    channel: { $ref: `#/channels/${type}` },
    messages: [{ $ref: `#/channels/${type}/messages/${type}` }],
  };
  return {
    [`send.${type}`]: { action: 'send', ...refs, tags: [{ name: exchange }] },
    ...Object.fromEntries(
      takers.map((service) => [
        `${service}.receive.${type}`,
        { action: 'receive', ...refs, tags: [{ name: service }] },
      ]),
    ),
  };
}

function message({ type, exchange, version }: MessageDefinition): JsonObject {
  return {
    name: type,
    title: type,
    summary: exchange === 'commands' ? 'A command.' : 'An event.',
    contentType: 'application/json',
    correlationId: { location: '$message.payload#/0/correlationId' },
    tags: [{ name: `version ${String(version)}` }],
    payload: { type: 'array', minItems: 1, items: { $ref: `#/components/schemas/${type}` } },
  };
}

/** The envelope with the data of one type in it. */
function payload({ type, version, data }: MessageDefinition): JsonObject {
  const { properties, ...rest } = jsonSchema(envelope) as { properties: JsonObject };
  return {
    ...rest,
    properties: { ...properties, type: { const: type }, version: { const: version }, data: jsonSchema(data) },
  };
}

function jsonSchema(schema: z.ZodType): JsonObject {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { target: 'draft-7', io: 'input' });
  return rest;
}
