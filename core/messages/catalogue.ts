import { z } from 'zod';
import { BadMessage, errorMessage } from '../kernel/errors.ts';
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

/** What every message travels in; core/kernel/message.ts says what the parts mean. */
export const envelope = z.object({
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
});
const envelopeSchema = z.compile(envelope);

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

/** One thing that is wrong with a message: where (dots between steps), and what. */
export interface MessageFault {
  readonly path: string;
  readonly message: string;
}

/** What parseMessage would refuse, field by field; empty: it takes the message. */
export function messageFaults(raw: unknown): readonly MessageFault[] {
  const envelope = envelopeSchema.safeParse(raw);
  if (!envelope.success) return faultsIn(envelope.error, []);
  const { type, version, data } = envelope.data;
  const definition = definitions.get(type);
  if (definition === undefined) return [{ path: 'type', message: 'is no type of the catalogue' }];
  let current: unknown;
  try {
    current = upcast(definition, version, data);
  } catch (error) {
    return [{ path: 'version', message: errorMessage(error) }];
  }
  const parsed = definition.data.safeParse(current);
  return parsed.success ? [] : faultsIn(parsed.error, ['data']);
}

function faultsIn(error: z.ZodError, at: readonly string[]): readonly MessageFault[] {
  return error.issues.map(({ path, message }) => ({ path: [...at, ...path].map(String).join('.'), message }));
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
