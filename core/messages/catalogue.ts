import { z } from 'zod';
import { BadMessage } from '../kernel/errors.ts';
import type { Message } from '../kernel/message.ts';
import type { ExchangeName, MessageDefinition } from './define.ts';
import { intelligenceMessages } from './intelligence.ts';
import { inventoryMessages } from './inventory.ts';
import { notificationMessages } from './notifications.ts';
import { orderMessages } from './orders.ts';
import { paymentMessages } from './payments.ts';
import { shippingMessages } from './shipping.ts';
import { shopMessages } from './shop.ts';

/** Every message of the platform. */
export const catalogue = [
  ...orderMessages,
  ...inventoryMessages,
  ...paymentMessages,
  ...shippingMessages,
  ...notificationMessages,
  ...shopMessages,
  ...intelligenceMessages,
] as const;

type Definitions = (typeof catalogue)[number];
export type MessageType = Definitions['type'];
/** The data of a message type, at its current version. */
export type DataOf<Type extends MessageType> = z.output<Extract<Definitions, { type: Type }>['data']>;
/** A parsed message of one type; for a union of types, the union of their messages. */
export type MessageOf<Type extends MessageType> = Type extends MessageType
  ? Message<Type, DataOf<Type>>
  : never;

/** Every message is parsed on its way in: a schema compiled to code of its own takes a twentieth of the time. */
const definitions = new Map<string, MessageDefinition>(
  catalogue.map((definition: MessageDefinition) => [
    definition.type,
    { ...definition, data: z.compile(definition.data) },
  ]),
);

export function definitionOf(type: string): MessageDefinition | undefined {
  return definitions.get(type);
}

/** Throws BadMessage `unknown_type`. */
export function exchangeOf(type: string): ExchangeName {
  return known(type).exchange;
}

/** Throws BadMessage `unknown_type`. */
export function currentVersionOf(type: string): number {
  return known(type).version;
}

const envelopeSchema = z.compile(
  z.object({
    id: z.string().min(1).max(200),
    type: z.string().min(1).max(100),
    subject: z.string().min(1).max(100),
    to: z.string().min(1).max(100).optional(),
    correlationId: z.string().min(1).max(200),
    causationId: z.string().min(1).max(200).nullable(),
    time: z.iso.datetime(),
    version: z.int().min(1),
    traceparent: z.string().max(100).optional(),
    data: z.unknown(),
  }),
);

/**
 * Checks an envelope and its data against the catalogue and brings old data up to the current version.
 * Throws BadMessage with code `bad_envelope`, `unknown_type`, `unknown_version` or `bad_data`; its text
 * names the field.
 */
export function parseMessage(raw: unknown): Message {
  const envelope = envelopeSchema.safeParse(raw);
  if (!envelope.success)
    throw new BadMessage('bad_envelope', `bad envelope: ${z.prettifyError(envelope.error)}`);
  const definition = known(envelope.data.type);
  const data = definition.data.safeParse(upcast(definition, envelope.data.version, envelope.data.data));
  if (!data.success) {
    throw new BadMessage('bad_data', `bad data of ${definition.type}: ${z.prettifyError(data.error)}`);
  }
  // The envelope is a copy already.
  return Object.assign(envelope.data, { version: definition.version, data: data.data }) as Message;
}

function known(type: string): MessageDefinition {
  const definition = definitions.get(type);
  if (definition === undefined)
    throw new BadMessage('unknown_type', `unknown message type ${JSON.stringify(type)}`);
  return definition;
}

function upcast(definition: MessageDefinition, version: number, data: unknown): unknown {
  let current = data;
  for (let from = version; from < definition.version; from += 1) {
    const step = definition.upcasters[from];
    if (step === undefined) {
      throw new BadMessage('unknown_version', `${definition.type} version ${String(from)} can't be read`);
    }
    current = step(current);
  }
  if (version > definition.version) {
    throw new BadMessage(
      'unknown_version',
      `${definition.type} version ${String(version)} is newer than this build`,
    );
  }
  return current;
}
