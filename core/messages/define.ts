import type { z } from 'zod';

/** Commands ask one addressee for something; events tell whoever cares what happened. */
export type ExchangeName = 'commands' | 'events';

/** What the catalogue knows of one message type. */
export interface MessageDefinition<Type extends string = string, Schema extends z.ZodType = z.ZodType> {
  readonly type: Type;
  readonly exchange: ExchangeName;
  /** The current schema version of `data`. */
  readonly version: number;
  readonly data: Schema;
  /** By the version they start from: each turns data of version n into data of version n + 1. */
  readonly upcasters: Readonly<Record<number, (data: unknown) => unknown>>;
}

export function defineMessage<const Type extends string, Schema extends z.ZodType>(
  type: Type,
  exchange: ExchangeName,
  data: Schema,
  options: { version?: number; upcasters?: Record<number, (data: unknown) => unknown> } = {},
): MessageDefinition<Type, Schema> {
  return { type, exchange, data, version: options.version ?? 1, upcasters: options.upcasters ?? {} };
}
