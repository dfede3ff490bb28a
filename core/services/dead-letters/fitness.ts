import { WAKE } from '../../engine/decide.ts';
import { OrreryError } from '../../kernel/errors.ts';
import type { Message } from '../../kernel/message.ts';
import { type MessageFault, messageFaults } from '../../messages/catalogue.ts';

/** A message that would die again; `faults` name its fields, dots between steps. */
export class MessageUnfit extends OrreryError {
  readonly faults: readonly MessageFault[];

  constructor(faults: readonly MessageFault[]) {
    super('message_unfit', faults.map(({ path, message }) => `${path}: ${message}`).join('; '));
    this.faults = faults;
  }
}

/** The queue of the service that takes such a message; undefined: it takes none of that type. */
export type QueueOf = (
  service: string,
  message: Pick<Message, 'type' | 'subject' | 'to'>,
) => string | undefined;

/** Why the queue would bury the message again; empty: it has no reason that can be told beforehand. */
export function faultsAt(
  origin: { readonly service: string; readonly queue: string },
  message: unknown,
  queueOf: QueueOf,
): readonly MessageFault[] {
  if (isWake(message)) return [];
  const faults = messageFaults(message);
  if (faults.length > 0) return faults;
  const sound = message as Message;
  const queue = queueOf(origin.service, sound);
  if (queue === origin.queue) return [];
  if (queue === undefined)
    return [{ path: 'type', message: `${sound.type} is nothing that ${origin.service} takes` }];
  const path = sound.to === undefined ? 'subject' : 'to';
  return [{ path, message: `lives in ${queue}; the letter came from ${origin.queue} and goes back there` }];
}

/** The id of a message, where it is one that a message may have. */
export function messageIdOf(message: unknown): string | undefined {
  if (typeof message !== 'object' || message === null) return undefined;
  const { id } = message as { readonly id?: unknown };
  return typeof id === 'string' && id.length > 0 && id.length <= 200 ? id : undefined;
}

function isWake(message: unknown): boolean {
  return typeof message === 'object' && message !== null && (message as Message).type === WAKE;
}
