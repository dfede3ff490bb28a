import type { Message } from '../kernel/message.ts';
import type { ParticipantTools } from './participant-port.ts';
import type { OutboxRow } from './ports.ts';

/**
 * Sends a message that no other write belongs to, such as a shopper's wish to cancel. The call resolves once the
 * message is an outbox row: it arrives from then on, whatever happens to this process (P9).
 */
export function createDurableSend(
  { outbox, microBatch }: Pick<ParticipantTools, 'outbox' | 'microBatch'>,
  store: { append(rows: readonly OutboxRow[]): Promise<void> },
): (message: Message) => Promise<void> {
  const send = microBatch(async (messages: readonly Message[]) => {
    const row = outbox.row(messages);
    try {
      await store.append([row]);
    } catch (error) {
      outbox.abandoned(row);
      throw error;
    }
    outbox.committed(row);
    return messages.map(() => undefined);
  });
  return async (message) => {
    await send(message);
  };
}
